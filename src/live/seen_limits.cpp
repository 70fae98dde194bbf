#include "live/seen_limits.hpp"

#include <algorithm>

#include "base/integer.hpp"

namespace sluice::live {
namespace {

// A bucket that lacks so much, at its limit's pace.
Duration time_to_refill(const wire::LimitState& state, Duration burst) noexcept {
  const int128 minute = ns(minutes(1));
  const int128 capacity = int128{state.limit} * ns(burst) / minute;
  const int128 missing = std::max<int128>(0, capacity - state.remaining);
  return nanoseconds(static_cast<std::int64_t>(missing * minute / state.limit));
}

// The headers do not say which of two types a number is of; at most one of them limits a group.
Duration burst_of(const LimitClock& clock, LimitType type, LimitType other) noexcept {
  const auto given = [&clock](LimitType one) {
    return clock.bursts[static_cast<std::size_t>(one)];
  };
  return given(type).value_or(given(other).value_or(clock.burst));
}

std::optional<LimitView> seen(const std::optional<wire::LimitState>& state,
                              const wire::AnswerFields& fields, const LimitClock& clock,
                              Duration burst) noexcept {
  if (!state || state->limit <= 0) return std::nullopt;
  const bool has_reset = state->full_at.nanoseconds != 0 && fields.date && !clock.is_mock;
  const Duration full_in = has_reset
                               ? nanoseconds(state->full_at.nanoseconds - fields.date->nanoseconds)
                               : time_to_refill(*state, burst);
  return LimitView{.limit = state->limit,
                   .remaining = state->remaining,
                   .full_at = clock.now + std::max(full_in, Duration{})};
}

}  // namespace

RateLimitView seen_limits(const wire::AnswerFields& fields, const LimitClock& clock) noexcept {
  const wire::RateLimitHeaders& limits = fields.limits;
  const auto& input = limits.input_tokens ? limits.input_tokens : limits.fast_input_tokens;
  const auto& output = limits.output_tokens ? limits.output_tokens : limits.fast_output_tokens;
  const Duration of_requests =
      burst_of(clock, LimitType::kRequestsPerMinute, LimitType::kRequestsPerMinute);
  const Duration of_input = limits.input_tokens
                                ? burst_of(clock, LimitType::kInputTokensPerMinuteCacheAware,
                                           LimitType::kInputTokensPerMinute)
                                : burst_of(clock, LimitType::kFastInputTokensPerMinuteCacheAware,
                                           LimitType::kFastInputTokensPerMinuteCacheAware);
  const LimitType output_type = limits.output_tokens ? LimitType::kOutputTokensPerMinute
                                                     : LimitType::kFastOutputTokensPerMinute;
  return {.requests = seen(limits.requests, fields, clock, of_requests),
          .input_tokens = seen(input, fields, clock, of_input),
          .output_tokens = seen(output, fields, clock, burst_of(clock, output_type, output_type))};
}

}  // namespace sluice::live
