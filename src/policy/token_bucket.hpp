// A continuously refilled token bucket in exact integers (docs/model.md, Token bucket). It may go
// into debt.
//
// Unit: one token is `period` nanoseconds of units, so that a limit of L tokens per period refills
// exactly L units per nanosecond. Levels are 128 bits wide. While responses stream, a drain rate
// (tokens per minute, summed) runs against the refill: the level is piecewise linear and needs no
// event per token. Every call takes `now`, which must not go back; accounting is lazy and exact.
//
//   TokenBucket bucket({.limit = 50, .period = minutes(1), .burst = minutes(1)}, now);
//   if (bucket.holds(now, 1)) bucket.debit(now, 1); else wait(bucket.ready_at(now, 1) - now);
#pragma once

#include <cstdint>

#include "base/integer.hpp"
#include "base/time.hpp"

namespace sluice {

// From the start of a line of the caches on: admission touches one line of each bucket.
class alignas(64) TokenBucket {
 public:
  struct Size {
    std::int64_t limit = 0;        // tokens per period, 1 <= limit <= 10^12
    Duration period = minutes(1);  // one minute or one day
    Duration burst = minutes(1);   // capacity = limit x burst / period tokens, exact in units
    bool operator==(const Size&) const = default;
  };

  // Full at `now`.
  TokenBucket(Size size, TimePoint now);

  Size size() const noexcept { return {limit_, nanoseconds(period_), burst_}; }
  // Whole tokens that the full bucket holds, rounded down.
  std::int64_t capacity() const noexcept;
  // Whole tokens available, rounded down; negative in debt.
  std::int64_t level(TimePoint now) noexcept;

  bool holds(TimePoint now, std::int64_t tokens) noexcept {
    return level_units(now) >= units(tokens);
  }
  bool is_positive(TimePoint now) noexcept { return level_units(now) > 0; }
  bool could_ever_hold(std::int64_t tokens) const noexcept { return units(tokens) <= capacity_; }

  // May go into debt.
  void debit(TimePoint now, std::int64_t tokens) noexcept { credit_units(now, -units(tokens)); }
  // Never above the capacity.
  void credit(TimePoint now, std::int64_t tokens) noexcept { credit_units(now, units(tokens)); }
  void credit_units(TimePoint now, int128 units) noexcept {
    // Where the level only rises, clamping once after the credit comes to the same.
    const int128 level = refilled(now);
    level_ = units >= 0 ? clamped(level + units) : clamped(level) + units;
  }

  // Earliest instant at which `tokens` will be there (level >= tokens), or at which the level is
  // positive, from the present deficit and the refill alone, ignoring the drain; `now` if so
  // already. kNever where the capacity is less than `tokens`.
  TimePoint ready_at(TimePoint now, std::int64_t tokens) noexcept;
  TimePoint positive_at(TimePoint now) noexcept;
  TimePoint full_at(TimePoint now) noexcept;
  // Instant at which the level first is <= 0 under the present drain, kNever if it never will be.
  TimePoint dry_at(TimePoint now) noexcept;

  // Output streaming at `tokens_per_minute` starts or stops to drain the bucket.
  void add_drain(TimePoint now, std::int64_t tokens_per_minute) noexcept {
    change_drain(now, tokens_per_minute * drain_scale_);
  }
  void remove_drain(TimePoint now, std::int64_t tokens_per_minute) noexcept {
    change_drain(now, -tokens_per_minute * drain_scale_);
  }
  // Units that a stream at this speed takes from this bucket in `elapsed`.
  int128 drained_units(std::int64_t tokens_per_minute, Duration elapsed) const noexcept {
    return static_cast<int128>(tokens_per_minute * drain_scale_) * ns(elapsed);
  }
  std::int64_t units_per_token() const noexcept { return period_; }
  int128 units(std::int64_t tokens) const noexcept { return static_cast<int128>(tokens) * period_; }

  // For a step that looks at several buckets and then charges all: the exact level at `now`, the
  // charge at the instant of that look, and how long the refill alone takes for a deficit (0 for
  // none, at most kNever).
  int128 level_units(TimePoint now) noexcept {
    advance(now);
    return level_;
  }
  // The same where it has been looked at `now` already.
  int128 level_units() const noexcept { return level_; }
  int128 capacity_units() const noexcept { return capacity_; }
  void take_units(int128 units) noexcept { level_ -= units; }
  // The same at `now`; returns the level left.
  int128 take_units(TimePoint now, int128 units) noexcept {
    return level_ = clamped(refilled(now)) - units;
  }
  Duration refill_time(int128 deficit) const noexcept;

  // A new limit from `now` on (the period stays): the level stays, at most the new capacity.
  void resize(TimePoint now, Size size) noexcept;

  // Tokens debited less tokens credited since the start, drained output included: for utilisation.
  // Floor.
  std::int64_t taken(TimePoint now) const noexcept;

 private:
  // Between two calls the net rate is constant, so that clamping at the later one is exact.
  void advance(TimePoint now) noexcept { level_ = clamped(refilled(now)); }
  int128 clamped(int128 level) noexcept {
    if (level <= capacity_) [[likely]]
      return level;
    spilled_ += level - capacity_;
    return capacity_;
  }
  // The level at `now` before it is clamped; the caller stores what it makes of it.
  int128 refilled(TimePoint now) noexcept {
    const std::int64_t elapsed = ns(now) - ns(updated_);
    updated_ = now;
    return level_ + static_cast<int128>(limit_ - drain_) * elapsed;
  }
  void change_drain(TimePoint now, std::int64_t units_per_ns) noexcept {
    advance(now);
    drain_ += units_per_ns;
  }

  // Admission touches this first cache line, and spilled_ where the bucket is full. What was taken
  // is nowhere counted: it is what flowed in, less what spilled over and what is left.
  int128 level_;            // units at updated_
  int128 capacity_;         // units
  std::int64_t limit_;      // units per nanosecond
  std::int64_t drain_ = 0;  // units per nanosecond
  std::int64_t period_;     // units per token
  TimePoint updated_;
  int128 spilled_ = 0;        // units that came while the bucket was full
  int128 refill_origin_;      // units that flowed in until now = limit_ x now - refill_origin_
  std::int64_t drain_scale_;  // minutes per period
  Duration burst_;
};

}  // namespace sluice
