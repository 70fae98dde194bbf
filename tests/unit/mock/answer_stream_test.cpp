#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "mock/answer.hpp"
#include "property/property_random.hpp"
#include "support/catch.hpp"
#include "support/sse_events.hpp"

namespace sluice::mock {
namespace {

using nlohmann::json;

constexpr wire::MessageHead kHead{.id = "msg_01", .model = "claude-opus-5-5"};

json whole(const Answer& answer, const Usage& usage) {
  std::string out;
  answer.append_message(out, kHead, usage);
  return json::parse(out);
}

std::vector<WrittenEvent> streamed(const Answer& answer, const Usage& usage,
                                   const std::vector<std::int64_t>& steps) {
  std::string out;
  AnswerStream stream;
  stream.begin(out, answer, kHead, usage);
  for (const std::int64_t tokens : steps) {
    stream.advance(out, answer, tokens);
  }
  stream.advance(out, answer, answer.output_tokens());
  stream.end(out, answer, usage);
  return sse_events(out);
}

// What a client does: puts the deltas together. Fails where the order of events is not the
// documented one.
class StreamReader {
 public:
  json message(const std::vector<WrittenEvent>& events) {
    for (const WrittenEvent& event : events) {
      INFO(event.data.dump());
      REQUIRE(event.name == event.data.at("type"));
      REQUIRE(!is_over_);
      take(event.name, event.data);
    }
    REQUIRE(is_over_);
    return message_;
  }

 private:
  void take(const std::string& name, const json& data) {
    if (name == "message_start") {
      REQUIRE(message_.is_null());
      message_ = data.at("message");
      return;
    }
    REQUIRE(!message_.is_null());
    if (name == "content_block_start") {
      start(data);
    } else if (name == "content_block_delta") {
      REQUIRE(is_open_);
      REQUIRE(data.at("index") == content().size() - 1);
      add(content().back(), data.at("delta"));
    } else if (name == "content_block_stop") {
      REQUIRE(is_open_);
      REQUIRE(data.at("index") == content().size() - 1);
      stop(content().back());
    } else if (name == "message_delta") {
      REQUIRE(!is_open_);
      message_.update(data.at("delta"));
      message_["usage"].update(data.at("usage"));
      has_delta_ = true;
    } else if (name == "message_stop") {
      REQUIRE(has_delta_);
      is_over_ = true;
    } else {
      REQUIRE(name == "ping");
    }
  }

  void start(const json& data) {
    REQUIRE(!is_open_);
    REQUIRE(data.at("index") == content().size());
    content().push_back(data.at("content_block"));
    is_open_ = true;
    input_.clear();
    deltas_ = 0;
  }

  void add(json& block, const json& delta) {
    REQUIRE(block.value("signature", "").empty());  // the signature is the last delta
    if (delta.at("type") == "text_delta") {
      append(block.at("text"), delta.at("text"));
    } else if (delta.at("type") == "thinking_delta") {
      append(block.at("thinking"), delta.at("thinking"));
    } else if (delta.at("type") == "signature_delta") {
      block["signature"] = delta.at("signature");
    } else {
      REQUIRE(delta.at("type") == "input_json_delta");
      REQUIRE((delta.at("partial_json") == "") == (deltas_ == 0));
      input_ += delta.at("partial_json").get<std::string>();
    }
    ++deltas_;
  }

  void stop(json& block) {
    if (block.at("type") == "tool_use") {
      block["input"] = json::parse(input_);
    }
    REQUIRE((block.at("type") != "thinking" || block.at("signature") != ""));
    is_open_ = false;
  }

  static void append(json& to, const json& piece) {
    REQUIRE(piece != "");
    to = to.get<std::string>() + piece.get<std::string>();
  }

  json& content() { return message_.at("content"); }

  json message_;
  std::string input_;
  int deltas_ = 0;
  bool is_open_ = false;
  bool has_delta_ = false;
  bool is_over_ = false;
};

TEST_CASE("a stream put together is the whole message, however it is cut", "[answer_stream]") {
  const std::uint64_t seed = GENERATE(1, 2, 3);
  PropertyRandom random(seed);
  const std::vector<std::string_view> stops = {"\n\n", "they ", "sea."};
  for (int round = 0; round < 1500; ++round) {
    const std::int64_t output = random.below(random.one_in(10) ? 1500 : 40);
    const AnswerSpec spec{
        .seed = static_cast<std::uint64_t>(round),
        .output_tokens = output,
        .thinking_tokens = random.one_in(2) ? 0 : random.below(output + 3),
        .hits_max_tokens = random.one_in(3),
        .refuses = random.one_in(8),
        .tool = random.one_in(2) ? "a_tool_with_a_name_that_is_long" : "",
        .stop_sequences = {stops.data(), static_cast<std::size_t>(random.below(4))}};
    const Answer answer(spec);
    std::vector<std::int64_t> steps;
    for (std::int64_t at = 0; at < output; at += random.below(random.between(2, 30))) {
      steps.push_back(at);
    }
    const Usage usage{
        .input_tokens = 7, .cache_read_input_tokens = 9, .output_tokens = answer.output_tokens()};
    INFO("seed " << seed << " round " << round);
    REQUIRE(StreamReader().message(streamed(answer, usage, steps)) == whole(answer, usage));
  }
}

TEST_CASE("every split of a short answer in two gives the same", "[answer_stream]") {
  const Answer answer(
      {.seed = 11, .output_tokens = 60, .thinking_tokens = 20, .tool = "get_weather"});
  const json expected = whole(answer, {});
  for (std::int64_t first = 0; first <= 60; ++first) {
    for (std::int64_t second = first; second <= 61; ++second) {
      REQUIRE(StreamReader().message(streamed(answer, {}, {first, second})) == expected);
    }
  }
}

TEST_CASE("a ping follows the first block's start", "[answer_stream]") {
  const auto events = streamed(Answer({.seed = 1, .output_tokens = 4}), {}, {});
  REQUIRE(events.size() == 7);
  CHECK(events[1].name == "content_block_start");
  CHECK(events[2].name == "ping");
}

TEST_CASE("a step of many tokens is one delta", "[answer_stream]") {
  const auto events = streamed(Answer({.seed = 1, .output_tokens = 1000}), {}, {600, 600, 200});
  REQUIRE(events.size() == 8);
  CHECK(events[3].name == "content_block_delta");
  CHECK(events[4].name == "content_block_delta");
  CHECK(events[5].name == "content_block_stop");
}

TEST_CASE("an answer without tokens has no block", "[answer_stream]") {
  const auto events = streamed(Answer(AnswerSpec{.refuses = true}), {}, {0, 5});
  REQUIRE(events.size() == 4);
  CHECK(events[2].data.at("delta").at("stop_reason") == "refusal");
}

TEST_CASE("an open stream is small", "[answer_stream]") {
  CHECK(sizeof(Answer) + sizeof(AnswerStream) < 400);
}

}  // namespace
}  // namespace sluice::mock
