// Rate: events per span of time as an exact rational, so that 10,000 a minute stays 10,000 a minute
// over any number of minutes. Comparison is by value: 600 a minute equals 10 a second. Requires
// count >= 0, per > 0.
//
//   Rate rate{.count = 600, .per = minutes(1)};
#pragma once

#include <compare>
#include <cstdint>

#include "base/integer.hpp"
#include "base/time.hpp"

namespace sluice {

struct Rate {
  std::int64_t count = 0;
  Duration per = seconds(1);

  friend constexpr std::strong_ordering operator<=>(const Rate& a, const Rate& b) noexcept {
    const int128 left = static_cast<int128>(a.count) * ns(b.per);
    const int128 right = static_cast<int128>(b.count) * ns(a.per);
    return left <=> right;
  }
  friend constexpr bool operator==(const Rate& a, const Rate& b) noexcept {
    return (a <=> b) == std::strong_ordering::equal;
  }
};

constexpr Rate per_second(std::int64_t count) noexcept { return {count, seconds(1)}; }
constexpr Rate per_minute(std::int64_t count) noexcept { return {count, minutes(1)}; }
constexpr Rate per_hour(std::int64_t count) noexcept { return {count, hours(1)}; }
constexpr Rate per_day(std::int64_t count) noexcept { return {count, hours(24)}; }

constexpr bool is_zero(const Rate& rate) noexcept { return rate.count == 0; }

// For reports and table building; results are never computed from it.
constexpr double events_per_second(const Rate& rate) noexcept {
  return static_cast<double>(rate.count) * 1e9 / static_cast<double>(ns(rate.per));
}

// Whole events within a span, rounded down.
constexpr std::int64_t whole_events(const Rate& rate, Duration span) noexcept {
  return static_cast<std::int64_t>(static_cast<int128>(rate.count) * ns(span) / ns(rate.per));
}

}  // namespace sluice
