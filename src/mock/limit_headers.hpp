// The rate-limit headers of an answer from the limiters' levels (docs: rate-limits "Response
// headers", 2026-08; captures 2025-02 and 2025-06): per kind the limiter with the least left;
// tokens together are a limit of their own or input and output summed.
#pragma once

#include "base/calendar.hpp"
#include "base/time.hpp"
#include "policy/rate_limiter.hpp"
#include "wire/rate_limit_headers.hpp"

namespace sluice::mock {

class LimitSnapshot {
 public:
  // All as it stands at `now`, which the calendar calls `today`: what the headers of requests and
  // input show is read at arrival, after the charge.
  LimitSnapshot() = default;
  LimitSnapshot(RateLimiter& limiter, RouteId route, TimePoint now, UnixTime today);

  // Output once more, at the end of an answer in JSON: a stream's headers leave before it.
  void read_output(RateLimiter& limiter, RouteId route, TimePoint now, UnixTime today);

  wire::RateLimitHeaders headers() const;

 private:
  wire::RateLimitHeaders read_;  // tokens: only a limit of its own
};

}  // namespace sluice::mock
