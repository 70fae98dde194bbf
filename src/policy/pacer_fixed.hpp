// Fixed pacing: one attempt every 1 / rate, the simplest there is. The rate is kept exactly (60 s /
// rate is no whole number of nanoseconds), and time that went unused is not made up for.
#pragma once

#include <algorithm>
#include <cstdint>

#include "api/outcome.hpp"
#include "base/integer.hpp"
#include "policy/pacer_spec.hpp"

namespace sluice {

class FixedPacing {
 public:
  explicit FixedPacing(const PacerSpec& spec) noexcept
      : rate_(spec.requests_per_minute.value_or(0)) {}

  TimePoint ready_at(TimePoint now, const PacedAttempt&) const noexcept {
    if (rate_ == 0) return now;
    const auto next = static_cast<std::int64_t>(ceil_div(next_, rate_));
    return std::max(now, TimePoint{nanoseconds(next)});
  }
  bool send(TimePoint now, const PacedAttempt&, std::uint64_t) noexcept {
    // What the instant was rounded up by is no delay.
    const int128 at = int128{rate_} * ns(now);
    next_ = (at - next_ < rate_ ? next_ : at) + ns(minutes(1));
    return true;
  }
  void ended(TimePoint, const PacedAttempt&, TimePoint, const Outcome&) noexcept {}

 private:
  std::int64_t rate_;  // a minute; 0: no pacing
  int128 next_ = 0;    // when the next may go, in nanoseconds x rate
};

}  // namespace sluice
