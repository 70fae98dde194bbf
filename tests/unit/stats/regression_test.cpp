#include "stats/regression.hpp"

#include <cmath>
#include <cstdint>

#include "support/catch.hpp"
#include "unit/stats/draws.hpp"

namespace sluice::stats {
namespace {

TEST_CASE("a line without noise is found exactly by both ways") {
  Design design(3);
  Draws draws(1);
  for (int i = 0; i < 60; ++i) {
    const double x = 10'000 * draws.uniform();
    const double z = 100'000 * draws.uniform();
    design.add(0.4 + 2e-4 * x + 1e-6 * z, {1.0, x, z});
  }
  const auto squares = least_squares(design);
  const auto median = median_regression(design);
  REQUIRE(squares);
  REQUIRE(median);
  const double x[] = {1.0, 50.0, 70.0};
  for (const LinearFit& fit : {*squares, *median}) {
    CHECK(fit.coefficients[0].value == Approx(0.4).epsilon(1e-9));
    CHECK(fit.coefficients[1].value == Approx(2e-4).epsilon(1e-9));
    CHECK(fit.coefficients[2].value == Approx(1e-6).epsilon(1e-6));
    CHECK(fit.predict(x) == Approx(0.4 + 0.01 + 7e-5).epsilon(1e-9));
  }
}

// How many of 400 intervals for the slope hold it. 95 % are 380 with a standard deviation of 4.4.
template <class Fit, class Noise>
int slopes_held(const Fit& fit, const Noise& noise) {
  int held = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    Draws draws(seed);
    Design design(2);
    for (int i = 0; i < 200; ++i) {
      const double x = 10 * draws.uniform();
      design.add(1 + 3 * x + noise(draws, x), {1.0, x});
    }
    const auto found = fit(design);
    REQUIRE(found);
    held += found->coefficients[1].contains(3);
  }
  return held;
}

TEST_CASE("intervals of least squares hold the slope though noise grows with x") {
  const int held = slopes_held([](const Design& design) { return least_squares(design); },
                               [](Draws& draws, double x) { return x * draws.normal(); });
  CHECK(held >= 380 - 18);
  CHECK(held <= 380 + 18);
}

TEST_CASE("intervals of the median regression hold the slope under skewed noise") {
  const int held = slopes_held([](const Design& design) { return median_regression(design); },
                               [](Draws& draws, double) { return std::exp(draws.normal()) - 1; });
  CHECK(held >= 380 - 18);
  CHECK(held <= 380 + 18);
}

TEST_CASE("a median line does not move with one wild value") {
  Design design(2);
  for (int i = 0; i < 101; ++i) design.add(2.0 * i + (i % 3 - 1), {1.0, static_cast<double>(i)});
  design.add(1e9, {1.0, 50.0});
  const auto fit = median_regression(design);
  REQUIRE(fit);
  CHECK(fit->coefficients[1].value == Approx(2).epsilon(0.01));
}

TEST_CASE("columns that depend on each other and too few rows have no line") {
  Design twice(3);
  for (int i = 0; i < 50; ++i) twice.add(i, {1.0, static_cast<double>(i), 2.0 * i});
  CHECK_FALSE(least_squares(twice));
  CHECK_FALSE(median_regression(twice));
  Design constant(2);
  for (int i = 0; i < 50; ++i) constant.add(i, {1.0, 7.0});
  CHECK_FALSE(least_squares(constant));
  Design zero(2);
  for (int i = 0; i < 50; ++i) zero.add(i, {1.0, 0.0});
  CHECK_FALSE(least_squares(zero));
  Design few(2);
  few.add(1, {1.0, 2.0});
  few.add(2, {1.0, 3.0});
  CHECK_FALSE(least_squares(few));
  CHECK_FALSE(median_regression(few));
}

}  // namespace
}  // namespace sluice::stats
