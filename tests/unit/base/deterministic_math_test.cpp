#include "base/deterministic_math.hpp"

#include <cmath>

#include "support/catch.hpp"

namespace sluice::deterministic {
namespace {

// The largest |ours / theirs - 1| over [low, high].
template <class Ours, class Theirs>
double worst_error(Ours ours, Theirs theirs, double low, double high) {
  constexpr int kPoints = 20'011;
  double worst = 0;
  for (int i = 0; i <= kPoints; ++i) {
    const double x = low + (high - low) * i / kPoints;
    const double expected = theirs(x);
    const double error = expected == 0 ? std::abs(ours(x)) : std::abs(ours(x) / expected - 1);
    worst = std::max(worst, error);
  }
  return worst;
}

TEST_CASE("exp and expm1 agree with libm") {
  CHECK(worst_error([](double x) { return exp(x); }, [](double x) { return std::exp(x); }, -700,
                    700) < 5e-16);
  CHECK(worst_error([](double x) { return exp(x); }, [](double x) { return std::exp(x); }, -1, 1) <
        5e-16);
  CHECK(worst_error([](double x) { return expm1(x); }, [](double x) { return std::expm1(x); }, -2,
                    2) < 2e-15);
  CHECK(exp(-800) == 0);
  CHECK(exp(800) == INFINITY);
  CHECK(exp(0) == 1);
  CHECK(exp(-740) == Approx(std::exp(-740)).epsilon(1e-8));
}

TEST_CASE("log and log1p agree with libm") {
  CHECK(worst_error([](double x) { return log(x); }, [](double x) { return std::log(x); }, 1e-9,
                    0.999) < 1e-15);
  CHECK(worst_error([](double x) { return log(x); }, [](double x) { return std::log(x); }, 1.001,
                    1e15) < 1e-15);
  CHECK(worst_error([](double x) { return log1p(x); }, [](double x) { return std::log1p(x); },
                    -0.999, 3) < 2e-15);
  CHECK(log(1) == 0);
  CHECK(log(0) == -INFINITY);
  CHECK(log(5e-320) == Approx(std::log(5e-320)).epsilon(1e-15));
  CHECK(log1p(1e-18) == 1e-18);
}

TEST_CASE("pow and cos agree with libm") {
  CHECK(worst_error([](double x) { return pow(x, 2.5); }, [](double x) { return std::pow(x, 2.5); },
                    1e-3, 1e6) < 1e-14);
  CHECK(pow(0, 2) == 0);
  CHECK(pow(0, 0) == 1);
  double worst = 0;
  for (int i = -2000; i <= 2000; ++i) {
    worst = std::max(worst, std::abs(cos_turns(i / 777.0) - std::cos(2 * M_PI * i / 777.0)));
  }
  CHECK(worst < 4e-15);
  CHECK(cos_turns(0) == 1);
  CHECK(cos_turns(0.25) == 0);
  CHECK(cos_turns(0.5) == -1);
}

TEST_CASE("the normal quantile inverts the complementary error function") {
  double worst = 0;
  for (double tail = 0.999; tail > 1e-15; tail *= 0.97) {
    const double z = normal_exceeded_with(tail);
    const double back = std::erfc(z / std::sqrt(2.0)) / 2;
    // An error of dz in z is one of about z dz in the logarithm of the tail.
    worst = std::max(worst, std::abs(back / tail - 1) / (1 + std::abs(z)));
  }
  CHECK(worst < 1e-14);
  CHECK(normal_exceeded_with(0.5) == 0);
  CHECK(normal_exceeded_with(0.05) == Approx(1.6448536269514722).epsilon(1e-15));
}

TEST_CASE("the gamma function agrees with libm") {
  for (double x = 0.01; x < 60; x *= 1.07) {
    CAPTURE(x);
    CHECK(std::abs(log_gamma(x) - std::lgamma(x)) < 1e-14 * (2 + std::abs(std::lgamma(x))));
    CHECK(std::abs(gamma_function(x) / std::tgamma(x) - 1) < 1e-13);
  }
}

TEST_CASE("the incomplete gamma function has its closed forms") {
  for (double x = 0.001; x < 60; x *= 1.3) {
    CAPTURE(x);
    CHECK(gamma_upper(1, x) == Approx(std::exp(-x)).epsilon(1e-13));
    CHECK(gamma_lower(1, x) == Approx(-std::expm1(-x)).epsilon(1e-13));
    CHECK(gamma_upper(3, x) == Approx(std::exp(-x) * (1 + x + x * x / 2)).epsilon(1e-13));
    CHECK(gamma_lower(0.5, x) == Approx(std::erf(std::sqrt(x))).epsilon(1e-13));
    CHECK(gamma_upper(0.5, x) == Approx(std::erfc(std::sqrt(x))).epsilon(1e-12));
    CHECK(gamma_lower(7.5, x) + gamma_upper(7.5, x) == Approx(1).epsilon(1e-13));
  }
}

TEST_CASE("the inverse incomplete gamma functions invert") {
  for (const double a : {0.01, 0.1, 0.25, 0.5, 0.9, 1.0, 1.5, 4.0, 30.0, 1000.0}) {
    for (double tail = 0.5; tail > 1e-13; tail *= 0.3) {
      CAPTURE(a, tail);
      const double high = gamma_upper_inverse(a, tail);
      CHECK(gamma_upper(a, high) == Approx(tail).epsilon(1e-9));
      const double low = gamma_lower_inverse(a, tail);
      if (low > 0) CHECK(gamma_lower(a, low) == Approx(tail).epsilon(1e-9));
      CHECK(low <= high * (1 + 1e-9));
    }
  }
}

}  // namespace
}  // namespace sluice::deterministic
