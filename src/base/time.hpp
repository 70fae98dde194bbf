// Time of a run: int64 nanoseconds since its start, virtual in the simulator, monotonic elsewhere.
// RunClock has no now(): code that decides takes the time as an argument and cannot read a clock by
// mistake.
//
//   TimePoint due = now + seconds(30);
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>

namespace sluice {

struct RunClock {
  using rep = std::int64_t;
  using period = std::nano;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<RunClock, duration>;
  static constexpr bool is_steady = true;
};

using Duration = RunClock::duration;
using TimePoint = RunClock::time_point;

inline constexpr TimePoint kRunStart{};
// "Never": later than every instant of a run. Deadlines use it for "none" so that they compare
// without a branch.
inline constexpr TimePoint kNever{Duration{std::numeric_limits<std::int64_t>::max()}};

constexpr Duration nanoseconds(std::int64_t count) noexcept { return Duration{count}; }
constexpr Duration milliseconds(std::int64_t count) noexcept { return Duration{count * 1'000'000}; }
constexpr Duration seconds(std::int64_t count) noexcept { return Duration{count * 1'000'000'000}; }
constexpr Duration minutes(std::int64_t count) noexcept { return seconds(count * 60); }
constexpr Duration hours(std::int64_t count) noexcept { return seconds(count * 3600); }

constexpr std::int64_t ns(Duration duration) noexcept { return duration.count(); }
constexpr std::int64_t ns(TimePoint time) noexcept { return time.time_since_epoch().count(); }

}  // namespace sluice
