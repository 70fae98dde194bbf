// The adaptive token bucket (ATB) of Farkiani, Liu, Crowley, Rethinking HTTP API Rate Limiting: A
// Client-Side Approach, arXiv 2510.04516 (2025): a client learns its rate from its own answers
// alone. Constants of the authors' service worker: the bucket holds 4 requests and begins with one,
// a success multiplies the rate by 1.2 (at least + 0.01/s), a refusal (429, 5xx) halves it (at
// least 0.01/s) and empties the bucket.
#pragma once

#include <cstdint>

#include "api/outcome.hpp"
#include "policy/pacer_spec.hpp"

namespace sluice {

// Theirs sends one at a time, so that every answer tells of the present rate. Of several in flight
// only an attempt that was sent at the present rate does; what was sent before it last changed
// changes nothing. That reading is ours.
class AdaptiveTokenBucket {
 public:
  explicit AdaptiveTokenBucket(const PacerSpec& spec) noexcept;

  TimePoint ready_at(TimePoint now, const PacedAttempt& attempt) noexcept;
  bool send(TimePoint now, const PacedAttempt& attempt, std::uint64_t bits) noexcept;
  void ended(TimePoint now, const PacedAttempt& attempt, TimePoint sent,
             const Outcome& outcome) noexcept;

  double rate() const noexcept { return rate_; }  // a second

 private:
  void refill(TimePoint now) noexcept;

  double rate_;
  double level_ = 1;
  TimePoint refilled_ = kRunStart;
  TimePoint changed_ = kRunStart;
};

}  // namespace sluice
