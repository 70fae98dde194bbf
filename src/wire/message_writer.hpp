// The answers of the Messages API, written by appending: the message as JSON, and each event of a
// stream (docs: streaming 2026-08-14; SDK TS 1.11 for the newest usage fields). Nothing here knows
// what is said or when.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/usage.hpp"
#include "wire/api_error.hpp"

namespace sluice::wire {

enum class StopReason : std::uint8_t {
  kEndTurn,
  kMaxTokens,
  kStopSequence,
  kToolUse,
  kPauseTurn,
  kRefusal,
  kContextWindowExceeded,
};
std::string_view name(StopReason reason) noexcept;  // "end_turn", ...

struct MessageHead {
  std::string_view id{};                       // "msg_..."
  std::string_view model{};                    // as the API names it
  std::string_view service_tier = "standard";  // "standard", "priority", "batch"
  std::string_view inference_geo = "global";   // "global", "us"
  std::string_view speed{};                    // "standard", "fast"; empty: left out
};

struct Ending {
  StopReason reason = StopReason::kEndTurn;
  std::string_view stop_sequence{};        // of kStopSequence
  std::string_view refusal_category{};     // of kRefusal: "cyber", ...; empty: null
  std::string_view refusal_explanation{};  // of kRefusal; empty: null
};

// Usage as the API reports it; thinking tokens are part of the output.
struct ReportedUsage {
  Usage usage;
  std::int64_t thinking_tokens = 0;
};

// The JSON of a whole message is written in three parts: append_message_begin, the content blocks
// each with its own function, append_message_end.
void append_message_begin(std::string& out, const MessageHead& head);
void append_text_block(std::string& out, bool is_first, std::string_view text);
void append_thinking_block(std::string& out, bool is_first, std::string_view text,
                           std::string_view signature);
void append_tool_block(std::string& out, bool is_first, std::string_view id, std::string_view name,
                       std::string_view input_json);
void append_message_end(std::string& out, const MessageHead& head, const Ending& ending,
                        const ReportedUsage& usage);

// A block whose text comes in pieces: opened, each piece appended (append_json_text of
// wire/json_append.hpp; a tool's input as the JSON it is), closed.
void open_text_block(std::string& out, bool is_first);
void close_text_block(std::string& out);
void open_thinking_block(std::string& out, bool is_first);
void close_thinking_block(std::string& out, std::string_view signature);
void open_tool_block(std::string& out, bool is_first, std::string_view id, std::string_view name);
void close_tool_block(std::string& out);

// Events of a stream, each whole: "event: ...\ndata: ...\n\n".
void append_message_start(std::string& out, const MessageHead& head, const ReportedUsage& usage);
void append_text_start(std::string& out, int index);
void append_thinking_start(std::string& out, int index);
void append_tool_start(std::string& out, int index, std::string_view id, std::string_view name);
void append_text_delta(std::string& out, int index, std::string_view text);
void append_thinking_delta(std::string& out, int index, std::string_view text);
void append_signature_delta(std::string& out, int index, std::string_view signature);
void append_input_json_delta(std::string& out, int index, std::string_view partial_json);
// A delta whose text comes in pieces, as above.
void open_text_delta(std::string& out, int index);
void open_thinking_delta(std::string& out, int index);
void open_input_json_delta(std::string& out, int index);
void close_delta(std::string& out);
void append_block_stop(std::string& out, int index);
void append_message_delta(std::string& out, const Ending& ending, const ReportedUsage& usage);
void append_message_stop(std::string& out);
void append_ping(std::string& out);
void append_error_event(std::string& out, const ApiError& error);

// A JSON string with its quotes: everything that JSON asks for is escaped, UTF-8 passes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace sluice::wire
