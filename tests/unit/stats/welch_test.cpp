#include "stats/welch.hpp"

#include <vector>

#include "support/catch.hpp"

namespace sluice::stats {
namespace {

// By hand: the means differ by 1.8, with 5.17 degrees of freedom, so 5 here; t(0.975, 5)
// is 2.570582.
const std::vector<double> kFirst = {10.1, 9.8, 10.4, 10.0, 9.7};
const std::vector<double> kSecond = {11.2, 12.6, 11.0, 12.4, 11.8};

SampleMean of(const std::vector<double>& values) {
  const auto known = estimate(values);
  return {.mean = known->mean, .standard_error = known->standard_error, .count = values.size()};
}

TEST_CASE("two samples that lie apart have an interval without zero, in the order asked for") {
  const Interval up = welch_difference(of(kFirst), of(kSecond));
  CHECK(up.value == Approx(1.8));
  CHECK(up.half_width() == Approx(0.87173));
  const Interval down = welch_difference(of(kSecond), of(kFirst));
  CHECK(down.value == Approx(-1.8));
  CHECK(down.low == Approx(-up.high));
}

TEST_CASE("samples of equal size and spread give the pooled interval") {
  const SampleMean one{.mean = 1, .standard_error = 0.5, .count = 6};
  const Interval interval = welch_difference(one, {.mean = 1, .standard_error = 0.5, .count = 6});
  // sqrt(0.25 + 0.25) x t(0.975, 10), which is 2.228139 (any table of Student's t).
  CHECK(interval.half_width() == Approx(0.7071068 * 2.228139));
  CHECK(interval.contains(0));
}

TEST_CASE("a sample without spread leaves the other's degrees of freedom") {
  const SampleMean exact{.mean = 3, .standard_error = 0, .count = 50};
  const Interval interval = welch_difference(exact, {.mean = 4, .standard_error = 1, .count = 5});
  CHECK(interval.half_width() == Approx(2.776445));  // t(0.975, 4)
}

TEST_CASE("without any spread a difference is certain") {
  const SampleMean a{.mean = 3, .standard_error = 0, .count = 5};
  const SampleMean b{.mean = 4, .standard_error = 0, .count = 5};
  CHECK(welch_difference(a, b) == Interval{1, 1, 1});
}

TEST_CASE("a Student t interval gives back the standard error it was made of") {
  const auto interval = t_interval(kFirst);
  const SampleMean back = sample_mean(*interval, kFirst.size());
  CHECK(back.mean == Approx(of(kFirst).mean));
  CHECK(back.standard_error == Approx(of(kFirst).standard_error));
}

}  // namespace
}  // namespace sluice::stats
