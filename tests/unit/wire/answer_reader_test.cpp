#include "wire/answer_reader.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/wire/answers.hpp"
#include "wire/message_writer.hpp"

namespace sluice::wire {
namespace {

struct Gaps final : ContentListener {
  void on_content_gap(Duration gap) override { all.push_back(gap); }
  std::vector<Duration> all{};
};

std::string message_json(std::string_view text) {
  std::string out;
  append_message_begin(out, kMessageHead);
  append_thinking_block(out, true, "Let me see.", "EqQB");
  append_text_block(out, false, text);
  append_tool_block(out, false, "toolu_01", "get_weather", R"({"text":"Paris"})");
  append_message_end(out, kMessageHead, {.reason = StopReason::kToolUse}, kUsage);
  return out;
}

// Each event with an instant of its own.
std::vector<std::string> message_events() {
  std::vector<std::string> events(12);
  append_message_start(events[0], kMessageHead, kUsage);
  append_thinking_start(events[1], 0);
  append_ping(events[2]);
  append_thinking_delta(events[3], 0, "Let me see.");
  append_signature_delta(events[4], 0, "EqQB");
  append_block_stop(events[5], 0);
  append_text_start(events[6], 1);
  append_text_delta(events[7], 1, "");
  append_text_delta(events[8], 1, "Hello \"you\"\n");
  append_text_delta(events[9], 1, "caf\xC3\xA9");
  append_message_delta(events[10], {.reason = StopReason::kEndTurn}, kUsage);
  append_message_stop(events[11]);
  return events;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += part;
  return all;
}

void check_message(const ReadAnswer& answer) {
  CHECK(answer.is_whole);
  CHECK(answer.has_usage);
  CHECK(answer.usage == kUsage.usage);
  CHECK(answer.thinking_tokens == 4);
  CHECK(answer.model == "claude-opus-5-5");
  CHECK_FALSE(answer.error);
  CHECK_FALSE(answer.is_malformed);
}

TEST_CASE("the message that our writer writes is read back", "[answer_reader]") {
  const ReadAnswer answer = read_json(message_json("Hello \"you\"\ncaf\xC3\xA9"));
  check_message(answer);
  CHECK(answer.stop_reason == "tool_use");
  CHECK(answer.text_bytes == 17);
  CHECK(answer.first_content == millisecond(7));
  CHECK(answer.first_answer == millisecond(7));
  CHECK(answer.content_events == 0);
}

TEST_CASE("a message's content begins with its first byte", "[answer_reader]") {
  const std::string body = message_json("Hello");
  AnswerReader reader;
  reader.begin(AnswerFormat::kMessages, 200, false);
  feed(reader, body.substr(0, 10), millisecond(3));
  feed(reader, {}, millisecond(4));
  feed(reader, body.substr(10), millisecond(9));
  reader.end();
  CHECK(reader.answer().first_content == millisecond(3));
  CHECK(reader.answer().first_answer == millisecond(3));
  CHECK(reader.answer().last_content == millisecond(9));
}

TEST_CASE("the stream that our writer writes is read back", "[answer_reader]") {
  AnswerReader reader;
  Gaps gaps;
  reader.begin(AnswerFormat::kMessages, 200, true, &gaps);
  const auto events = message_events();
  for (std::size_t i = 0; i < events.size(); ++i) {
    feed(reader, events[i], millisecond(static_cast<std::int64_t>(i)));
  }
  reader.end();
  const ReadAnswer& answer = reader.answer();
  check_message(answer);
  CHECK(answer.stop_reason == "end_turn");
  CHECK(answer.first_content == millisecond(3));
  CHECK(answer.first_answer == millisecond(8));
  CHECK(answer.last_content == millisecond(9));
  CHECK(answer.content_events == 4);
  CHECK(answer.text_bytes == 17);
  CHECK(gaps.all == std::vector{milliseconds(1), milliseconds(4), milliseconds(1)});
}

TEST_CASE("a stream torn at any byte is read the same", "[answer_reader]") {
  const std::string text = joined(message_events());
  AnswerReader reader;
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    CAPTURE(cut);
    reader.begin(AnswerFormat::kMessages, 200, true);
    feed(reader, text.substr(0, cut), millisecond(1));
    feed(reader, text.substr(cut), millisecond(2));
    reader.end();
    const ReadAnswer& answer = reader.answer();
    const bool is_same =
        answer.is_whole && answer.usage == kUsage.usage && answer.thinking_tokens == 4 &&
        answer.content_events == 4 && answer.text_bytes == 17 && answer.stop_reason == "end_turn" &&
        answer.model == kMessageHead.model && !answer.error && !answer.is_malformed;
    if (!is_same) FAIL("torn at " << cut);
  }
  reader.begin(AnswerFormat::kMessages, 200, true);
  for (const char& byte : text) feed(reader, {&byte, 1}, millisecond(1));
  reader.end();
  check_message(reader.answer());
}

TEST_CASE("a stream that breaks off has the usage that came", "[answer_reader]") {
  auto events = message_events();
  events.resize(9);
  const ReadAnswer answer = read_stream(joined(events));
  CHECK_FALSE(answer.is_whole);
  CHECK(answer.has_usage);
  CHECK(answer.usage.input_tokens == 25);
  CHECK(answer.usage.output_tokens == 1);
  CHECK_FALSE(answer.is_malformed);
}

TEST_CASE("members of a delta's usage that are null or missing stay as they were",
          "[answer_reader]") {
  std::string text;
  append_message_start(text, kMessageHead, kUsage);
  text +=
      "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
      "\"max_tokens\",\"stop_sequence\":null},\"usage\":{\"input_tokens\":null,"
      "\"cache_creation_input_tokens\":null,\"cache_read_input_tokens\":null,"
      "\"output_tokens\":15,\"server_tool_use\":null}}\n\n";
  const ReadAnswer answer = read_stream(text);
  CHECK(answer.usage == kUsage.usage);
  CHECK(answer.stop_reason == "max_tokens");
}

TEST_CASE("cache writes told as a sum are of five minutes", "[answer_reader]") {
  const ReadAnswer answer = read_json(
      R"({"type":"message","content":[],"usage":{"input_tokens":1,)"
      R"("cache_creation_input_tokens":50,"cache_read_input_tokens":0,"output_tokens":2}})");
  CHECK(answer.usage.cache_creation_5m_input_tokens == 50);
  CHECK(answer.usage.cache_creation_1h_input_tokens == 0);
}

TEST_CASE("a tool's call is content from its name on", "[answer_reader]") {
  std::string text;
  append_message_start(text, kMessageHead, kUsage);
  append_tool_start(text, 0, "toolu_01", "get_weather");
  append_input_json_delta(text, 0, "");
  append_input_json_delta(text, 0, R"({"location":"Paris"})");
  const ReadAnswer answer = read_stream(text);
  CHECK(answer.content_events == 2);
  CHECK(answer.first_answer == millisecond(7));
  CHECK(answer.text_bytes == 0);
}

TEST_CASE("thinking alone is content and no answer", "[answer_reader]") {
  std::string text;
  append_thinking_delta(text, 0, "Let");
  const ReadAnswer answer = read_stream(text);
  CHECK(answer.first_content == millisecond(7));
  CHECK(answer.first_answer == kNever);
  CHECK(answer.text_bytes == 0);
}

TEST_CASE("unknown events and what follows the end are read over", "[answer_reader]") {
  std::string text = "event: brand_new\ndata: not JSON\n\nevent: ping\ndata: oops\n\n";
  text += joined(message_events());
  append_text_delta(text, 1, "more");
  text += "event: content_block_delta\ndata: not JSON\n\n";
  const ReadAnswer answer = read_stream(text);
  check_message(answer);
  CHECK(answer.text_bytes == 17);
}

TEST_CASE("events without names are told by their type", "[answer_reader]") {
  std::string text = joined(message_events());
  for (std::size_t at = text.find("event: "); at != std::string::npos; at = text.find("event: ")) {
    text.erase(at, text.find('\n', at) - at + 1);
  }
  const ReadAnswer answer = read_stream(text);
  check_message(answer);
  CHECK(answer.content_events == 4);
}

TEST_CASE("members may stand in any order", "[answer_reader]") {
  const ReadAnswer answer = read_stream(
      "data: {\"delta\":{\"text\":\"Hi\",\"type\":\"text_delta\"},\"index\":0,"
      "\"type\":\"content_block_delta\"}\n\ndata: { \"type\" : \"message_stop\" }\n\n");
  CHECK(answer.text_bytes == 2);
  CHECK(answer.is_whole);
}

TEST_CASE("an error within a stream is told by its type", "[answer_reader]") {
  std::string text;
  append_message_start(text, kMessageHead, kUsage);
  append_error_event(text, {ErrorKind::kOverloaded, "Overloaded", {}});
  const ReadAnswer answer = read_stream(text);
  REQUIRE(answer.error);
  CHECK(answer.error->kind == ErrorKind::kOverloaded);
  CHECK(answer.error->message == "Overloaded");
  CHECK_FALSE(answer.is_whole);
  CHECK_FALSE(answer.is_malformed);
  CHECK(answer.has_usage);
}

TEST_CASE("an event that is not JSON makes the answer malformed", "[answer_reader]") {
  std::string text;
  append_message_start(text, kMessageHead, kUsage);
  text += "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"del\n\n";
  append_message_stop(text);
  const ReadAnswer answer = read_stream(text);
  CHECK(answer.is_malformed);
  REQUIRE(answer.error);
  CHECK(answer.error->kind == ErrorKind::kApi);
  CHECK(answer.error->message.find("an event that is not JSON") != std::string::npos);
}

TEST_CASE("the length of text is that of its UTF-8, not of its escapes", "[answer_reader]") {
  const auto size = [](const std::string& json) {
    return read_json(R"({"type":"message","content":[{"type":"text","text":")" + json + "\"}]}")
        .text_bytes;
  };
  CHECK(size("") == 0);
  CHECK(size("abc") == 3);
  CHECK(size(R"(a\\b\"\/\n)") == 6);
  CHECK(size(R"(\u0041\u00e9\u20AC)") == 1 + 2 + 3);
  CHECK(size(R"(\ud83d\ude00)") == 4);
  CHECK(size(R"(\\u0041)") == 6);
  CHECK(size("caf\xC3\xA9") == 5);
}

