// Small helpers for Rate (base/quantity.hpp), the exact rational in which arrival schedules and
// limits are written.
//
//   Rate rate = per_minute(600);
#pragma once

#include <cstdint>

#include "base/integer.hpp"
#include "base/quantity.hpp"
#include "base/time.hpp"

namespace sluice {

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
  return static_cast<std::int64_t>(int128{rate.count} * ns(span) / ns(rate.per));
}

}  // namespace sluice
