// The rate-limit headers of a response (docs: rate-limits "Response headers", 2026-08; captures
// 2025-02 to 2026-05): limit, remaining and reset for requests, tokens, input tokens and output
// tokens; fast mode's own two.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/calendar.hpp"

namespace sluice::wire {

struct LimitState {
  std::int64_t limit = 0;
  std::int64_t remaining = 0;  // exact, at least 0; token kinds are written to the nearest thousand
  UnixTime full_at;            // written in whole seconds, rounded up
};

struct RateLimitHeaders {
  std::optional<LimitState> requests{};
  std::optional<LimitState> tokens{};
  std::optional<LimitState> input_tokens{};
  std::optional<LimitState> output_tokens{};
  std::optional<LimitState> fast_input_tokens{};
  std::optional<LimitState> fast_output_tokens{};
};

// "anthropic-ratelimit-requests-limit: 50\r\n", ...
void append_rate_limit_headers(std::string& fields, const RateLimitHeaders& headers);
// "x-ratelimit-limit-requests: 50\r\n", ... as the OpenAI-compatible endpoint has them; resets are
// RFC 3339 instants there too (inferred; docs: openai-sdk, 2026-04, give names only).
void append_chat_rate_limit_headers(std::string& fields, const RateLimitHeaders& headers);
// "2025-06-02T15:15:48Z", rounded up to whole seconds.
void append_whole_seconds(std::string& out, UnixTime time);

}  // namespace sluice::wire
