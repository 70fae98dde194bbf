#include "base/calendar.hpp"

#include "support/catch.hpp"

using namespace sluice;

namespace {

UnixTime at(std::string_view text) { return UnixTime::parse(text).value(); }

}  // namespace

TEST_CASE("days and dates agree with counting day by day over 800 years") {
  CivilDate date{.year = 1600, .month = 1, .day = 1};
  std::int64_t days = days_from_civil(date);
  while (date.year < 2400) {
    REQUIRE(days_from_civil(date) == days);
    REQUIRE(civil_from_days(days) == date);
    const CivilDate next{.year = date.year, .month = date.month, .day = date.day + 1};
    // A date that the parser refuses does not exist, so the next month or year begins.
    const std::string text = next.text();
    if (CivilDate::parse(text)) {
      date = next;
    } else if (date.month < 12) {
      date = {.year = date.year, .month = date.month + 1, .day = 1};
    } else {
      date = {.year = date.year + 1, .month = 1, .day = 1};
    }
    ++days;
  }
  CHECK(days_from_civil({.year = 1970, .month = 1, .day = 1}) == 0);
  CHECK(days_from_civil({.year = 2026, .month = 11, .day = 20}) == 20'777);
  CHECK(civil_from_days(-1'000'000).year == -768);
}

TEST_CASE("RFC 3339 times are read with fractions and offsets") {
  CHECK(at("1970-01-01T00:00:00Z").nanoseconds == 0);
  CHECK(at("2026-07-01") == at("2026-07-01T00:00:00Z"));
  CHECK(at("2026-07-01t12:30:00z") == at("2026-07-01T14:30:00+02:00"));
  CHECK(at("2026-07-01T10:00:00-05:30") == at("2026-07-01T15:30:00Z"));
  CHECK(at("1970-01-01T00:00:00.25Z").nanoseconds == 250'000'000);
  CHECK(at("1969-12-31T23:59:59.999999999Z").nanoseconds == -1);
}

TEST_CASE("times are written as they read back") {
  for (const char* text : {"2026-07-01T12:30:05Z", "2024-02-29T23:59:59.25Z",
                           "1969-12-31T23:59:59.999999999Z", "2261-12-31T00:00:00Z"}) {
    CHECK(at(text).text() == text);
  }
}

TEST_CASE("what is not a time or date is refused") {
  for (const char* text : {"",
                           "2026",
                           "2026-13-01",
                           "2026-00-01",
                           "2026-02-29",
                           "2026-04-31",
                           "2026-07-00",
                           "2026-7-1",
                           "2026-07-01T",
                           "2026-07-01T12:30Z",
                           "2026-07-01T24:00:00Z",
                           "2026-07-01T12:60:00Z",
                           "2026-07-01T12:30:60Z",
                           "2026-07-01T12:30:00",
                           "2026-07-01 12:30:00Z",
                           "2026-07-01T12:30:00.Z",
                           "2026-07-01T12:30:00.1234567891Z",
                           "2026-07-01T12:30:00+2:00",
                           "2026-07-01T12:30:00+24:00",
                           "2026-07-01T12:30:00+02:60",
                           "2026-07-01T12:30:00ZZ",
                           "2026-07-01T12:30:00+02:00x",
                           "1600-01-01",
                           "2300-01-01",
                           "yyyy-mm-dd"}) {
    CAPTURE(text);
    CHECK_FALSE(UnixTime::parse(text).has_value());
  }
  CHECK(UnixTime::parse("noon").error().message ==
        "\"noon\" is not a time: write \"2026-07-01T12:30:00Z\" or \"2026-07-01\"");
  CHECK(CivilDate::parse("2026-07-01T00:00:00Z").error().message ==
        "\"2026-07-01T00:00:00Z\" is not a date: write \"2026-07-01\"");
}

TEST_CASE("the next month, day and minute begin strictly later") {
  CHECK(at("2026-11-20T10:00:00Z").next_month() == at("2026-12-01"));
  CHECK(at("2026-12-31T23:59:59Z").next_month() == at("2027-01-01"));
  CHECK(at("2026-12-01").next_month() == at("2027-01-01"));
  CHECK(at("2024-02-28T12:00:00Z").next_day() == at("2024-02-29"));
  CHECK(at("2026-11-20").next_day() == at("2026-11-21"));
  CHECK(at("2026-11-20T10:00:59.9Z").next_minute() == at("2026-11-20T10:01:00Z"));
  CHECK(at("2026-11-20T10:01:00Z").next_minute() == at("2026-11-20T10:02:00Z"));
  CHECK(at("1969-12-31T23:58:30Z").next_minute() == at("1969-12-31T23:59:00Z"));
}

TEST_CASE("durations move calendar times") {
  CHECK(at("2026-11-20") + hours(25) == at("2026-11-21T01:00:00Z"));
  CHECK(at("2026-11-21") - at("2026-11-20") == hours(24));
  CHECK(at("2026-11-20T23:00:00Z").date() == CivilDate{.year = 2026, .month = 11, .day = 20});
}
