// Instants of the calendar by their text, for tests: unix_time("2026-11-21T02:05:09Z").
// A text that is none fails the test.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/calendar.hpp"
#include "support/catch.hpp"

namespace sluice::testing {

inline UnixTime unix_time(std::string_view text) {
  const auto time = UnixTime::parse(text);
  REQUIRE(time.has_value());
  return *time;
}

inline UnixTime unix_second(std::int64_t second) { return UnixTime{second * 1'000'000'000}; }

}  // namespace sluice::testing
