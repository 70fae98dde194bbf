#include "stats/intervals.hpp"

#include <cmath>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

#include "support/catch.hpp"
#include "unit/stats/draws.hpp"

namespace sluice::stats {
namespace {

using Values = std::vector<double>;

// P(B <= k) for k = 0..n, B binomial (n, p), term by term.
Values binomial_cumulative(int n, double p) {
  Values cumulative;
  double sum = 0;
  for (int k = 0; k <= n; ++k) {
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) +
                    k * std::log(p) + (n - k) * std::log1p(-p));
    cumulative.push_back(sum);
  }
  return cumulative;
}

// P(X_(low) <= quantile < X_(high)) = P(low <= B < high) for a continuous distribution.
double exact_coverage(int n, double p, const QuantileRanks& ranks) {
  const Values cumulative = binomial_cumulative(n, p);
  return cumulative.at(ranks.high - 1) - cumulative.at(ranks.low - 1);
}

TEST_CASE("normal and t quantiles agree with printed tables") {
  CHECK(normal_quantile(0.975) == Approx(1.959963984540054).epsilon(1e-14));
  CHECK(normal_quantile(0.5) == Approx(0).margin(1e-15));
  CHECK(normal_quantile(0.005) == Approx(-2.575829303548901).epsilon(1e-14));
  CHECK(student_t_quantile(0.975, 4) == Approx(2.776445).margin(5e-7));
  CHECK(student_t_quantile(0.975, 9) == Approx(2.262157).margin(5e-7));
  CHECK(student_t_quantile(0.975, 29) == Approx(2.045230).margin(5e-7));
  CHECK(student_t_quantile(0.95, 4) == Approx(2.131847).margin(5e-7));
}

TEST_CASE("t quantiles of one and two degrees of freedom follow their closed forms") {
  for (const double p : {0.001, 0.2, 0.5, 0.9, 0.975, 0.999}) {
    CHECK(student_t_quantile(p, 1) ==
          Approx(std::tan(std::numbers::pi * (p - 0.5))).epsilon(1e-12).margin(1e-15));
    CHECK(student_t_quantile(p, 2) ==
          Approx((2 * p - 1) / std::sqrt(2 * p * (1 - p))).epsilon(1e-12).margin(1e-15));
  }
}

TEST_CASE("t quantiles of many degrees of freedom approach the normal ones") {
  CHECK(student_t_quantile(0.975, 100'000'000) == Approx(normal_quantile(0.975)).epsilon(1e-7));
}