TEST_CASE("nothing of one answer is in the next", "[answer_reader]") {
  AnswerReader reader;
  const std::string stream = joined(message_events());
  reader.begin(AnswerFormat::kMessages, 200, true);
  feed(reader, stream.substr(0, stream.size() / 2), millisecond(1));
  reader.begin(AnswerFormat::kMessages, 200, false);
  feed(reader, R"({"type":"message","content":[)", millisecond(2));
  reader.begin(AnswerFormat::kMessages, 200, true);
  std::string text;
  append_message_stop(text);
  feed(reader, text, millisecond(3));
  reader.end();
  const ReadAnswer& answer = reader.answer();
  CHECK(answer.is_whole);
  CHECK_FALSE(answer.has_usage);
  CHECK(answer.usage == Usage{});
  CHECK((answer.model + answer.stop_reason).empty());
  CHECK(answer.first_content == kNever);
  CHECK(answer.content_events == 0);
  CHECK_FALSE(answer.error);
}

TEST_CASE("numbers that cannot be tokens are not taken", "[answer_reader]") {
  const ReadAnswer answer = read_json(
      R"({"type":"message","content":[],"usage":{"input_tokens":-5,"output_tokens":1e30,)"
      R"("cache_read_input_tokens":"7","cache_creation_input_tokens":9223372036854775807}})");
  CHECK(answer.is_whole);
  CHECK(answer.usage == Usage{});
  CHECK_FALSE(answer.has_usage);
}

}  // namespace
}  // namespace sluice::wire
