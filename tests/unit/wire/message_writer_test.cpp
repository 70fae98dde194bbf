#include "wire/message_writer.hpp"

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/sse_events.hpp"
#include "unit/wire/answers.hpp"

namespace sluice::wire {
namespace {

using Json = nlohmann::json;

Json message_usage_json() {
  return Json::parse(R"({"input_tokens":25,"cache_creation_input_tokens":340,
    "cache_read_input_tokens":1000,
    "cache_creation":{"ephemeral_5m_input_tokens":300,"ephemeral_1h_input_tokens":40},
    "output_tokens":15,"output_tokens_details":{"thinking_tokens":4},"server_tool_use":null,
    "service_tier":"standard","inference_geo":"global"})");
}

WrittenEvent only_event(const std::string& text) {
  const auto events = sse_events(text);
  REQUIRE(events.size() == 1);
  CHECK(events[0].name == events[0].data.at("type"));
  return events[0];
}

template <typename Append, typename... Arguments>
WrittenEvent written(const Append& append, const Arguments&... arguments) {
  std::string out;
  append(out, arguments...);
  return only_event(out);
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST_CASE("a message has the documented members and no others", "[message_writer]") {
  std::string out;
  append_message_begin(out, kMessageHead);
  append_thinking_block(out, true, "Let me see.", "EqQB");
  append_text_block(out, false, "Hello \"you\"");
  append_tool_block(out, false, "toolu_01", "get_weather", R"({"location":"Paris"})");
  append_message_end(out, kMessageHead, {.reason = StopReason::kToolUse}, kUsage);
  Json expected = Json::parse(R"({"id":"msg_014p7gG3wDgGV9EUtLvnow3U","type":"message",
    "role":"assistant","model":"claude-opus-5-5","content":[
      {"type":"thinking","thinking":"Let me see.","signature":"EqQB"},
      {"type":"text","text":"Hello \"you\""},
      {"type":"tool_use","id":"toolu_01","name":"get_weather","input":{"location":"Paris"}}],
    "stop_reason":"tool_use","stop_sequence":null,"stop_details":null,"container":null,
    "diagnostics":null})");
  expected["usage"] = message_usage_json();
  CHECK(Json::parse(out) == expected);
}

TEST_CASE("speed is in the usage only of whoever asked for it", "[message_writer]") {
  MessageHead head = kMessageHead;
  head.speed = "fast";
  std::string out;
  append_message_begin(out, head);
  append_message_end(out, head, {}, {});
  CHECK(Json::parse(out).at("usage").at("speed") == "fast");
}

TEST_CASE("a refusal says why in stop_details", "[message_writer]") {
  std::string out;
  append_message_begin(out, kMessageHead);
  append_message_end(out, kMessageHead,
                     {.reason = StopReason::kRefusal,
                      .refusal_category = "cyber",
                      .refusal_explanation = "Because."},
                     {});
  const Json message = Json::parse(out);
  CHECK(message.at("content") == Json::array());
  CHECK(message.at("stop_reason") == "refusal");
  CHECK(message.at("stop_details") ==
        Json::parse(R"({"type":"refusal","category":"cyber","explanation":"Because."})"));
}

TEST_CASE("a refusal without a category has null there", "[message_writer]") {
  const Json delta =
      written(append_message_delta, Ending{.reason = StopReason::kRefusal}, ReportedUsage{}).data;
  CHECK(delta.at("delta").at("stop_details") ==
        Json::parse(R"({"type":"refusal","category":null,"explanation":null})"));
}

TEST_CASE("every stop reason has the API's name", "[message_writer]") {
  CHECK(name(StopReason::kEndTurn) == "end_turn");
  CHECK(name(StopReason::kMaxTokens) == "max_tokens");
  CHECK(name(StopReason::kStopSequence) == "stop_sequence");
  CHECK(name(StopReason::kToolUse) == "tool_use");
  CHECK(name(StopReason::kPauseTurn) == "pause_turn");
  CHECK(name(StopReason::kRefusal) == "refusal");
  CHECK(name(StopReason::kContextWindowExceeded) == "model_context_window_exceeded");
}

TEST_CASE("message_start has the final input usage and one output token", "[message_writer]") {
  const Json event = written(append_message_start, kMessageHead, kUsage).data;
  Json expected = Json::parse(R"({"type":"message_start","message":{
    "id":"msg_014p7gG3wDgGV9EUtLvnow3U","type":"message","role":"assistant","content":[],
    "model":"claude-opus-5-5","stop_reason":null,"stop_sequence":null,"stop_details":null,
    "container":null,"diagnostics":null}})");
  Json usage = message_usage_json();
  usage["output_tokens"] = 1;
  usage["output_tokens_details"]["thinking_tokens"] = 0;
  expected["message"]["usage"] = usage;
  CHECK(event == expected);
}

