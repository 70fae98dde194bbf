#include "mock/vocabulary.hpp"

#include <string_view>

namespace sluice::mock {
namespace {

constexpr std::array<std::string_view, kVocabularySize> kWords = {
    "the",      "of",      "and",     "to",      "in",       "is",       "that",     "it",
    "was",      "for",     "on",      "are",     "with",     "as",       "they",     "be",
    "at",       "one",     "have",    "this",    "from",     "by",       "word",     "what",
    "some",     "we",      "can",     "out",     "other",    "were",     "all",      "there",
    "when",     "up",      "use",     "your",    "how",      "said",     "an",       "each",
    "she",      "which",   "do",      "their",   "time",     "if",       "will",     "way",
    "about",    "many",    "then",    "them",    "write",    "would",    "like",     "so",
    "these",    "her",     "long",    "make",    "thing",    "see",      "him",      "two",
    "has",      "look",    "more",    "day",     "could",    "go",       "come",     "did",
    "number",   "sound",   "no",      "most",    "people",   "my",       "over",     "know",
    "water",    "than",    "call",    "first",   "who",      "may",      "down",     "side",
    "been",     "now",     "find",    "any",     "new",      "work",     "part",     "take",
    "get",      "place",   "made",    "live",    "where",    "after",    "back",     "little",
    "only",     "round",   "year",    "came",    "show",     "every",    "good",     "me",
    "give",     "our",     "under",   "name",    "very",     "through",  "just",     "form",
    "sentence", "great",   "think",   "say",     "help",     "low",      "line",     "turn",
    "cause",    "much",    "mean",    "before",  "move",     "right",    "old",      "too",
    "same",     "tell",    "does",    "set",     "three",    "want",     "air",      "well",
    "also",     "play",    "small",   "end",     "put",      "home",     "read",     "hand",
    "large",    "add",     "even",    "land",    "here",     "must",     "big",      "high",
    "such",     "follow",  "act",     "why",     "ask",      "change",   "went",     "light",
    "kind",     "off",     "need",    "house",   "picture",  "try",      "us",       "again",
    "animal",   "point",   "mother",  "world",   "near",     "build",    "self",     "earth",
    "father",   "head",    "stand",   "own",     "page",     "should",   "country",  "found",
    "answer",   "school",  "grow",    "study",   "still",    "learn",    "plant",    "cover",
    "food",     "sun",     "four",    "between", "state",    "keep",     "eye",      "never",
    "last",     "let",     "thought", "city",    "tree",     "cross",    "farm",     "hard",
    "start",    "might",   "story",   "saw",     "far",      "sea",      "draw",     "left",
    "late",     "run",     "while",   "press",   "close",    "night",    "real",     "life",
    "few",      "north",   "open",    "seem",    "together", "next",     "children", "begin",
    "got",      "walk",    "example", "ease",    "paper",    "group",    "always",   "music",
    "those",    "both",    "mark",    "often",   "letter",   "until",    "mile",     "river",
    "car",      "feet",    "care",    "second",  "book",     "carry",    "took",     "science",
    "eat",      "room",    "friend",  "began",   "idea",     "fish",     "mountain", "stop",
    "once",     "base",    "hear",    "horse",   "cut",      "sure",     "watch",    "color",
    "face",     "wood",    "main",    "enough",  "plain",    "usual",    "young",    "ready",
    "above",    "ever",    "red",     "list",    "though",   "feel",     "talk",     "bird",
    "soon",     "body",    "dog",     "family",  "direct",   "leave",    "song",     "measure",
    "door",     "product", "short",   "class",   "wind",     "question", "happen",   "complete",
    "ship",     "area",    "half",    "rock",    "order",    "fire",     "south",    "problem",
    "piece",    "told",    "knew",    "pass",    "since",    "top",      "whole",    "space",
    "heard",    "best",    "hour",    "better",  "true",     "during",   "hundred",  "five",
    "remember", "step",    "early",   "hold",    "west",     "ground",   "interest", "reach",
    "fast",     "sing",    "listen",  "six",     "table",    "travel",   "less",     "morning",
    "ten",      "simple",  "several", "toward",  "lay",      "against",  "pattern",  "slow",
    "center",   "love",    "person",  "money",   "serve",    "appear",   "road",     "map",
    "rain",     "rule",    "pull",    "cold",    "notice",   "voice",    "unit",     "power",
    "town",     "fine",    "certain", "fly",     "fall",     "lead",     "dark",     "machine",
};

constexpr std::array<VocabularyWord, kVocabularySize> padded() {
  std::array<VocabularyWord, kVocabularySize> words;
  for (std::size_t index = 0; index < kVocabularySize; ++index) {
    VocabularyWord& word = words[index];
    word.text[0] = ' ';
    for (std::size_t letter = 0; letter < kWords[index].size(); ++letter) {
      word.text[letter + 1] = kWords[index][letter];
    }
    word.size = static_cast<std::uint8_t>(kWords[index].size() + 1);
  }
  return words;
}

}  // namespace

constinit const std::array<VocabularyWord, kVocabularySize> kVocabulary = padded();

}  // namespace sluice::mock
