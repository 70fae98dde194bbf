#include "stats/compare.hpp"

#include <cmath>
#include <vector>

#include "support/catch.hpp"
#include "unit/stats/draws.hpp"

namespace sluice::stats {
namespace {

using Values = std::vector<double>;

TEST_CASE("a paired difference is the t interval of the differences") {
  const auto paired = paired_difference(Values{5, 7, 9, 12}, Values{4, 5, 6, 8});
  REQUIRE(paired.has_value());
  CHECK(paired->difference == *t_interval(Values{1, 2, 3, 4}));
  CHECK(paired->variance == variance(Values{1, 2, 3, 4}));
  CHECK(paired->variance_independent ==
        Approx(variance(Values{5, 7, 9, 12}) + variance(Values{4, 5, 6, 8})));
}

TEST_CASE("one pair has no interval") {
  CHECK_FALSE(paired_difference(Values{1}, Values{2}).has_value());
}

TEST_CASE("common noise cancels in a paired difference") {
  Draws draws(21);
  Values first;
  Values second;
  for (int i = 0; i < 50; ++i) {
    const double common = 10 * draws.normal();
    first.push_back(common + draws.normal());
    second.push_back(common + draws.normal() + 2);
  }
  const auto paired = paired_difference(first, second);
  REQUIRE(paired.has_value());
  CHECK(paired->difference.high < 0);
  CHECK(paired->difference.contains(-2));
  CHECK(paired->variance < paired->variance_independent / 20);
}

TEST_CASE("a thousand paired intervals cover the true difference") {
  Draws draws(22);
  std::vector<Interval> intervals;
  for (int i = 0; i < 1000; ++i) {
    const Values first = draws.normals(8);
    Values second = draws.normals(8);
    for (std::size_t k = 0; k < second.size(); ++k) second[k] += first[k] - 1;
    intervals.push_back(paired_difference(first, second)->difference);
  }
  const Coverage covered = coverage(intervals, 1);
  CHECK(std::abs(covered.share - kConfidence) <= covered.tolerance);
}

TEST_CASE("simultaneous intervals each take their part of the error") {
  CHECK(simultaneous_confidence(0.95, 1) == Approx(0.95));
  CHECK(simultaneous_confidence(0.95, 5) == Approx(0.99));
}

// Counts of arrivals per time unit, each epoch bringing `batch` at once.
Values arrival_counts(Draws& draws, double rate, int batch) {
  Values counts(20'000, 0);
  double t = draws.exponential() / rate;
  while (t < static_cast<double>(counts.size())) {
    counts[static_cast<std::size_t>(t)] += batch;
    t += draws.exponential() / rate;
  }
  return counts;
}

TEST_CASE("Poisson counts have a dispersion of one, batches of three have three") {
  Draws draws(23);
  // The standard error over 20,000 counts is 0.01, and three times that for the batches.
  CHECK(*index_of_dispersion(arrival_counts(draws, 4, 1)) == Approx(1).margin(0.03));
  CHECK(*index_of_dispersion(arrival_counts(draws, 4, 3)) == Approx(3).margin(0.09));
}

TEST_CASE("a steady rate has a dispersion of zero") {
  CHECK(*index_of_dispersion(Values(10, 3.0)) == 0);
}

TEST_CASE("no dispersion without arrivals or with a single count") {
  CHECK_FALSE(index_of_dispersion(Values{0, 0, 0}).has_value());
  CHECK_FALSE(index_of_dispersion(Values{5}).has_value());
}

TEST_CASE("lag-1 autocorrelation is the one worked by hand") {
  // Deviations -1.5 -0.5 0.5 1.5: products 0.75 - 0.25 + 0.75, squares 5.
  CHECK(*lag1_autocorrelation(Values{1, 2, 3, 4}) == Approx(0.25));
  CHECK(*lag1_autocorrelation(Values{1, -1, 1, -1}) == Approx(-0.75));
}

TEST_CASE("lag-1 autocorrelation finds the coefficient of an autoregressive series") {
  Draws draws(24);
  Values values{0};
  for (int i = 0; i < 20'000; ++i) values.push_back(0.6 * values.back() + draws.normal());
  CHECK(*lag1_autocorrelation(values) == Approx(0.6).margin(0.02));
  CHECK(*lag1_autocorrelation(draws.normals(20'000)) == Approx(0).margin(0.02));
}

TEST_CASE("no autocorrelation of a constant series or a single value") {
  CHECK_FALSE(lag1_autocorrelation(Values(5, 2.0)).has_value());
  CHECK_FALSE(lag1_autocorrelation(Values{1}).has_value());
}

}  // namespace
}  // namespace sluice::stats
