#include "wire/message_writer.hpp"

#include <array>

#include "wire/json_append.hpp"

namespace sluice::wire {
namespace {

constexpr std::array<std::string_view, 7> kStopReasons = {"end_turn",
                                                          "max_tokens",
                                                          "stop_sequence",
                                                          "tool_use",
                                                          "pause_turn",
                                                          "refusal",
                                                          "model_context_window_exceeded"};

// JSON's null where there is nothing to say.
void append_nullable(std::string& out, std::string_view text) {
  if (text.empty()) {
    out += "null";
  } else {
    append_json_string(out, text);
  }
}

// The members that stop a message, as the message and message_delta have them.
void append_ending(std::string& out, const Ending& ending) {
  out += R"("stop_reason":")";
  out += name(ending.reason);
  out += R"(","stop_sequence":)";
  append_nullable(out, ending.stop_sequence);
  if (ending.reason != StopReason::kRefusal) {
    out += R"(,"stop_details":null)";
    return;
  }
  out += R"(,"stop_details":{"type":"refusal","category":)";
  append_nullable(out, ending.refusal_category);
  out += R"(,"explanation":)";
  append_nullable(out, ending.refusal_explanation);
  out += '}';
}

void append_input_usage(std::string& out, const Usage& usage) {
  out += R"({"input_tokens":)";
  append_number(out, usage.input_tokens);
  out += R"(,"cache_creation_input_tokens":)";
  append_number(out, usage.cache_creation_input_tokens());
  out += R"(,"cache_read_input_tokens":)";
  append_number(out, usage.cache_read_input_tokens);
}

void append_output_usage(std::string& out, std::int64_t output_tokens,
                         std::int64_t thinking_tokens) {
  out += R"(,"output_tokens":)";
  append_number(out, output_tokens);
  out += R"(,"output_tokens_details":{"thinking_tokens":)";
  append_number(out, thinking_tokens);
  out += R"(},"server_tool_use":null)";
}

// What most messages have behind their input tokens, in one piece.
constexpr std::string_view kNothingCached =
    R"(,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":)"
    R"({"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0})";

// The usage of a message, from the brace to the brace.
void append_usage(std::string& out, const MessageHead& head, const Usage& usage,
                  std::int64_t output_tokens, std::int64_t thinking_tokens) {
  const bool is_cached =
      (usage.cache_creation_5m_input_tokens | usage.cache_creation_1h_input_tokens |
       usage.cache_read_input_tokens) != 0;
  if (is_cached) {
    append_input_usage(out, usage);
    out += R"(,"cache_creation":{"ephemeral_5m_input_tokens":)";
    append_number(out, usage.cache_creation_5m_input_tokens);
    out += R"(,"ephemeral_1h_input_tokens":)";
    append_number(out, usage.cache_creation_1h_input_tokens);
    out += '}';
  } else {
    out += R"({"input_tokens":)";
    append_number(out, usage.input_tokens);
    out += kNothingCached;
  }
  append_output_usage(out, output_tokens, thinking_tokens);
  out += R"(,"service_tier":)";
  append_json_string(out, head.service_tier);
  out += R"(,"inference_geo":)";
  append_json_string(out, head.inference_geo);
  if (!head.speed.empty()) {
    out += R"(,"speed":)";
    append_json_string(out, head.speed);
  }
  out += '}';
}

void open_delta(std::string& out, int index, std::string_view type_and_member) {
  out += "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":";
  append_number(out, index);
  out += R"(,"delta":{"type":")";
  out += type_and_member;
}

void open_block_start(std::string& out, int index) {
  out += "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":";
  append_number(out, index);
  out += R"(,"content_block":)";
}

void append_comma(std::string& out, bool is_first) {
  if (!is_first) {
    out += ',';
  }
}

}  // namespace

std::string_view name(StopReason reason) noexcept {
  return kStopReasons[static_cast<std::size_t>(reason)];
}

void append_message_begin(std::string& out, const MessageHead& head) {
  out += R"({"id":)";
  append_json_string(out, head.id);
  out += R"(,"type":"message","role":"assistant","model":)";
  append_json_string(out, head.model);
  out += R"(,"content":[)";
}

void open_text_block(std::string& out, bool is_first) {
  append_comma(out, is_first);
  out += R"({"type":"text","text":")";
}

void close_text_block(std::string& out) { out += "\"}"; }

void append_text_block(std::string& out, bool is_first, std::string_view text) {
  open_text_block(out, is_first);
  append_json_text(out, text);
  close_text_block(out);
}

