// The generic cell rate algorithm (ATM Forum TM 4.0; governor, redis-cell), as a second opinion on
// TokenBucket: it keeps one instant, the theoretical arrival time, instead of a level. Both must
// decide alike on every stream.
//
// Time is scaled by the limit, so that a token's emission interval is a whole number however the
// limit divides a minute.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/integer.hpp"
#include "base/time.hpp"
#include "policy/token_bucket.hpp"

namespace sluice {

class Gcra {
 public:
  Gcra(TokenBucket::Size size, TimePoint now) noexcept
      : limit_(size.limit),
        interval_(ns(size.period)),
        burst_(static_cast<int128>(size.limit) * ns(size.burst)),
        theoretical_arrival_(scaled(now)) {}

  // Admits and charges, or refuses and changes nothing.
  bool admit(TimePoint now, std::int64_t tokens) noexcept {
    const int128 next = std::max(scaled(now), theoretical_arrival_) + tokens * interval_;
    if (scaled(now) < next - burst_) return false;
    theoretical_arrival_ = next;
    return true;
  }
  // When `tokens` would be admitted: the same as TokenBucket::ready_at where they fit the burst.
  TimePoint ready_at(TimePoint now, std::int64_t tokens) const noexcept {
    const int128 ready = std::max(scaled(now), theoretical_arrival_) + tokens * interval_ - burst_;
    return std::max(now, TimePoint{Duration{static_cast<std::int64_t>(ceil_div(ready, limit_))}});
  }

 private:
  int128 scaled(TimePoint now) const noexcept { return static_cast<int128>(limit_) * ns(now); }

  std::int64_t limit_;
  int128 interval_;
  int128 burst_;
  int128 theoretical_arrival_;
};

}  // namespace sluice
