// Stops sending for a while when too much of what was sent failed (resilience4j's circuit breaker:
// closed, open, half open). A value that reads no clock; one per client process.
//
//   CircuitBreaker breaker(spec);
//   if (!breaker.allows(now)) ...              // refused by the client itself
//   breaker.ended(now, outcome);               // every attempt that was allowed
#pragma once

#include <cstdint>
#include <vector>

#include "api/outcome.hpp"
#include "base/time.hpp"

namespace sluice {

// Defaults: resilience4j 2 (50 % of the last 100 calls, 60 s open, 10 trial calls), from memory of
// its documentation.
struct BreakerSpec {
  bool is_on = false;
  std::int64_t failure_permille = 500;  // so large a share of failures opens it
  std::int64_t calls = 100;             // the window, and the least number before it may open
  Duration open_for = minutes(1);
  std::int64_t trial_calls = 10;  // half open: so many are let through, and decide
  bool counts_rate_limit = true;  // a 429 is a failure to it
  bool operator==(const BreakerSpec&) const = default;
};

// A failure is a 429 (if those count), a 5xx, a broken connection or a time that ran out. Any other
// answer, a 400 too, shows that the API works and counts as a success.
class CircuitBreaker {
 public:
  enum class State : std::uint8_t { kClosed, kOpen, kHalfOpen };

  // calls and trial_calls are at least 1.
  explicit CircuitBreaker(const BreakerSpec& spec);

  // Whether an attempt may be sent now. Half open, yes takes one of the trial calls: ask only when
  // the attempt will then be sent.
  bool allows(TimePoint now) noexcept;

  // As resilience4j does, it counts what ends, whenever it was sent: attempts from before count
  // among the trial calls if they end while half open, and for nothing while open.
  void ended(TimePoint now, const Outcome& outcome) noexcept;

  State state() const noexcept { return state_; }
  TimePoint open_until() const noexcept { return open_until_; }  // meaningful while open

 private:
  void open(TimePoint now) noexcept;
  void close() noexcept;
  bool is_failure(const Outcome& outcome) const noexcept;
  bool too_many_failed(std::int64_t of) const noexcept;

  BreakerSpec spec_;
  State state_ = State::kClosed;
  TimePoint open_until_{};
  std::vector<bool> failed_;         // closed: the last `calls` results, in a ring
  std::size_t next_ = 0;             // where the next result goes
  std::int64_t counted_ = 0;         // results since this state began, at most `calls` when closed
  std::int64_t failures_ = 0;        // among them
  std::int64_t trials_allowed_ = 0;  // half open
};

}  // namespace sluice
