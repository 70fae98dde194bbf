// What a client's pacer makes of the rate-limit headers of an answer: the limits in the run's own
// time, as the in-process API tells them.
#pragma once

#include "api/rate_limit_view.hpp"
#include "base/time.hpp"
#include "policy/rate_limiter.hpp"
#include "wire/answer_fields.hpp"

namespace sluice::live {

struct LimitClock {
  TimePoint now{};
  // Of a server whose clock is not the wall's (a mock): its resets cannot be compared with its
  // date, and when a limit is full follows from what is left of it.
  bool is_mock = false;
  Duration burst = minutes(1);  // so much of a limit a bucket holds, where that is needed
  BurstsByType bursts{};        // instead, of limits of that type
};

// A reset counts from the answer's own date. Where fast mode's limits are shown they are the ones.
RateLimitView seen_limits(const wire::AnswerFields& fields, const LimitClock& clock) noexcept;

}  // namespace sluice::live
