// A continuously refilled token bucket in exact integers (model.md, Token bucket). It may go into debt.
//
// Unit: one token is `period` nanoseconds of units, so that a limit of L tokens per period refills exactly L
// units per nanosecond. Levels are 128 bits wide. While responses stream, a drain rate (tokens per minute,
// summed) runs against the refill: the level is piecewise linear and needs no event per token.
// Every call takes `now`, which must not go back; accounting is lazy and exact.
//
//   TokenBucket bucket({.limit = 50, .period = minutes(1), .burst = minutes(1)}, now);
//   if (bucket.holds(now, 1)) bucket.debit(now, 1); else wait(bucket.ready_at(now, 1) - now);
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/integer.hpp"
#include "base/time.hpp"

namespace sluice {

class TokenBucket {
 public:
  struct Size {
    std::int64_t limit = 0;         // tokens per period, 1 <= limit <= 10^12
    Duration period = minutes(1);   // one minute or one day
    Duration burst = minutes(1);    // capacity = limit x burst / period, rounded down to whole units (exact)
    bool operator==(const Size&) const = default;
  };

  // Full at `now`.
  TokenBucket(Size size, TimePoint now);

  const Size& size() const noexcept { return size_; }
  // Whole tokens that the full bucket holds, rounded down.
  std::int64_t capacity() const noexcept;
  // Whole tokens available, rounded down; negative in debt.
  std::int64_t level(TimePoint now) noexcept;

  bool holds(TimePoint now, std::int64_t tokens) noexcept;
  bool is_positive(TimePoint now) noexcept;
  bool could_ever_hold(std::int64_t tokens) const noexcept;

  void debit(TimePoint now, std::int64_t tokens) noexcept;   // may go into debt
  void credit(TimePoint now, std::int64_t tokens) noexcept;  // never above the capacity
  void credit_units(TimePoint now, int128 units) noexcept;

  // Earliest instant at which `tokens` will be there (level >= tokens), or at which the level is positive,
  // from the present deficit and the refill alone, ignoring the drain; `now` if so already.
  TimePoint ready_at(TimePoint now, std::int64_t tokens) noexcept;
  TimePoint positive_at(TimePoint now) noexcept;
  TimePoint full_at(TimePoint now) noexcept;
  // Instant at which the level first is <= 0 under the present drain, kNever if it never will be.
  TimePoint dry_at(TimePoint now) noexcept;

  // Output streaming at `tokens_per_minute` starts or stops to drain the bucket.
  void add_drain(TimePoint now, std::int64_t tokens_per_minute) noexcept;
  void remove_drain(TimePoint now, std::int64_t tokens_per_minute) noexcept;
  // Units that a stream at this speed takes from this bucket in `elapsed`.
  int128 drained_units(std::int64_t tokens_per_minute, Duration elapsed) const noexcept;
  int128 units_per_token() const noexcept { return size_.period.count(); }

  // A new limit from `now` on: the level stays, at most the new capacity.
  void resize(TimePoint now, Size size) noexcept;

  // Tokens debited less tokens credited since the start, drained output included: for utilisation. Floor.
  std::int64_t taken(TimePoint now) noexcept;

 private:
  void advance(TimePoint now) noexcept;

  Size size_;
  int128 capacity_;        // units
  int128 level_;           // units at updated_
  int128 taken_ = 0;       // units
  std::int64_t drain_ = 0; // units per nanosecond
  TimePoint updated_;
};

}  // namespace sluice
