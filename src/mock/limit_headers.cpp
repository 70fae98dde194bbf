#include "mock/limit_headers.hpp"

#include <algorithm>

#include "mock/mock_plan.hpp"

namespace sluice::mock {
namespace {

using wire::LimitState;
using wire::RateLimitHeaders;

static_assert(kNoLimit == kAsGoodAsNoLimit);

struct Clock {
  TimePoint now;
  const ClientClock& clients;

  std::optional<LimitState> shown(const std::optional<LimitLevel>& level) const {
    if (!level) return std::nullopt;
    return LimitState{.limit = level->limit,
                      .remaining = level->remaining,
                      .full_at = clients.after(level->full_at - now)};
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
  const LimitLevels levels = read_levels(limiter, route, now);
  const Clock clocks{now, clock};
  read_ = {.requests = clocks.shown(levels.requests),
           .tokens = clocks.shown(levels.tokens),
           .input_tokens = clocks.shown(levels.input_tokens),
           .output_tokens = clocks.shown(levels.output_tokens),
           .fast_input_tokens = clocks.shown(levels.fast_input_tokens),
           .fast_output_tokens = clocks.shown(levels.fast_output_tokens)};
}

void LimitSnapshot::read_output(RateLimiter& limiter, RouteId route, TimePoint now,
                                const ClientClock& clock) {
  LimitLevels levels;
  read_output_levels(limiter, route, now, levels);
  const Clock clocks{now, clock};
  read_.output_tokens = clocks.shown(levels.output_tokens);
  read_.fast_output_tokens = clocks.shown(levels.fast_output_tokens);
}

RateLimitHeaders LimitSnapshot::headers() const {
  RateLimitHeaders headers = read_;
  if (!headers.tokens && headers.input_tokens && headers.output_tokens) {
    headers.tokens = sum(*headers.input_tokens, *headers.output_tokens);
  }
  return headers;
}

}  // namespace sluice::mock
