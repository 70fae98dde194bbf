// One JSON document of an answer, or of a stream's event, in one pass: what a client has to know of
// it, whichever of the two formats it is in. Members are taken wherever they stand, since gateways
// write them in an order of their own; what is unknown or of another type is read over.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "api/usage.hpp"

namespace sluice::wire {

// As the server wrote it: none where it said nothing, or null.
struct UsageFacts {
  std::optional<std::int64_t> input_tokens{};
  std::optional<std::int64_t> cache_creation{};  // both lifetimes together
  std::optional<std::int64_t> cache_creation_5m{};
  std::optional<std::int64_t> cache_creation_1h{};
  std::optional<std::int64_t> cache_read{};
  std::optional<std::int64_t> prompt_tokens{};  // chat: with what was read from the cache
  std::optional<std::int64_t> output_tokens{};
  std::optional<std::int64_t> thinking_tokens{};
  bool is_any = false;
};
// Usage in a stream is cumulative and may leave out what was said before.
void apply(const UsageFacts& facts, Usage& usage, std::int64_t& thinking_tokens) noexcept;

// Views are valid until the same thread reads its next document, or the document goes.
struct AnswerFacts {
  std::string_view type{};
  std::string_view model{};
  std::string_view stop_reason{};
  bool has_blocks = false;    // "content" of a message, "choices" of a completion
  bool has_answer = false;    // content that is not thinking, and not empty
  bool has_thinking = false;  // thinking, its signature, or what stands for it
  bool has_error = false;
  std::int64_t text_bytes = 0;  // of answer text, without escapes
  UsageFacts usage{};
  std::string_view error_type{};
  std::string_view error_message{};
  std::string_view error_code{};
};

// False: not a JSON object. 64 bytes behind `json` must be readable.
bool read_answer(std::string_view json, AnswerFacts& facts);

}  // namespace sluice::wire
