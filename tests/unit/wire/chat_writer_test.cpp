#include "wire/chat_writer.hpp"

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/sse_events.hpp"

namespace sluice::wire {
namespace {

using Json = nlohmann::json;

constexpr ChatHead kWrittenChat{
    .id = "chatcmpl-1", .model = "claude-opus-5-5", .created = 1'700'000'000};
constexpr Usage kChatUsage{.input_tokens = 20, .cache_read_input_tokens = 100, .output_tokens = 7};

Json chat_usage_json() {
  return Json::parse(R"({"prompt_tokens":120,"completion_tokens":7,"total_tokens":127,
    "prompt_tokens_details":{"cached_tokens":100}})");
}

TEST_CASE("a completion has OpenAI's members", "[chat_writer]") {
  std::string out;
  append_chat_completion(out, kWrittenChat, "Hello\n\"you\"", std::nullopt, StopReason::kEndTurn,
                         kChatUsage);
  Json expected = Json::parse(R"({"id":"chatcmpl-1","object":"chat.completion",
    "created":1700000000,"model":"claude-opus-5-5","choices":[{"index":0,"message":
    {"role":"assistant","content":"Hello\n\"you\"","refusal":null},"logprobs":null,
    "finish_reason":"stop"}]})");
  expected["usage"] = chat_usage_json();
  CHECK(Json::parse(out) == expected);
}

TEST_CASE("a tool call's arguments are JSON in a string", "[chat_writer]") {
  std::string out;
  append_chat_completion(
      out, kWrittenChat, "",
      ChatToolCall{.id = "call_1", .name = "get_weather", .arguments = R"({"query":"a b"})"},
      StopReason::kToolUse, kChatUsage);
  const Json choice = Json::parse(out).at("choices").at(0);
  CHECK(choice.at("finish_reason") == "tool_calls");
  CHECK(choice.at("message") == Json::parse(R"({"role":"assistant","content":null,"refusal":null,
    "tool_calls":[{"id":"call_1","type":"function",
    "function":{"name":"get_weather","arguments":"{\"query\":\"a b\"}"}}]})"));
}

TEST_CASE("every stop reason has a finish reason", "[chat_writer]") {
  CHECK(chat_finish_reason(StopReason::kEndTurn) == "stop");
  CHECK(chat_finish_reason(StopReason::kStopSequence) == "stop");
  CHECK(chat_finish_reason(StopReason::kPauseTurn) == "stop");
  CHECK(chat_finish_reason(StopReason::kMaxTokens) == "length");
  CHECK(chat_finish_reason(StopReason::kContextWindowExceeded) == "length");
  CHECK(chat_finish_reason(StopReason::kToolUse) == "tool_calls");
  CHECK(chat_finish_reason(StopReason::kRefusal) == "content_filter");
}

TEST_CASE("chunks carry deltas in OpenAI's shape", "[chat_writer]") {
  std::string out;
  append_chat_role(out, kWrittenChat);
  append_chat_text(out, kWrittenChat, "Hi\n");
  append_chat_tool_start(out, kWrittenChat, "call_1", "get_weather");
  append_chat_tool_arguments(out, kWrittenChat, R"({"a":)");
  append_chat_finish(out, kWrittenChat, StopReason::kToolUse);
  const auto events = sse_events(out);
  REQUIRE(events.size() == 5);
  const std::vector<Json> deltas = {
      Json::parse(R"({"role":"assistant","content":""})"), Json::parse(R"({"content":"Hi\n"})"),
      Json::parse(R"({"tool_calls":[{"index":0,"id":"call_1","type":"function",
        "function":{"name":"get_weather","arguments":""}}]})"),
      Json::parse(R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]})"),
      Json::object()};
  for (std::size_t index = 0; index < events.size(); ++index) {
    INFO(index);
    Json expected = Json::parse(R"({"id":"chatcmpl-1","object":"chat.completion.chunk",
      "created":1700000000,"model":"claude-opus-5-5","choices":[{"index":0,"logprobs":null,
      "finish_reason":null}]})");
    expected["choices"][0]["delta"] = deltas[index];
    if (index == 4) {
      expected["choices"][0]["finish_reason"] = "tool_calls";
    }
    CHECK(events[index].data == expected);
  }
}

TEST_CASE("with include_usage the last chunk has the usage and the others null", "[chat_writer]") {
  ChatHead head = kWrittenChat;
  head.includes_usage = true;
  std::string out;
  append_chat_role(out, head);
  append_chat_finish(out, head, StopReason::kEndTurn);
  append_chat_usage(out, head, kChatUsage);
  const auto events = sse_events(out);
  REQUIRE(events.size() == 3);
  CHECK(events[0].data.at("usage").is_null());
  CHECK(events[1].data.at("usage").is_null());
  CHECK(events[2].data.at("choices") == Json::array());
  CHECK(events[2].data.at("usage") == chat_usage_json());
}

TEST_CASE("without include_usage no chunk has the member", "[chat_writer]") {
  std::string out;
  append_chat_finish(out, kWrittenChat, StopReason::kEndTurn);
  CHECK(!sse_events(out).at(0).data.contains("usage"));
}

TEST_CASE("a chat stream ends with [DONE]", "[chat_writer]") {
  std::string out;
  append_chat_done(out);
  CHECK(out == "data: [DONE]\n\n");
}

}  // namespace
}  // namespace sluice::wire
