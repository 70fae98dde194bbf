#include "wire/chat_writer.hpp"

#include "wire/json_append.hpp"

namespace sluice::wire {
namespace {

void append_head(std::string& out, const ChatHead& head, std::string_view object) {
  out += R"({"id":)";
  append_json_string(out, head.id);
  out += R"(,"object":")";
  out += object;
  out += R"(","created":)";
  append_number(out, head.created);
  out += R"(,"model":)";
  append_json_string(out, head.model);
  out += R"(,"choices":[)";
}

void append_usage(std::string& out, const Usage& usage) {
  out += R"("usage":{"prompt_tokens":)";
  append_number(out, usage.prompt_tokens());
  out += R"(,"completion_tokens":)";
  append_number(out, usage.output_tokens);
  out += R"(,"total_tokens":)";
  append_number(out, usage.prompt_tokens() + usage.output_tokens);
  out += R"(,"prompt_tokens_details":{"cached_tokens":)";
  append_number(out, usage.cache_read_input_tokens);
  out += "}}";
}

void open_chunk(std::string& out, const ChatHead& head) {
  out += "data: ";
  append_head(out, head, "chat.completion.chunk");
}

void open_delta(std::string& out, const ChatHead& head) {
  open_chunk(out, head);
  out += R"({"index":0,"delta":{)";
}

void close_delta(std::string& out, const ChatHead& head, std::string_view finish_reason = {}) {
  out += R"(},"logprobs":null,"finish_reason":)";
  if (finish_reason.empty()) {
    out += "null";
  } else {
    append_json_string(out, finish_reason);
  }
  out += head.includes_usage ? "}],\"usage\":null}\n\n" : "}]}\n\n";
}

void append_function(std::string& out, std::string_view name, std::string_view arguments) {
  out += R"("type":"function","function":{"name":)";
  append_json_string(out, name);
  out += R"(,"arguments":)";
  append_json_string(out, arguments);
  out += '}';
}

}  // namespace

std::string_view chat_finish_reason(StopReason reason) noexcept {
  switch (reason) {
    case StopReason::kEndTurn:
    case StopReason::kStopSequence:
    case StopReason::kPauseTurn:
      return "stop";
    case StopReason::kMaxTokens:
    case StopReason::kContextWindowExceeded:
      return "length";
    case StopReason::kToolUse:
      return "tool_calls";
    case StopReason::kRefusal:
      return "content_filter";
  }
  return "stop";
}

void append_chat_completion(std::string& out, const ChatHead& head, std::string_view text,
                            const std::optional<ChatToolCall>& tool, StopReason reason,
                            const Usage& usage) {
  append_head(out, head, "chat.completion");
  out += R"({"index":0,"message":{"role":"assistant","content":)";
  if (text.empty() && tool) {
    out += "null";
  } else {
    append_json_string(out, text);
  }
  out += R"(,"refusal":null)";
  if (tool) {
    out += R"(,"tool_calls":[{"id":)";
    append_json_string(out, tool->id);
    out += ',';
    append_function(out, tool->name, tool->arguments);
    out += "}]";
  }
  out += R"(},"logprobs":null,"finish_reason":")";
  out += chat_finish_reason(reason);
  out += "\"}],";
  append_usage(out, usage);
  out += '}';
}

void append_chat_role(std::string& out, const ChatHead& head) {
  open_delta(out, head);
  out += R"("role":"assistant","content":"")";
  close_delta(out, head);
}

void append_chat_text(std::string& out, const ChatHead& head, std::string_view text) {
  open_delta(out, head);
  out += R"("content":)";
  append_json_string(out, text);
  close_delta(out, head);
}

void append_chat_tool_start(std::string& out, const ChatHead& head, std::string_view id,
                            std::string_view name) {
  open_delta(out, head);
  out += R"("tool_calls":[{"index":0,"id":)";
  append_json_string(out, id);
  out += ',';
  append_function(out, name, {});
  out += "}]";
  close_delta(out, head);
}

void append_chat_tool_arguments(std::string& out, const ChatHead& head, std::string_view partial) {
  open_delta(out, head);
  out += R"("tool_calls":[{"index":0,"function":{"arguments":)";
  append_json_string(out, partial);
  out += "}}]";
  close_delta(out, head);
}

void append_chat_finish(std::string& out, const ChatHead& head, StopReason reason) {
  open_delta(out, head);
  close_delta(out, head, chat_finish_reason(reason));
}

void append_chat_usage(std::string& out, const ChatHead& head, const Usage& usage) {
  open_chunk(out, head);
  out += "],";
  append_usage(out, usage);
  out += "}\n\n";
}

void append_chat_done(std::string& out) { out += "data: [DONE]\n\n"; }

}  // namespace sluice::wire
