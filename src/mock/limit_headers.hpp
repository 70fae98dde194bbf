// The rate-limit headers of an answer from the limiters' levels (policy/limit_levels.hpp), by the
// clock that its client goes by. Tokens together are a limit of their own or input and output
// summed.
#pragma once

#include <cstdint>

#include "base/calendar.hpp"
#include "base/integer.hpp"
#include "base/time.hpp"
#include "policy/limit_levels.hpp"
#include "wire/rate_limit_headers.hpp"

namespace sluice::mock {

// The clock that a client goes by: what it says now, and how much faster model time runs.
struct ClientClock {
  UnixTime now;
  std::int64_t speed_permille = 1000;

  UnixTime after(Duration model_time) const noexcept {
    if (speed_permille == 1000) return now + model_time;  // a wide division costs 10 ns
    const int128 wall = int128{ns(model_time)} * 1000 / speed_permille;
    return now + nanoseconds(static_cast<std::int64_t>(wall));
  }
};

class LimitSnapshot {
 public:
  // All as it stands at `now`: what the headers of requests and input show is read at arrival,
  // after the charge.
  LimitSnapshot() = default;
  LimitSnapshot(RateLimiter& limiter, RouteId route, TimePoint now, const ClientClock& clock);

  // Output once more, at the end of an answer in JSON: a stream's headers leave before it.
  void read_output(RateLimiter& limiter, RouteId route, TimePoint now, const ClientClock& clock);

  wire::RateLimitHeaders headers() const;

 private:
  wire::RateLimitHeaders read_;  // tokens: only a limit of its own
};

}  // namespace sluice::mock
