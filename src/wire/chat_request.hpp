// The body of POST /v1/chat/completions in OpenAI's format, read into the same MessagesRequest as
// the Messages API's (docs: openai-sdk, 2026-04). MessagesParser::parse_chat() reads it; here
// stands what a MessagesRequest has no place for, and what the endpoint assumes.
#pragma once

#include <cstdint>

namespace sluice::wire {

struct ChatExtras {
  bool include_usage = false;  // stream_options.include_usage: a last chunk with the usage
};

// OpenAI's API needs no limit of the answer, the Messages API does: this stands in where neither
// max_tokens nor max_completion_tokens is given (a choice of this server, not documented).
inline constexpr std::int64_t kChatMaxTokens = 4096;

}  // namespace sluice::wire
