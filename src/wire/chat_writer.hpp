// The answers of OpenAI's chat completions format, as compatible gateways and the API's own
// compatibility endpoint speak it (docs: openai-sdk, 2026-04): the completion as JSON, and the
// chunks of a stream, each "data: {...}\n\n". Nothing here knows what is said or when.
//
//   append_chat_role(out, head); append_chat_text(out, head, "Hello");
//   append_chat_finish(out, head, StopReason::kEndTurn); append_chat_done(out);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/usage.hpp"
#include "wire/message_writer.hpp"

namespace sluice::wire {

struct ChatHead {
  std::string_view id{};     // "chatcmpl-..." or "msg_..."
  std::string_view model{};  // as the request names it
  std::int64_t created = 0;  // Unix time in seconds
  bool includes_usage =
      false;  // stream_options.include_usage: every chunk has the field, most null
};

struct ChatToolCall {
  std::string_view id{};
  std::string_view name{};
  std::string_view arguments{};  // JSON, as text
};

// "stop", "length", "tool_calls" or "content_filter".
std::string_view chat_finish_reason(StopReason reason) noexcept;

// The whole completion. `text` empty: content is null when there is a tool call, else "".
void append_chat_completion(std::string& out, const ChatHead& head, std::string_view text,
                            const std::optional<ChatToolCall>& tool, StopReason reason,
                            const Usage& usage);

// Chunks in their order: role, then text, then the tool's start and arguments, finish, the usage
// if it was asked for, done.
void append_chat_role(std::string& out, const ChatHead& head);
void append_chat_text(std::string& out, const ChatHead& head, std::string_view text);
// The tool's id and name, with empty arguments.
void append_chat_tool_start(std::string& out, const ChatHead& head, std::string_view id,
                            std::string_view name);
void append_chat_tool_arguments(std::string& out, const ChatHead& head, std::string_view partial);
void append_chat_finish(std::string& out, const ChatHead& head, StopReason reason);
// The chunk without choices that carries the usage: only if head.includes_usage.
void append_chat_usage(std::string& out, const ChatHead& head, const Usage& usage);
void append_chat_done(std::string& out);

}  // namespace sluice::wire
