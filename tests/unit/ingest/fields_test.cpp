#include "ingest/fields.hpp"

#include <ctime>

#include "support/catch.hpp"

namespace sluice::ingest {
namespace {

TEST_CASE("a decimal time is exact to the nanosecond") {
  const auto ms = [](std::string_view text) {
    return decimal_time({.name = "at_ms", .text = text}, TimeUnit::kMilliseconds);
  };
  CHECK(ms("0").value() == nanoseconds(0));
  CHECK(ms("1.5").value() == nanoseconds(1'500'000));
  CHECK(ms("0.000001").value() == nanoseconds(1));
  CHECK(ms("1e-05").value() == nanoseconds(10));  // as Python writes small numbers
  CHECK(ms("0.0000010").value() == nanoseconds(1));
  CHECK(ms("3536999.1").value() == nanoseconds(3'536'999'100'000));
  CHECK(ms("3153600000000").value() == hours(100 * 365 * 24));
}

TEST_CASE("a decimal time that is not one is refused with what would be right") {
  for (const char* text : {"", ".", "1.", ".5", "-1", "+1", "1e", "nan", "1,5", " 1", "0x10",
                           "1.5.5", "99999999999999999999", "3153600001", "0.0000000001"}) {
    const auto time = decimal_time({.name = "at", .text = text}, TimeUnit::kSeconds);
    INFO(text);
    REQUIRE_FALSE(time);
    CHECK(time.error().find("at is \"") == 0);
    CHECK(time.error().find("; expected ") != std::string::npos);
  }
}

TEST_CASE("a timestamp counts nanoseconds from 1970 in UTC, as the C library does") {
  std::tm date{};
  for (int day = 0; day < 84'000; day += 17) {  // up to 2199
    const std::time_t second = static_cast<std::time_t>(day) * 86'400 + (day * 7919) % 86'400;
    REQUIRE(gmtime_r(&second, &date) != nullptr);
    char text[64];
    REQUIRE(std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &date) > 0);
    const auto parsed = timestamp({.name = "at", .text = text});
    REQUIRE(parsed);
    CHECK(*parsed == seconds(second));
  }
}

TEST_CASE("a timestamp may have up to nine decimals and an offset") {
  const auto read = [](std::string_view text) {
    return timestamp({.name = "at", .text = text}).value();
  };
  const Duration whole = read("2023-11-16 18:15:46");
  CHECK(read("2023-11-16 18:15:46.6805900") == whole + nanoseconds(680'590'000));
  CHECK(read("2023-11-16T18:15:46.000000001Z") == whole + nanoseconds(1));
  CHECK(read("2023-11-16T19:45:46+01:30") == whole);
  CHECK(read("2023-11-16 08:15:46.5-10:00") == whole + milliseconds(500));
}

TEST_CASE("a timestamp that is not one is refused") {
  for (const char* text :
       {"", "2023-11-16", "2023-11-16 18:15", "2023-13-16 18:15:46", "2023-02-29 18:15:46",
        "1969-12-31 23:59:59", "2200-01-01 00:00:00", "2023-11-16 24:00:00", "2023-11-16 18:60:00",
        "2023-11-16 18:15:46.", "2023-11-16 18:15:46.0000000001", "2023-11-16 18:15:46x",
        "2023-11-16 18:15:46+0100", "2023-11-16 18:15:46ZZ", "2023/11/16 18:15:46"}) {
    INFO(text);
    CHECK_FALSE(timestamp({.name = "at", .text = text}));
  }
}

TEST_CASE("an identity is its digits, or the same hash for the same text") {
  const auto read = [](std::string_view text) {
    return identity({.name = "session", .text = text});
  };
  CHECK(read("42").value() == 42);
  CHECK(read("a-17").value() == read("a-17").value());
  CHECK(read("a-17").value() != read("a-18").value());
  CHECK(read("a-17").value() >= 0);
  CHECK_FALSE(read(""));
  CHECK_FALSE(read("99999999999999999999"));
  CHECK_FALSE(read(std::string(257, 'x')));
}

TEST_CASE("a duration is shown in seconds without trailing zeros") {
  CHECK(seconds_text(seconds(3)) == "3 s");
  CHECK(seconds_text(milliseconds(12'500)) == "12.5 s");
  CHECK(seconds_text(nanoseconds(10)) == "0.00000001 s");
}

}  // namespace
}  // namespace sluice::ingest
