#include "base/quantile_table.hpp"

#include <cmath>
#include <cstdint>

#include "base/draw.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

double exponential(Tail tail) {
  return tail.upper ? -std::log(tail.probability) : -std::log1p(-tail.probability);
}

std::uint64_t bits_at(double probability) {
  return static_cast<std::uint64_t>(std::ldexp(probability, 64));
}

TEST_CASE("a table reproduces a uniform distribution exactly") {
  const QuantileTable table(
      [](Tail tail) { return 1e6 * (tail.upper ? 1 - tail.probability : tail.probability); },
      {.max = 1'000'000, .fraction_bits = 30});
  CHECK(table.mean() == Approx(5e5).epsilon(1e-9));
  for (int i = 1; i < 10'000; ++i) {
    const double p = i / 10'000.0;
    const double value = std::ldexp(static_cast<double>(table.fixed(bits_at(p))), -30);
    REQUIRE(value == Approx(1e6 * p).epsilon(1e-8).margin(1e-6));
  }
}

TEST_CASE("an exponential table has the mean and quantiles of theory within 0.1 %") {
  const QuantileTable table(exponential, {.max = 1000, .fraction_bits = 40});
  CHECK(table.mean() == Approx(1).epsilon(1e-4));
  for (const double p : {0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999, 0.9999, 0.999999}) {
    CAPTURE(p);
    const double value = std::ldexp(static_cast<double>(table.fixed(bits_at(p))), -40);
    CHECK(value == Approx(-std::log1p(-p)).epsilon(1e-3));
  }
}

TEST_CASE("an exact mean is met to rounding, and draws show it") {
  const QuantileTable table(exponential, {.max = 1000, .fraction_bits = 40, .exact_mean = 1.0});
  CHECK(table.mean() == Approx(1).epsilon(1e-12));
  constexpr int kDraws = 4'000'000;
  DrawStream stream = RandomSource(11, 0).stream(Purpose::kTest, {});
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = std::ldexp(static_cast<double>(table.fixed(stream.next())), -40);
    sum += value;
    squares += value * value;
  }
  CHECK(std::abs(sum / kDraws - 1) < 3 / std::sqrt(kDraws));
  // The variance of a squared unit exponential is 20.
  CHECK(std::abs(squares / kDraws - 2) < 3 * std::sqrt(20.0 / kDraws) + 1e-3);
}

TEST_CASE("values never decrease with the bits and stay within the bounds") {
  const QuantileTable table([](Tail tail) { return 100 * exponential(tail); },
                            {.min = 5, .max = 900});
  std::int64_t previous = 0;
  for (std::uint64_t i = 0; i < 1'000'000; ++i) {
    const std::int64_t value = table(i * (~std::uint64_t{0} / 1'000'000));
    if (value < previous) FAIL("decreases at step " << i);
    previous = value;
  }
  for (int i = 0; i < 64; ++i) {
    const std::uint64_t deep = ~std::uint64_t{0} >> i;
    CHECK(table(deep) >= table(deep - 1));
    CHECK(table(~deep + 1) >= table(~deep));
  }
  CHECK(table(0) == 5);
  CHECK(table(~std::uint64_t{0}) == 900);
}

TEST_CASE("rounding goes down or to the nearest, as asked") {
  const auto constant = [](Tail) { return 6.75; };
  CHECK(QuantileTable(constant, {})(12345) == 6);
  CHECK(QuantileTable(constant, {.rounding = QuantileTableOptions::Rounding::kNearest})(12345) ==
        7);
}

}  // namespace
}  // namespace sluice
