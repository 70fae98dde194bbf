#include "stats/welch.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"

namespace sluice::stats {
namespace {

double two_sided_t(double confidence, std::size_t degrees_of_freedom) {
  return student_t_quantile((1 + confidence) / 2, degrees_of_freedom);
}

}  // namespace

SampleMean sample_mean(const Interval& interval, std::size_t count, double confidence) {
  SLUICE_CHECK(count >= 2);
  return {.mean = interval.value,
          .standard_error = interval.half_width() / two_sided_t(confidence, count - 1),
          .count = count};
}

Interval welch_difference(const SampleMean& first, const SampleMean& second, double confidence) {
  SLUICE_CHECK(first.count >= 2 && second.count >= 2);
  const double difference = second.mean - first.mean;
  const double a = first.standard_error * first.standard_error;
  const double b = second.standard_error * second.standard_error;
  if (a + b == 0) return {difference, difference, difference};
  const double least = static_cast<double>(std::min(first.count, second.count) - 1);
  const double freedom = (a + b) * (a + b) /
                         (a * a / static_cast<double>(first.count - 1) +
                          b * b / static_cast<double>(second.count - 1));
  // Never below the smaller sample's own, which rounding could lose.
  const double whole = std::floor(std::max(freedom, least) + 1e-9);
  const double half = two_sided_t(confidence, static_cast<std::size_t>(whole)) * std::sqrt(a + b);
  return {difference, difference - half, difference + half};
}

}  // namespace sluice::stats
