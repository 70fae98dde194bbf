#include "api/limit_type.hpp"

namespace sluice {
namespace {

constexpr std::array<std::string_view, kLimitTypeCount> kTypeNames = {
    "requests_per_minute",
    "input_tokens_per_minute_cache_aware",
    "input_tokens_per_minute",
    "output_tokens_per_minute",
    "tokens_per_minute",
    "tokens_per_day",
    "fast_itpmca",
    "fast_otpm",
    "enqueued_batch_requests"};

constexpr std::array<std::string_view, kLimitCauseCount> kCauseNames = {
    "requests",    "input_tokens", "output_tokens", "ramp",
    "concurrency", "spend",        "batch_queue",   "unknown"};

}  // namespace

std::string_view name(LimitType type) noexcept {
  return kTypeNames[static_cast<std::size_t>(type)];
}

std::optional<LimitType> limit_type_named(std::string_view wanted) noexcept {
  for (std::size_t i = 0; i < kLimitTypeCount; ++i) {
    if (kTypeNames[i] == wanted) return static_cast<LimitType>(i);
  }
  return std::nullopt;
}

bool counts_input(LimitType type) noexcept {
  switch (type) {
    case LimitType::kInputTokensPerMinuteCacheAware:
    case LimitType::kInputTokensPerMinute:
    case LimitType::kTokensPerMinute:
    case LimitType::kTokensPerDay:
    case LimitType::kFastInputTokensPerMinuteCacheAware:
      return true;
    case LimitType::kRequestsPerMinute:
    case LimitType::kOutputTokensPerMinute:
    case LimitType::kFastOutputTokensPerMinute:
    case LimitType::kEnqueuedBatchRequests:
      return false;
  }
  return false;
}

bool counts_output(LimitType type) noexcept {
  switch (type) {
    case LimitType::kOutputTokensPerMinute:
    case LimitType::kTokensPerMinute:
    case LimitType::kTokensPerDay:
    case LimitType::kFastOutputTokensPerMinute:
      return true;
    case LimitType::kRequestsPerMinute:
    case LimitType::kInputTokensPerMinuteCacheAware:
    case LimitType::kInputTokensPerMinute:
    case LimitType::kFastInputTokensPerMinuteCacheAware:
    case LimitType::kEnqueuedBatchRequests:
      return false;
  }
  return false;
}

std::string_view name(LimitCause cause) noexcept {
  return kCauseNames[static_cast<std::size_t>(cause)];
}

LimitCause cause_of(LimitType type) noexcept {
  switch (type) {
    case LimitType::kRequestsPerMinute:
      return LimitCause::kRequests;
    case LimitType::kOutputTokensPerMinute:
    case LimitType::kFastOutputTokensPerMinute:
      return LimitCause::kOutputTokens;
    case LimitType::kEnqueuedBatchRequests:
      return LimitCause::kBatchQueue;
    case LimitType::kInputTokensPerMinuteCacheAware:
    case LimitType::kInputTokensPerMinute:
    case LimitType::kTokensPerMinute:
    case LimitType::kTokensPerDay:
    case LimitType::kFastInputTokensPerMinuteCacheAware:
      return LimitCause::kInputTokens;
  }
  return LimitCause::kInputTokens;
}

}  // namespace sluice
