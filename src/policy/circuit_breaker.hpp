// Stops sending for a while when too much of what was sent failed (resilience4j's circuit breaker:
// closed, open, half open). A value that reads no clock; one per client process.
//
//   CircuitBreaker breaker(spec);
//   if (!breaker.allows(now)) ...              // refused by the client itself
//   breaker.ended(now, outcome);
#pragma once

#include <cstdint>

#include "api/outcome.hpp"
#include "base/time.hpp"

namespace sluice {

// Defaults: resilience4j 2 (50 % of the last 100 calls, 60 s open, 10 trial calls), from memory of
// its documentation.
struct BreakerSpec {
  bool is_on = false;
  std::int64_t failure_permille = 500;
  std::int64_t calls = 100;  // the window, and the least number before it may open
  Duration open_for = minutes(1);
  std::int64_t trial_calls = 10;  // half open: so many are let through, and decide
  bool counts_rate_limit = true;  // a 429 is a failure to it
  bool operator==(const BreakerSpec&) const = default;
};

class CircuitBreaker;

}  // namespace sluice
