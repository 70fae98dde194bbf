#include "mock/limit_headers.hpp"

#include <algorithm>

#include "mock/mock_plan.hpp"

namespace sluice::mock {
namespace {

using wire::LimitState;
using wire::RateLimitHeaders;

// Where the headers show that kind of limit; null: nowhere.
std::optional<LimitState>* place_of(LimitType type, RateLimitHeaders& headers) noexcept {
  switch (type) {
    case LimitType::kRequestsPerMinute:
      return &headers.requests;
    case LimitType::kInputTokensPerMinuteCacheAware:
    case LimitType::kInputTokensPerMinute:
      return &headers.input_tokens;
    case LimitType::kOutputTokensPerMinute:
      return &headers.output_tokens;
    case LimitType::kTokensPerMinute:
    case LimitType::kTokensPerDay:
      return &headers.tokens;
    case LimitType::kFastInputTokensPerMinuteCacheAware:
      return &headers.fast_input_tokens;
    case LimitType::kFastOutputTokensPerMinute:
      return &headers.fast_output_tokens;
    case LimitType::kEnqueuedBatchRequests:
      break;
  }
  return nullptr;
}

struct Reading {
  RateLimiter& limiter;
  TimePoint now;
  const ClientClock& clock;

  void read(LimiterId id, std::optional<LimitState>& place) const {
    TokenBucket& bucket = limiter.bucket(id);
    const std::int64_t remaining = std::max<std::int64_t>(0, bucket.level(now));
    if (place && place->remaining <= remaining) return;
    place = LimitState{.limit = bucket.size().limit,
                       .remaining = remaining,
                       .full_at = clock.after(bucket.full_at(now) - now)};
  }
};

// A reset when either is full again (capture 2025-06-02: input 63 s away, output full, tokens now).
LimitState sum(const LimitState& input, const LimitState& output) {
  return {.limit = input.limit + output.limit,
          .remaining = input.remaining + output.remaining,
          .full_at = std::min(input.full_at, output.full_at)};
}

}  // namespace

LimitSnapshot::LimitSnapshot(RateLimiter& limiter, RouteId route, TimePoint now,
                             const ClientClock& clock) {
  const Reading reading{limiter, now, clock};
  for (const RateLimiter::Met& met : limiter.limiters(route)) {
    const LimiterSpec& spec = limiter.spec(met.limiter);
    if (limiter.bucket(met.limiter).size().limit >= kNoLimit) continue;
    if (auto* const place = place_of(spec.type, read_)) reading.read(met.limiter, *place);
  }
}

void LimitSnapshot::read_output(RateLimiter& limiter, RouteId route, TimePoint now,
                                const ClientClock& clock) {
  const Reading reading{limiter, now, clock};
  read_.output_tokens.reset();
  read_.fast_output_tokens.reset();
  for (const RateLimiter::Met& met : limiter.limiters(route)) {
    const LimitType type = limiter.spec(met.limiter).type;
    const bool is_output =
        type == LimitType::kOutputTokensPerMinute || type == LimitType::kFastOutputTokensPerMinute;
    if (!is_output || limiter.bucket(met.limiter).size().limit >= kNoLimit) continue;
    reading.read(met.limiter, *place_of(type, read_));
  }
}

RateLimitHeaders LimitSnapshot::headers() const {
  RateLimitHeaders headers = read_;
  if (!headers.tokens && headers.input_tokens && headers.output_tokens) {
    headers.tokens = sum(*headers.input_tokens, *headers.output_tokens);
  }
  return headers;
}

}  // namespace sluice::mock
