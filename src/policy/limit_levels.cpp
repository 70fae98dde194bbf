#include "policy/limit_levels.hpp"

#include <algorithm>

namespace sluice {
namespace {

// Where the headers show that kind of limit; null: nowhere.
std::optional<LimitLevel>* place_of(LimitType type, LimitLevels& levels) noexcept {
  switch (type) {
    case LimitType::kRequestsPerMinute:
      return &levels.requests;
    case LimitType::kInputTokensPerMinuteCacheAware:
    case LimitType::kInputTokensPerMinute:
      return &levels.input_tokens;
    case LimitType::kOutputTokensPerMinute:
      return &levels.output_tokens;
    case LimitType::kTokensPerMinute:
    case LimitType::kTokensPerDay:
      return &levels.tokens;
    case LimitType::kFastInputTokensPerMinuteCacheAware:
      return &levels.fast_input_tokens;
    case LimitType::kFastOutputTokensPerMinute:
      return &levels.fast_output_tokens;
    case LimitType::kEnqueuedBatchRequests:
      break;
  }
  return nullptr;
}

void read(TokenBucket& bucket, TimePoint now, std::optional<LimitLevel>& place) {
  const std::int64_t remaining = std::max<std::int64_t>(0, bucket.level(now));
  if (place && place->remaining <= remaining) return;
  place = LimitLevel{
      .limit = bucket.size().limit, .remaining = remaining, .full_at = bucket.full_at(now)};
}

TimePoint up_to_whole_second(TimePoint at, std::int64_t start_unix_ns) noexcept {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t part = (start_unix_ns % kSecond + ns(at - kRunStart) % kSecond) % kSecond;
  if (part == 0) return at;
  return at + nanoseconds(part > 0 ? kSecond - part : -part);
}

}  // namespace

LimitLevels read_levels(RateLimiter& limiter, RouteId route, TimePoint now) {
  LimitLevels levels;
  for (const RateLimiter::Met& met : limiter.limiters(route)) {
    TokenBucket& bucket = limiter.bucket(met.limiter);
    if (bucket.size().limit >= kAsGoodAsNoLimit) continue;
    if (auto* const place = place_of(limiter.spec(met.limiter).type, levels)) {
      read(bucket, now, *place);
    }
  }
  return levels;
}

void read_output_levels(RateLimiter& limiter, RouteId route, TimePoint now, LimitLevels& levels) {
  levels.output_tokens.reset();
  levels.fast_output_tokens.reset();
  for (const RateLimiter::Met& met : limiter.limiters(route)) {
    const LimitType type = limiter.spec(met.limiter).type;
    const bool is_output =
        type == LimitType::kOutputTokensPerMinute || type == LimitType::kFastOutputTokensPerMinute;
    TokenBucket& bucket = limiter.bucket(met.limiter);
    if (is_output && bucket.size().limit < kAsGoodAsNoLimit)
      read(bucket, now, *place_of(type, levels));
  }
}

RateLimitView view_of(const LimitLevels& levels, std::int64_t start_unix_ns) noexcept {
  const auto shown = [&](const std::optional<LimitLevel>& level,
                         bool is_rounded) -> std::optional<LimitView> {
    if (!level) return std::nullopt;
    return LimitView{
        .limit = level->limit,
        .remaining = is_rounded ? to_nearest_thousand(level->remaining) : level->remaining,
        .full_at = up_to_whole_second(level->full_at, start_unix_ns)};
  };
  return {.requests = shown(levels.requests, false),
          .input_tokens =
              shown(levels.input_tokens ? levels.input_tokens : levels.fast_input_tokens, true),
          .output_tokens =
              shown(levels.output_tokens ? levels.output_tokens : levels.fast_output_tokens, true)};
}

}  // namespace sluice