TEST_CASE("message_delta has cumulative usage, cache fields included", "[message_writer]") {
  const Json event =
      written(append_message_delta,
              Ending{.reason = StopReason::kStopSequence, .stop_sequence = "\n\nHuman:"}, kUsage)
          .data;
  CHECK(event == Json::parse(R"({"type":"message_delta","delta":{"stop_reason":"stop_sequence",
    "stop_sequence":"\n\nHuman:","stop_details":null,"container":null},
    "usage":{"input_tokens":25,"cache_creation_input_tokens":340,"cache_read_input_tokens":1000,
    "output_tokens":15,"output_tokens_details":{"thinking_tokens":4},"server_tool_use":null}})"));
}

TEST_CASE("the events of blocks are as documented", "[message_writer]") {
  CHECK(written(append_text_start, 0).data == Json::parse(R"({"type":"content_block_start",
    "index":0,"content_block":{"type":"text","text":""}})"));
  CHECK(written(append_thinking_start, 0).data == Json::parse(R"({"type":"content_block_start",
    "index":0,"content_block":{"type":"thinking","thinking":"","signature":""}})"));
  CHECK(written(append_tool_start, 12, "toolu_01", "get_weather").data ==
        Json::parse(R"({"type":"content_block_start","index":12,"content_block":
    {"type":"tool_use","id":"toolu_01","name":"get_weather","input":{}}})"));
  CHECK(written(append_text_delta, 0, " a\nb").data == Json::parse(R"({"type":"content_block_delta",
    "index":0,"delta":{"type":"text_delta","text":" a\nb"}})"));
  CHECK(written(append_thinking_delta, 1, "hm").data == Json::parse(R"({"type":
    "content_block_delta","index":1,"delta":{"type":"thinking_delta","thinking":"hm"}})"));
  CHECK(written(append_signature_delta, 1, "Eq+/").data == Json::parse(R"({"type":
    "content_block_delta","index":1,"delta":{"type":"signature_delta","signature":"Eq+/"}})"));
  CHECK(written(append_input_json_delta, 2, R"({"a": "b)").data == Json::parse(R"({"type":
    "content_block_delta","index":2,"delta":{"type":"input_json_delta",
    "partial_json":"{\"a\": \"b"}})"));
  CHECK(written(append_block_stop, 3).data ==
        Json::parse(R"({"type":"content_block_stop","index":3})"));
}

TEST_CASE("message_stop, ping and error are byte for byte as documented", "[message_writer]") {
  std::string out;
  append_message_stop(out);
  append_ping(out);
  CHECK(out ==
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
        "event: ping\ndata: {\"type\": \"ping\"}\n\n");
  CHECK(written(append_error_event,
                ApiError{.kind = ErrorKind::kOverloaded, .message = "Overloaded", .error_code = {}})
            .data == Json::parse(R"({"type":"error","error":{"type":"overloaded_error",
    "message":"Overloaded"}})"));
}

TEST_CASE("every character comes back from a JSON string, wherever it stands", "[message_writer]") {
  for (int code = 0; code < 128; ++code) {
    for (std::size_t place = 0; place < 20; ++place) {
      std::string text(20, 'x');
      text[place] = static_cast<char>(code);
      INFO("character " << code << " at " << place);
      REQUIRE(Json::parse(json_string(text)) == text);
    }
  }
}

TEST_CASE("UTF-8 passes as it is", "[message_writer]") {
  const std::string text = "\u00e4\u20ac\U0001f600 \u2028 end";
  CHECK(json_string(text) == '"' + text + '"');
}

TEST_CASE("control characters have the short escape where JSON has one", "[message_writer]") {
  CHECK(json_string(std::string("\b\f\n\r\t\"\\/\0\x1f\x7f", 11)) ==
        "\"\\b\\f\\n\\r\\t\\\"\\\\/\\u0000\\u001f\x7f\"");
}

}  // namespace
}  // namespace sluice::wire