void open_thinking_block(std::string& out, bool is_first) {
  append_comma(out, is_first);
  out += R"({"type":"thinking","thinking":")";
}

void close_thinking_block(std::string& out, std::string_view signature) {
  out += R"(","signature":)";
  append_json_string(out, signature);
  out += '}';
}

void append_thinking_block(std::string& out, bool is_first, std::string_view text,
                           std::string_view signature) {
  open_thinking_block(out, is_first);
  append_json_text(out, text);
  close_thinking_block(out, signature);
}

void open_tool_block(std::string& out, bool is_first, std::string_view id, std::string_view name) {
  append_comma(out, is_first);
  out += R"({"type":"tool_use","id":)";
  append_json_string(out, id);
  out += R"(,"name":)";
  append_json_string(out, name);
  out += R"(,"input":)";
}

void close_tool_block(std::string& out) { out += '}'; }

void append_tool_block(std::string& out, bool is_first, std::string_view id, std::string_view name,
                       std::string_view input_json) {
  open_tool_block(out, is_first, id, name);
  out += input_json;
  close_tool_block(out);
}

void append_message_end(std::string& out, const MessageHead& head, const Ending& ending,
                        const ReportedUsage& usage) {
  out += "],";
  append_ending(out, ending);
  out += R"(,"container":null,"diagnostics":null,"usage":)";
  append_usage(out, head, usage.usage, usage.usage.output_tokens, usage.thinking_tokens);
  out += '}';
}

void append_message_start(std::string& out, const MessageHead& head, const ReportedUsage& usage) {
  out += "event: message_start\ndata: {\"type\":\"message_start\",\"message\":";
  append_message_begin(out, head);
  out += R"(],"stop_reason":null,"stop_sequence":null,"stop_details":null,)"
         R"("container":null,"diagnostics":null,"usage":)";
  append_usage(out, head, usage.usage, 1, 0);
  out += "}}\n\n";
}

void append_text_start(std::string& out, int index) {
  open_block_start(out, index);
  out += "{\"type\":\"text\",\"text\":\"\"}}\n\n";
}

void append_thinking_start(std::string& out, int index) {
  open_block_start(out, index);
  out += "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}}\n\n";
}

void append_tool_start(std::string& out, int index, std::string_view id, std::string_view name) {
  open_block_start(out, index);
  open_tool_block(out, true, id, name);
  out += "{}}}\n\n";
}

void open_text_delta(std::string& out, int index) {
  open_delta(out, index, R"(text_delta","text":")");
}

void open_thinking_delta(std::string& out, int index) {
  open_delta(out, index, R"(thinking_delta","thinking":")");
}

void open_input_json_delta(std::string& out, int index) {
  open_delta(out, index, R"(input_json_delta","partial_json":")");
}

void close_delta(std::string& out) { out += "\"}}\n\n"; }

void append_text_delta(std::string& out, int index, std::string_view text) {
  open_text_delta(out, index);
  append_json_text(out, text);
  close_delta(out);
}

void append_thinking_delta(std::string& out, int index, std::string_view text) {
  open_thinking_delta(out, index);
  append_json_text(out, text);
  close_delta(out);
}

void append_signature_delta(std::string& out, int index, std::string_view signature) {
  open_delta(out, index, R"(signature_delta","signature":")");
  append_json_text(out, signature);
  close_delta(out);
}

void append_input_json_delta(std::string& out, int index, std::string_view partial_json) {
  open_input_json_delta(out, index);
  append_json_text(out, partial_json);
  close_delta(out);
}

void append_block_stop(std::string& out, int index) {
  out += "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":";
  append_number(out, index);
  out += "}\n\n";
}

void append_message_delta(std::string& out, const Ending& ending, const ReportedUsage& usage) {
  out += "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{";
  append_ending(out, ending);
  out += R"(,"container":null},"usage":)";
  append_input_usage(out, usage.usage);
  append_output_usage(out, usage.usage.output_tokens, usage.thinking_tokens);
  out += "}}\n\n";
}

void append_message_stop(std::string& out) {
  out += "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
}

// With the space that the documentation shows here and nowhere else.
void append_ping(std::string& out) { out += "event: ping\ndata: {\"type\": \"ping\"}\n\n"; }

void append_error_event(std::string& out, const ApiError& error) {
  out += "event: error\ndata: ";
  append_error(out, error, {});
  out += "\n\n";
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  append_json_text(out, text);
  out += '"';
}

}  // namespace sluice::wire