TEST_CASE("mean and variance survive a large common offset") {
  const Values values{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
  CHECK(mean(values) == 1e9 + 10);
  CHECK(variance(values) == 30);
}

TEST_CASE("the t interval is the one worked by hand") {
  // Mean 3, S^2 = 2.5, n = 5, t_{4, .975} = 2.776445.
  const auto interval = t_interval(Values{1, 2, 3, 4, 5});
  REQUIRE(interval.has_value());
  CHECK(interval->value == 3);
  CHECK(interval->half_width() == Approx(2.7764451051977987 * std::sqrt(0.5)));
  CHECK(interval->low == Approx(3 - interval->half_width()));
  CHECK(interval->contains(interval->low));
  CHECK(interval->contains(interval->high));
  CHECK_FALSE(interval->contains(5));
}

TEST_CASE("one replication has no interval") {
  CHECK_FALSE(t_interval(Values{}).has_value());
  CHECK_FALSE(t_interval(Values{42}).has_value());
  CHECK_FALSE(estimate(Values{42}).has_value());
}

TEST_CASE("equal replications have an interval of width zero") {
  CHECK(t_interval(Values{0.1, 0.1, 0.1}) == Interval{.value = 0.1, .low = 0.1, .high = 0.1});
}

TEST_CASE("a higher confidence widens the interval") {
  const Values values{1, 2, 3, 4, 5};
  CHECK(t_interval(values, 0.99)->half_width() > t_interval(values)->half_width());
}

TEST_CASE("the standard error is S by the root of n") {
  CHECK(estimate(Values{1, 2, 3, 4, 5})->standard_error == Approx(std::sqrt(0.5)));
}

TEST_CASE("a thousand t intervals cover a known mean as often as they say") {
  for (const std::size_t size : {2, 5, 30}) {
    Draws draws(1000 + size);
    std::vector<Interval> intervals;
    for (int i = 0; i < 1000; ++i) {
      Values values = draws.normals(size);
      for (double& value : values) value = 7 + 3 * value;
      intervals.push_back(*t_interval(values));
    }
    const Coverage covered = coverage(intervals, 7);
    INFO("size " << size);
    CHECK(covered.tolerance == Approx(0.0135).epsilon(0.001));
    CHECK(std::abs(covered.share - kConfidence) <= covered.tolerance);
  }
}

TEST_CASE("coverage counts the intervals that contain the truth") {
  const std::vector<Interval> intervals{{1, 0, 2}, {3, 2, 4}, {5, 4, 6}, {7, 6, 8}};
  CHECK(coverage(intervals, 2).share == 0.5);
  CHECK(coverage(intervals, 9).share == 0);
}

TEST_CASE("quantile ranks cover at least as often as they say for every number of values") {
  for (const double p : {0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99}) {
    for (int n = 1; n <= 800; ++n) {
      const auto ranks = quantile_ranks(static_cast<std::uint64_t>(n), p);
      if (!ranks) continue;
      const double covered = exact_coverage(n, p, *ranks);
      INFO("n " << n << " p " << p << " ranks " << ranks->low << " to " << ranks->high);
      REQUIRE(covered >= kConfidence);
      // Rounding outwards adds at most two ranks on each side.
      const double widest =
          binomial_cumulative(n, p).at(ranks->value) -
          (ranks->value >= 2 ? binomial_cumulative(n, p).at(ranks->value - 2) : 0);
      REQUIRE(covered <= kConfidence + 2 * widest);
    }
  }
}

TEST_CASE("quantile ranks enclose the rank of the estimate") {
  for (std::uint64_t n = 1; n <= 2000; ++n) {
    const auto ranks = quantile_ranks(n, 0.9);
    if (!ranks) continue;
    REQUIRE(ranks->low < ranks->value);
    REQUIRE(ranks->value < ranks->high);
    REQUIRE(ranks->high <= n);
  }
}

TEST_CASE("too few values have no interval for a quantile") {
  const auto first_count = [](double p) {
    std::uint64_t n = 1;
    while (!quantile_ranks(n, p)) ++n;
    return n;
  };
  CHECK(first_count(0.5) == 8);
  CHECK(first_count(0.9) == 53);
  CHECK(first_count(0.99) == 563);
  CHECK_FALSE(quantile_ranks(0, 0.5).has_value());
  CHECK_FALSE(quantile_interval(Values{1, 2, 3}, 0.5).has_value());
}

TEST_CASE("quantile ranks of a million values are those of the formula") {
  // n p = 990000, z sqrt(n p (1 - p)) = 195.01.
  CHECK(quantile_ranks(1'000'000, 0.99) ==
        QuantileRanks{.value = 990'000, .low = 989'804, .high = 990'197});
}

TEST_CASE("a quantile interval takes the values at its ranks, whatever their order") {
  Values values;
  for (int i = 1; i <= 100; ++i) values.push_back((i * 37) % 101);
  const auto ranks = quantile_ranks(100, 0.5);
  const auto interval = quantile_interval(values, 0.5);
  REQUIRE(interval.has_value());
  CHECK(interval->value == static_cast<double>(ranks->value));
  CHECK(interval->low == static_cast<double>(ranks->low));
  CHECK(interval->high == static_cast<double>(ranks->high));
}

TEST_CASE("a thousand quantile intervals cover the true quantile at least as often as they say") {
  Draws draws(11);
  std::vector<Interval> intervals;
  for (int i = 0; i < 1000; ++i) {
    Values values;
    for (int k = 0; k < 200; ++k) values.push_back(draws.exponential());
    intervals.push_back(*quantile_interval(values, 0.9));
  }
  const Coverage covered = coverage(intervals, std::log(10));
  CHECK(covered.share >= kConfidence - covered.tolerance);
}

TEST_CASE("batch means average consecutive values and drop an incomplete batch") {
  CHECK(batch_means(Values{1, 2, 3, 4, 5, 6, 7}, 3) == Values{2, 5});
  CHECK(batch_means(Values{1, 2}, 3).empty());
  CHECK(batch_means(Values{1, 2}, 1) == Values{1, 2});
}

TEST_CASE("batch means of a run use its newest values") {
  const auto result = batch_means_interval(Values{1000, 1, 3, 2, 4, 6, 8}, 3);
  REQUIRE(result.has_value());
  CHECK(result->batch_size == 2);
  CHECK(result->interval == *t_interval(Values{2, 3, 7}));
}

TEST_CASE("batch means need three batches and a value for each") {
  CHECK_FALSE(batch_means_interval(Values{1, 2, 3, 4}, 2).has_value());
  CHECK_FALSE(batch_means_interval(Values{1, 2, 3, 4}, 5).has_value());
  CHECK(batch_means_interval(Values{1, 2, 3, 4}, 4).has_value());
}

TEST_CASE("a constant run has independent batches and an interval of width zero") {
  const auto result = batch_means_interval(Values(300, 2.5));
  REQUIRE(result.has_value());
  CHECK(result->independent);
  CHECK(result->interval.half_width() == 0);
}

// x' = 0.9 x + noise: values 10 apart are still clearly correlated.
Values autoregressive(Draws& draws, std::size_t count) {
  Values values;
  double x = draws.normal() / std::sqrt(1 - 0.81);
  for (std::size_t i = 0; i < count; ++i) {
    values.push_back(x);
    x = 0.9 * x + draws.normal();
  }
  return values;
}

TEST_CASE("batches that are too short are called dependent, long ones are not") {
  Draws draws(3);
  int short_flagged = 0;
  int long_flagged = 0;
  for (int i = 0; i < 200; ++i) {
    const Values run = autoregressive(draws, 9000);
    if (!batch_means_interval(std::span(run).first(150))->independent) ++short_flagged;
    if (!batch_means_interval(run)->independent) ++long_flagged;
  }
  CHECK(short_flagged >= 180);
  CHECK(long_flagged <= 24);  // nominally 5 %, and a little correlation is left
}

TEST_CASE("a thousand batch-means intervals of a correlated run cover its mean") {
  Draws draws(4);
  std::vector<Interval> intervals;
  for (int i = 0; i < 1000; ++i) {
    intervals.push_back(batch_means_interval(autoregressive(draws, 9000))->interval);
  }
  const Coverage covered = coverage(intervals, 0);
  CHECK(std::abs(covered.share - kConfidence) <= covered.tolerance);
}

}  // namespace
}  // namespace sluice::stats
