#include "base/quantity.hpp"

#include "support/catch.hpp"

using namespace sluice;

namespace {

std::string problem_with_rate(std::string_view text) { return Rate::parse(text).error().message; }

}  // namespace

TEST_CASE("a fraction is read exactly, with or without percent") {
  CHECK(Fraction::parse("0.05") == Fraction::percent(5));
  CHECK(Fraction::parse("5%") == Fraction::percent(5));
  CHECK(Fraction::parse("0.1%")->ppb == 1'000'000);
  CHECK(Fraction::parse("2") == Fraction::whole(2));
  CHECK(Fraction::parse("-0.5")->text() == "-0.5");
  CHECK(Fraction::parse("1e-9")->ppb == 1);
}

TEST_CASE("a fraction that cannot be held is refused") {
  const auto message = [](std::string_view text) { return Fraction::parse(text).error().message; };
  CHECK(message("half") == "\"half\" is not a fraction: write 0.05 or \"5%\"");
  CHECK(message("%") == "\"%\" is not a fraction: write 0.05 or \"5%\"");
  CHECK(message("1e-10") == "\"1e-10\" is finer than one part in a billion");
  CHECK(message("1e10") == "\"1e10\" is too large for a fraction");
  CHECK(message("1e99") == "\"1e99\" is too large for a fraction");
}

TEST_CASE("a fraction of a number rounds towards minus infinity") {
  CHECK(Fraction::percent(50).of(5) == 2);
  CHECK(Fraction::percent(50).of(-5) == -3);
  CHECK(Fraction::percent(150).of(4) == 6);
}

TEST_CASE("a rate is an exact count per span of time") {
  CHECK(Rate::parse("20/s")->per == seconds(1));
  CHECK(Rate::parse("600/min") == Rate{.count = 10, .per = seconds(1)});
  CHECK(Rate::parse("2.5/h")->count == 25);
  CHECK(Rate::parse("2.5/h")->per == hours(10));
  CHECK(Rate::parse("3/10s") == Rate{.count = 3, .per = seconds(10)});
  CHECK(Rate::parse("0/s")->count == 0);
  CHECK(Rate::parse("1e3/day")->count == 1000);
  CHECK(*Rate::parse("61/min") > *Rate::parse("1/s"));
}

TEST_CASE("a rate is written as it reads back") {
  for (const char* text : {"20/s", "600/min", "2.5/h", "1000000/d", "3/10s", "0.001/s", "7/1m30s",
                           "33.33333333/min"}) {
    CAPTURE(text);
    const Result<Rate> rate = Rate::parse(text);
    REQUIRE(rate);
    const Result<Rate> again = Rate::parse(rate->text());
    REQUIRE(again);
    CHECK(again->count == rate->count);
    CHECK(again->per == rate->per);
  }
  CHECK(Rate::parse("20.50/minute")->text() == "20.5/min");
  CHECK(Rate::parse("7/1m30s")->text() == "7/1m30s");
}

TEST_CASE("what is not a rate is refused with an example") {
  for (const char* text : {"", "20", "/s", "20/", "20/x", "x/s", "20/0s", "20/s/s"}) {
    CAPTURE(text);
    CHECK(problem_with_rate(text).find("is not a rate: write \"20/s\"") != std::string::npos);
  }
  CHECK(problem_with_rate("-1/s") == "\"-1/s\" is negative; expected 0 or more");
  CHECK(problem_with_rate("0.0000000001/s").find("nine digits") != std::string::npos);
  CHECK(problem_with_rate("1e30/s").find("out of range") != std::string::npos);
  CHECK(problem_with_rate("1e99/s").find("out of range") != std::string::npos);
  CHECK(problem_with_rate("0.000000001/1000d").find("out of range") != std::string::npos);
}
