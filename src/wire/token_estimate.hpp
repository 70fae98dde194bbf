// How many tokens a text has, without its tokenizer: a documented rule that is linear in the bytes'
// classes, so that it costs a fraction of a nanosecond a byte. Calibrated (a guess, not published)
// to 1 token per 4 characters of English prose; the model's own tokenizer scales it (tokens_of).
//
//   each ASCII letter 0.115, and 0.75 more where a run of letters begins; digit 0.45;
//   other visible ASCII 0.8; line feed 0.4; a space or tab after white space 0.06;
//   a character of 2 bytes 0.45, of 3 bytes 1.0, of 4 bytes 2.2; everything else 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/messages_request.hpp"

namespace sluice::wire {

// Weights are multiples of this, in thousandths of a token, so that one fits a byte.
inline constexpr std::int64_t kWeightUnit = 5;

// `words` counts the runs of bytes above the space. The text is UTF-8.
TextSize text_size(std::string_view text) noexcept;
// The same, byte by byte: what the fast form must agree with, and stands in for where there is no
// SSE2.
TextSize text_size_bytewise(std::string_view text) noexcept;

// What the prompt's form adds, in thousandths of a token (guesses that fit the documentation's
// example of 14 tokens for two short texts; docs: token-counting, 2026-08).
inline constexpr std::int64_t kRequestOverhead = 2000;
inline constexpr std::int64_t kMessageOverhead = 3000;
inline constexpr std::int64_t kToolOverhead = 8000;  // besides the text of its definition
// JSON inside a prompt (tools' schemas and inputs): the text of each key and value, and this for
// its punctuation.
inline constexpr std::int64_t kJsonKeyOverhead = 1000;
inline constexpr std::int64_t kJsonValueOverhead = 800;

// A page of a PDF document: the middle of the documented 1,500 to 3,000, and how many bytes of a
// file stand for a page (a guess).
inline constexpr std::int64_t kPageTokens = 2250;
inline constexpr std::int64_t kPageBytes = 50'000;
// Tokens of a PDF of that many bytes of base64.
std::int64_t pdf_tokens(std::size_t base64_bytes) noexcept;

}  // namespace sluice::wire
