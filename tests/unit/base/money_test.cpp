#include "base/money.hpp"

#include <type_traits>

#include "support/catch.hpp"

using namespace sluice;

namespace {

Money money(std::string_view text) { return Money::from_decimal(text).value(); }

}  // namespace

static_assert(!std::is_constructible_v<Money, double>);
static_assert(!std::is_constructible_v<Money, int>);

TEST_CASE("money is read and written exactly") {
  CHECK(money("12.50") == Money::from_picodollars(12'500'000'000'000));
  CHECK(money("$12.50") == money("12.5"));
  CHECK(money("-$3") == money("-3"));
  CHECK(money("0.000000000001").picodollars() == 1);
  CHECK(money("1e2") == Money::from_dollars(100));
  for (const char* text : {"0", "0.1", "-0.000000000001", "123456789012345", "3.000000000001"}) {
    CHECK(money(text).exact() == text);
  }
}

TEST_CASE("what is not money is refused") {
  const auto message = [](std::string_view text) {
    return Money::from_decimal(text).error().message;
  };
  CHECK(message("ten") == "\"ten\" is not an amount of money: write 12.50 or \"$12.50\"");
  for (const char* text : {"", "$", "--1", "$-1", "-$-1", "1.", ".5", "1,000", "1$"}) {
    CAPTURE(text);
    CHECK(message(text).find("is not an amount") != std::string::npos);
  }
  CHECK(message("0.0000000000001") ==
        "\"0.0000000000001\" has more than 12 digits after the point");
  CHECK(message("1000000000000000").find("below 10^15 dollars") != std::string::npos);
  CHECK(message("1e99").find("below 10^15 dollars") != std::string::npos);
}

TEST_CASE("money rounds once, half away from zero, when printed") {
  CHECK(money("0.005").text() == "$0.01");
  CHECK(money("0.0049999").text() == "$0.00");
  CHECK(money("-0.005").text() == "-$0.01");
  CHECK(money("1234567.891").text() == "$1,234,567.89");
  CHECK(money("0.0000375").text(6) == "$0.000038");
  CHECK(money("999.995").text() == "$1,000.00");
  CHECK(money("2.5").text(0) == "$3");
}

TEST_CASE("sums, products and comparison are exact") {
  CHECK(money("0.1") + money("0.2") == money("0.3"));
  CHECK(money("0.1") - money("0.3") == money("-0.2"));
  CHECK(-money("1") == money("-1"));
  CHECK(money("0.000003") * 1'000'000 == Money::from_dollars(3));
  CHECK(std::int64_t{3} * money("0.5") == money("1.5"));
  CHECK(money("1") < money("1.000000000001"));
  CHECK(money("-1") <= money("0"));
  CHECK(Money{} == money("0"));
}

TEST_CASE("division has a name and rounds half away from zero") {
  CHECK(money("0.000000000003").divided_rounded(2).picodollars() == 2);
  CHECK(money("-0.000000000003").divided_rounded(2).picodollars() == -2);
  CHECK(money("1").divided_rounded(3).exact() == "0.333333333333");
}
