// The adaptive mode of AWS's SDKs as botocore has it (retries/adaptive.py, throttling.py,
// bucket.py, 2026): a token bucket of requests, off until the first throttle, whose rate follows
// TCP's cubic.
//
//   measured: requests answered a second, EWMA of weight 0.8 over bins of 0.5 s
//   throttle: w_max = min(measured, rate), K = (w_max (1 - 0.7) / 0.4)^(1/3), rate = 0.7 w_max
//   else:     rate = 0.4 (t - K)^3 + w_max, t seconds after the last throttle
//   always:   rate <= 2 measured, rate >= 0.5; the bucket holds max(rate, 1)
#pragma once

#include <cstdint>

#include "api/outcome.hpp"
#include "policy/pacer_spec.hpp"

namespace sluice {

class AwsAdaptive {
 public:
  TimePoint ready_at(TimePoint now, const PacedAttempt& attempt) noexcept;
  bool send(TimePoint now, const PacedAttempt& attempt, std::uint64_t bits) noexcept;
  void ended(TimePoint now, const PacedAttempt& attempt, TimePoint sent,
             const Outcome& outcome) noexcept;

  bool is_enabled() const noexcept { return enabled_; }
  double rate() const noexcept { return rate_; }          // a second
  double measured() const noexcept { return measured_; }  // a second

 private:
  void measure(TimePoint now) noexcept;
  void refill(TimePoint now) noexcept;
  void set_rate(TimePoint now, double rate) noexcept;

  bool enabled_ = false;
  std::int64_t bin_ = 0;  // of 0.5 s, the last that was counted up
  std::int64_t answers_ = 0;
  double measured_ = 0;
  double w_max_ = 0;
  double zero_point_ = 0;  // K, seconds
  TimePoint last_throttle_ = kRunStart;
  double rate_ = 1;
  double capacity_ = 1;
  double level_ = 0;
  TimePoint refilled_ = kRunStart;
};

}  // namespace sluice
