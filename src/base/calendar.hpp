// Calendar time: UTC, proleptic Gregorian, no leap seconds, integer nanoseconds since 1970. Anchors
// a run to months, minutes and RFC 3339 text. Nothing here reads a clock.
//
//   SLUICE_TRY(UnixTime start, UnixTime::parse("2026-07-01T00:00:00Z"));
//   UnixTime when = start + (now - kRunStart);
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/time.hpp"

namespace sluice {

struct CivilDate {
  std::int32_t year = 1970;
  std::int32_t month = 1;  // 1 to 12
  std::int32_t day = 1;    // 1 to 31

  // "2026-07-01", and nothing else.
  static Result<CivilDate> parse(std::string_view text);
  std::string text() const;
  auto operator<=>(const CivilDate&) const = default;
};

// Days since 1970-01-01; negative before.
std::int64_t days_from_civil(CivilDate date) noexcept;
CivilDate civil_from_days(std::int64_t days) noexcept;

struct UnixTime {
  std::int64_t nanoseconds = 0;  // since 1970-01-01T00:00:00Z; 1678 to 2261

  static UnixTime midnight(CivilDate date) noexcept;
  // "2026-07-01T12:30:00.25Z", "2026-07-01T12:30:00+02:00", or a date alone for its midnight UTC.
  static Result<UnixTime> parse(std::string_view text);
  // RFC 3339 in UTC, as many digits of the second as needed: "2026-07-01T10:30:00.25Z".
  std::string text() const;

  CivilDate date() const noexcept;
  // The first instant after this one that begins a UTC month, day or minute.
  UnixTime next_month() const noexcept;
  UnixTime next_day() const noexcept;
  UnixTime next_minute() const noexcept;

  friend constexpr UnixTime operator+(UnixTime time, Duration duration) noexcept {
    return {time.nanoseconds + ns(duration)};
  }
  friend constexpr Duration operator-(UnixTime a, UnixTime b) noexcept {
    return Duration{a.nanoseconds - b.nanoseconds};
  }
  auto operator<=>(const UnixTime&) const = default;
};

}  // namespace sluice
