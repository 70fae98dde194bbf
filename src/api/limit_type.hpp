// The kinds of limit, by the API's own names (Admin API `rate_limits`, 2026-11-19), and the causes
// of a 429 that a report tells apart.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice {

// In the order in which ties between limiters are broken.
enum class LimitType : std::uint8_t {
  kRequestsPerMinute,
  kInputTokensPerMinuteCacheAware,  // counts input and cache writes, not cache reads
  kInputTokensPerMinute,            // counts cache reads too
  kOutputTokensPerMinute,
  kTokensPerMinute,  // input and output together
  kTokensPerDay,
  kFastInputTokensPerMinuteCacheAware,
  kFastOutputTokensPerMinute,
  kEnqueuedBatchRequests,  // a number of waiting requests, not a rate
};
inline constexpr std::size_t kLimitTypeCount = 9;

// "requests_per_minute", ..., "fast_itpmca", "fast_otpm", "enqueued_batch_requests".
std::string_view name(LimitType type) noexcept;
std::optional<LimitType> limit_type_named(std::string_view name) noexcept;
bool counts_input(LimitType type) noexcept;
bool counts_output(LimitType type) noexcept;

// Why a request was refused with 429.
enum class LimitCause : std::uint8_t {
  kRequests,
  kInputTokens,
  kOutputTokens,
  kRamp,
  kConcurrency,
  kSpend,
  kBatchQueue,
  kUnknown,  // a load test: neither body nor headers of the answer tell
};
inline constexpr std::size_t kLimitCauseCount = 8;

// "requests", "input_tokens", "output_tokens", "ramp", "concurrency", "spend", "batch_queue",
// "unknown".
std::string_view name(LimitCause cause) noexcept;
LimitCause cause_of(
    LimitType type) noexcept;  // tokens_per_minute and tokens_per_day count as input_tokens

}  // namespace sluice
