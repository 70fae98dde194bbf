#include "mock/vocabulary.hpp"

#include <string_view>

namespace sluice::mock {
namespace {

constexpr std::array<std::string_view, kVocabularySize> kWords = {
    "the",    "of",     "and",    "to",     "in",     "is",    "that",   "it",     "was",
    "for",    "on",     "are",    "with",   "as",     "they",  "be",     "at",     "one",
    "have",   "this",   "from",   "by",     "word",   "what",  "some",   "we",     "can",
    "out",    "other",  "were",   "all",    "there",  "when",  "up",     "use",    "your",
    "how",    "said",   "an",     "each",   "she",    "which", "do",     "their",  "time",
    "if",     "will",   "way",    "about",  "many",   "then",  "them",   "write",  "would",
    "like",   "so",     "these",  "her",    "long",   "make",  "thing",  "see",    "him",
    "two",    "has",    "look",   "more",   "day",    "could", "go",     "come",   "did",
    "number", "sound",  "no",     "most",   "people", "my",    "over",   "know",   "water",
    "than",   "call",   "first",  "who",    "may",    "down",  "side",   "been",   "now",
    "find",   "any",    "new",    "work",   "part",   "take",  "get",    "place",  "made",
    "live",   "where",  "after",  "back",   "little", "only",  "round",  "year",   "came",
    "show",   "every",  "good",   "me",     "give",   "our",   "under",  "name",   "very",
    "just",   "form",   "great",  "think",  "say",    "help",  "low",    "line",   "turn",
    "cause",  "much",   "mean",   "before", "move",   "right", "old",    "too",    "same",
    "tell",   "does",   "set",    "three",  "want",   "air",   "well",   "also",   "play",
    "small",  "end",    "put",    "home",   "read",   "hand",  "large",  "add",    "even",
    "land",   "here",   "must",   "big",    "high",   "such",  "follow", "act",    "why",
    "ask",    "change", "went",   "light",  "kind",   "off",   "need",   "house",  "try",
    "us",     "again",  "animal", "point",  "mother", "world", "near",   "build",  "self",
    "earth",  "father", "head",   "stand",  "own",    "page",  "should", "found",  "answer",
    "school", "grow",   "study",  "still",  "learn",  "plant", "cover",  "food",   "sun",
    "four",   "state",  "keep",   "eye",    "never",  "last",  "let",    "city",   "tree",
    "cross",  "farm",   "hard",   "start",  "might",  "story", "saw",    "far",    "sea",
    "draw",   "left",   "late",   "run",    "while",  "press", "close",  "night",  "real",
    "life",   "few",    "north",  "open",   "seem",   "next",  "begin",  "got",    "walk",
    "ease",   "paper",  "group",  "always", "music",  "those", "both",   "mark",   "often",
    "letter", "until",  "mile",   "river",  "car",    "feet",  "care",   "second", "book",
    "carry",  "took",   "eat",    "room",
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
