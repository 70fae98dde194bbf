#include "base/decimal.hpp"

#include "support/catch.hpp"

using namespace sluice;

TEST_CASE("decimal text is scaled exactly") {
  CHECK(parse_decimal("12.5", 3) == 12500);
  CHECK(parse_decimal("-0.001", 3) == -1);
  CHECK(parse_decimal("1.5000", 1) == 15);
  CHECK(parse_decimal("3e6", 0) == 3'000'000);
  CHECK(parse_decimal("12E-1", 1) == 12);
  CHECK(parse_decimal("1e+2", 0) == 100);
  CHECK(parse_decimal("007", 0) == 7);
  CHECK(parse_decimal("0e999999", 0) == 0);
}

TEST_CASE("decimal text that cannot be held says why") {
  for (const char* text : {"", "-", "+1", "1.", ".1", "1e", "1e+", "0x1", "1 ", "nan"}) {
    CAPTURE(text);
    CHECK(parse_decimal(text, 2) == tl::unexpected(DecimalError::kMalformed));
  }
  CHECK(parse_decimal("0.001", 2) == tl::unexpected(DecimalError::kTooPrecise));
  CHECK(parse_decimal("1e-999999", 2) == tl::unexpected(DecimalError::kTooPrecise));
  CHECK(parse_decimal("1e36", 0).has_value());
  CHECK(parse_decimal("1e37", 0) == tl::unexpected(DecimalError::kTooLarge));
  CHECK(parse_decimal("1e999999999999", 0) == tl::unexpected(DecimalError::kTooLarge));
}

TEST_CASE("all small scaled numbers survive text and back") {
  for (int digits = 0; digits <= 3; ++digits) {
    for (int value = -1200; value <= 1200; ++value) {
      const auto again = parse_decimal(decimal_text(value, digits), digits);
      REQUIRE(again.has_value());
      REQUIRE(*again == value);
    }
  }
}

TEST_CASE("rounding is half away from zero") {
  CHECK(rounded_text(12345, 3, 2) == "12.35");
  CHECK(rounded_text(-12345, 3, 2) == "-12.35");
  CHECK(rounded_text(12344, 3, 2) == "12.34");
  CHECK(rounded_text(5, 1, 0) == "1");
  CHECK(rounded_text(12, 1, 1) == "1.2");
  CHECK(divide_rounded(7, 2) == 4);
  CHECK(divide_rounded(-7, 2) == -4);
  CHECK(divide_rounded(7, 3) == 2);
  CHECK(power_of_ten(3) == 1000);
}
