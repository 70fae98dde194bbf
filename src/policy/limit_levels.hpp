// What a response's headers say of the limits that its request meets (docs: rate-limits "Response
// headers", 2026-08; captures 2025-02 and 2025-06): per kind the limiter with the least left, as it
// stands at one instant. The mock writes its headers from it and a simulated client reads it, so
// that both see the same.
//
//   LimitLevels levels = read_levels(limiter, route, now);      // at arrival, after the charge
//   read_output_levels(limiter, route, later, levels);          // when the headers leave
#pragma once

#include <cstdint>
#include <optional>

#include "api/rate_limit_view.hpp"
#include "base/time.hpp"
#include "policy/rate_limiter.hpp"

namespace sluice {

// A limiter of the largest limit that a bucket holds limits nothing: headers do not show it.
inline constexpr std::int64_t kAsGoodAsNoLimit = 1'000'000'000'000;

struct LimitLevel {
  std::int64_t limit = 0;
  std::int64_t remaining = 0;  // exact, at least 0
  TimePoint full_at{};
};

struct LimitLevels {
  std::optional<LimitLevel> requests{};
  std::optional<LimitLevel> tokens{};  // only a limit of its own, not the sum of the next two
  std::optional<LimitLevel> input_tokens{};
  std::optional<LimitLevel> output_tokens{};
  std::optional<LimitLevel> fast_input_tokens{};
  std::optional<LimitLevel> fast_output_tokens{};
};

LimitLevels read_levels(RateLimiter& limiter, RouteId route, TimePoint now);
// Output once more: its headers show it as it is when they leave.
void read_output_levels(RateLimiter& limiter, RouteId route, TimePoint now, LimitLevels& levels);

// What a client makes of it, with the rounding of the headers: tokens to the nearest thousand,
// resets up to whole seconds of the calendar, in which the run began at `start_unix_ns`. Of a
// request in fast mode it is the limits of fast mode.
RateLimitView view_of(const LimitLevels& levels, std::int64_t start_unix_ns) noexcept;

}  // namespace sluice
