#include "mock/answer.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <nlohmann/json.hpp>

#include "property/property_random.hpp"
#include "support/catch.hpp"
#include "wire/token_estimate.hpp"

namespace sluice::mock {
namespace {

using nlohmann::json;
using wire::StopReason;

json message_of(const Answer& answer) {
  std::string out;
  answer.append_message(out, {.id = "msg_01", .model = "claude-opus-5-5"},
                        {.input_tokens = 3, .output_tokens = answer.output_tokens()});
  return json::parse(out);
}

std::string text_of(const Answer& answer) {
  std::string text;
  answer.append_text(text, 0, answer.text_tokens());
  return text;
}

std::int64_t words(const std::string& text) { return wire::text_size(text).words; }

std::string joined_words(const GeneratedText& text, std::int64_t from, std::int64_t to) {
  std::string out;
  append_words(out, text, from, to);
  return out;
}

TEST_CASE("an answer has exactly as many words as tokens", "[answer]") {
  for (std::int64_t tokens = 1; tokens < 300; ++tokens) {
    const Answer answer({.seed = static_cast<std::uint64_t>(tokens), .output_tokens = tokens});
    INFO(tokens);
    REQUIRE(answer.output_tokens() == tokens);
    REQUIRE(words(text_of(answer)) == tokens);
    REQUIRE(message_of(answer).at("content").at(0).at("text") == text_of(answer));
  }
}

TEST_CASE("a finished answer is made of sentences", "[answer]") {
  const std::string text = text_of(Answer({.seed = 1, .output_tokens = 2000}));
  CHECK(text.back() == '.');
  CHECK(text.find("\n\n") != std::string::npos);
  bool begins_sentence = true;
  for (std::size_t place = 0; place < text.size(); ++place) {
    const char character = text[place];
    const bool is_capital = character >= 'A' && character <= 'Z';
    INFO(text.substr(0, place + 1));
    if (begins_sentence && character != ' ' && character != '\n') {
      REQUIRE(is_capital);
      begins_sentence = false;
    } else {
      REQUIRE(!is_capital);
      begins_sentence = begins_sentence || character == '.';
    }
  }
}

TEST_CASE("an answer that hits max_tokens breaks off", "[answer]") {
  bool breaks_off = false;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Answer answer({.seed = seed, .output_tokens = 12, .hits_max_tokens = true});
    CHECK(answer.ending().reason == StopReason::kMaxTokens);
    breaks_off = breaks_off || text_of(answer).back() != '.';
  }
  CHECK(breaks_off);
}

TEST_CASE("a text cut anywhere is the text of its pieces", "[answer]") {
  for (const bool is_prose : {true, false}) {
    const GeneratedText text{.key = 5, .is_prose = is_prose, .last_token = 99};
    const std::string whole = joined_words(text, 0, 100);
    for (std::int64_t first = 0; first <= 100; first += 3) {
      for (std::int64_t second = first; second <= 100; ++second) {
        REQUIRE(joined_words(text, 0, first) + joined_words(text, first, second) +
                    joined_words(text, second, 100) ==
                whole);
      }
    }
  }
}

TEST_CASE("the JSON form of a text is its text in JSON", "[answer]") {
  for (std::uint64_t key = 0; key < 50; ++key) {
    const GeneratedText text{.key = key};
    std::string escaped;
    append_json_words(escaped, text, 0, 500);
    REQUIRE(json::parse('"' + escaped + '"') == joined_words(text, 0, 500));
  }
}

TEST_CASE("the same seed says the same, another seed something else", "[answer]") {
  const AnswerSpec spec{.seed = 4, .output_tokens = 50};
  AnswerSpec other = spec;
  other.seed = 5;
  CHECK(text_of(Answer(spec)) == text_of(Answer(spec)));
  CHECK(text_of(Answer(spec)) != text_of(Answer(other)));
}

TEST_CASE("what a seed says never changes", "[answer]") {
  const Answer answer({.seed = 7, .output_tokens = 20, .tool = "search"});
  CHECK(text_of(answer) == "Water left make how eye.");
  CHECK(joined_words({.key = 3}, 0, 12) ==
        "She north part all play run from were house, low me self");
  CHECK(answer.tool_id() == "toolu_015nB9fAUNic15YpmCuU42tT");
}

TEST_CASE("thinking comes first and has its tokens", "[answer]") {
  const Answer answer({.seed = 2, .output_tokens = 60, .thinking_tokens = 25});
  const json message = message_of(answer);
  REQUIRE(message.at("content").size() == 2);
  const json& thinking = message.at("content").at(0);
  CHECK(thinking.at("type") == "thinking");
  CHECK(words(thinking.at("thinking")) == 25);
  CHECK(thinking.at("signature").get<std::string>().size() == 120);
  CHECK(words(message.at("content").at(1).at("text")) == 35);
  CHECK(message.at("usage").at("output_tokens_details").at("thinking_tokens") == 25);
}

TEST_CASE("an answer that thinks still says something, unless it hits max_tokens", "[answer]") {
  AnswerSpec spec{.seed = 2, .output_tokens = 60, .thinking_tokens = 60};
  CHECK(Answer(spec).thinking_tokens() == 59);
  spec.hits_max_tokens = true;
  CHECK(Answer(spec).thinking_tokens() == 60);
  CHECK(Answer(spec).blocks().size() == 1);
}

TEST_CASE("a tool is called with valid input of about its tokens", "[answer]") {
  for (std::int64_t tokens = 1; tokens < 200; ++tokens) {
    const Answer answer({.seed = 3, .output_tokens = tokens, .tool = "get_weather"});
    const json message = message_of(answer);
    const json& call = message.at("content").back();
    INFO(message.dump());
    REQUIRE(answer.ending().reason == StopReason::kToolUse);
    REQUIRE(call.at("type") == "tool_use");
    REQUIRE(call.at("name") == "get_weather");
    REQUIRE(call.at("id") == answer.tool_id());
    REQUIRE(call.at("input") == json::parse(answer.tool_input()));
    REQUIRE(words(call.at("input").at("query")) + answer.text_tokens() == tokens);
  }
}

TEST_CASE("no tool is called by an answer that hits max_tokens", "[answer]") {
  const Answer answer(
      {.seed = 3, .output_tokens = 40, .hits_max_tokens = true, .tool = "get_weather"});
  CHECK(answer.tool_name().empty());
  CHECK(answer.tool_input().empty());
  CHECK(message_of(answer).at("stop_reason") == "max_tokens");
}

TEST_CASE("no tokens: empty content and max_tokens, as when the cache is warmed", "[answer]") {
  const json message = message_of(Answer(AnswerSpec{.seed = 3}));
  CHECK(message.at("content") == json::array());
  CHECK(message.at("stop_reason") == "max_tokens");
}

TEST_CASE("a refusal says so, with what output there is", "[answer]") {
  const json empty = message_of(Answer({.seed = 3, .refuses = true, .tool = "get_weather"}));
  CHECK(empty.at("content") == json::array());
  CHECK(empty.at("stop_reason") == "refusal");
  CHECK(empty.at("stop_details").at("type") == "refusal");
  const json brief = message_of(Answer({.seed = 3, .output_tokens = 5, .refuses = true}));
  CHECK(words(brief.at("content").at(0).at("text")) == 5);
  CHECK(brief.at("stop_reason") == "refusal");
}

// The slow, obvious rule: the earliest place at which any stop sequence stands, the shortest there.
struct Expected {
  std::string text;
  std::string stop_sequence;
};
Expected cut_slowly(const std::string& text, const std::vector<std::string_view>& sequences) {
  std::size_t place = std::string::npos;
  std::string_view met;
  for (const std::string_view sequence : sequences) {
    const std::size_t found = sequence.empty() ? std::string::npos : text.find(sequence);
    if (found < place ||
        (found == place && found != std::string::npos && sequence.size() < met.size())) {
      place = found;
      met = sequence;
    }
  }
  return {text.substr(0, place), std::string(met)};
}

TEST_CASE("a stop sequence cuts the text at its earliest occurrence", "[answer]") {
  const std::uint64_t seed = GENERATE(1, 2, 3, 4);
  PropertyRandom random(seed);
  for (int round = 0; round < 1500; ++round) {
    AnswerSpec spec{.seed = static_cast<std::uint64_t>(random.below(1000)),
                    .output_tokens = random.between(1, random.one_in(5) ? 2000 : 60)};
    const std::string text = text_of(Answer(spec));
    std::vector<std::string> sequences;
    for (std::int64_t count = random.between(1, 5); count > 0; --count) {
      const auto from =
          static_cast<std::size_t>(random.below(static_cast<std::int64_t>(text.size())));
      sequences.push_back(text.substr(from, static_cast<std::size_t>(random.between(1, 12))));
      if (random.one_in(2)) {
        sequences.back() += random.one_in(2) ? "zz" : "<";  // does not occur
      }
    }
    const std::vector<std::string_view> views(sequences.begin(), sequences.end());
    spec.stop_sequences = views;
    const Answer answer(spec);
    const Expected expected = cut_slowly(text, views);
    INFO("seed " << seed << " round " << round << " text " << text);
    REQUIRE(text_of(answer) == expected.text);
    REQUIRE(answer.ending().stop_sequence == expected.stop_sequence);
    REQUIRE((answer.ending().reason == StopReason::kStopSequence) ==
            !expected.stop_sequence.empty());
    REQUIRE(words(expected.text) == answer.output_tokens());
    const json content = message_of(answer).at("content");
    REQUIRE((content.empty() ? "" : content.at(0).at("text").get<std::string>()) == expected.text);
  }
}

TEST_CASE("a stop sequence found late is found across the steps of the search", "[answer]") {
  AnswerSpec spec{.seed = 9, .output_tokens = 3000};
  const std::string text = text_of(Answer(spec));
  for (std::size_t from = 1000; from + 1500 < text.size(); from += 97) {
    const std::string_view sequence = std::string_view(text).substr(from, 1500);
    spec.stop_sequences = {&sequence, 1};
    REQUIRE(text_of(Answer(spec)).size() == text.find(sequence));
  }
}

TEST_CASE("many stop sequences that never match cost little", "[answer]") {
  std::vector<std::string> sequences;
  for (int number = 0; number < 100'000; ++number) {
    std::string sequence = "the ";
    for (int rest = number; rest > 0; rest /= 26) {
      sequence += static_cast<char>('a' + rest % 26);
    }
    sequences.push_back(sequence + "zzz");
  }
  const std::vector<std::string_view> views(sequences.begin(), sequences.end());
  const Answer answer({.seed = 9, .output_tokens = 20'000, .stop_sequences = views});
  CHECK(answer.output_tokens() == 20'000);
}

TEST_CASE("what a stop sequence cuts off calls no tool", "[answer]") {
  const std::string_view stop = " ";
  const Answer answer({.seed = 3,
                       .output_tokens = 200,
                       .thinking_tokens = 50,
                       .tool = "get_weather",
                       .stop_sequences = {&stop, 1}});
  CHECK(answer.thinking_tokens() == 50);
  CHECK(answer.output_tokens() == 51);
  CHECK(answer.tool_name().empty());
  CHECK(answer.ending().reason == StopReason::kStopSequence);
}

TEST_CASE("a stop sequence at the very start leaves no text block", "[answer]") {
  const std::string first = text_of(Answer({.seed = 3, .output_tokens = 9})).substr(0, 1);
  const std::string_view stop = first;
  const json message =
      message_of(Answer({.seed = 3, .output_tokens = 9, .stop_sequences = {&stop, 1}}));
  CHECK(message.at("content") == json::array());
  CHECK(message.at("stop_sequence") == first);
}

TEST_CASE("an id is its prefix and 22 characters of base 58", "[answer]") {
  std::set<std::string> seen;
  for (std::uint64_t first = 0; first < 30; ++first) {
    for (std::uint64_t second = 0; second < 30; ++second) {
      const std::string id = make_id("msg_01", first, second);
      REQUIRE(id.size() == 28);
      REQUIRE(id.starts_with("msg_01"));
      REQUIRE(id.find_first_of("0OIl_", 6) == std::string::npos);
      seen.insert(id);
    }
  }
  CHECK(seen.size() == 900);
  CHECK(make_id("req_01", 1, 2) == make_id("req_01", 1, 2));
}

}  // namespace
}  // namespace sluice::mock
