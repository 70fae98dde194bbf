#include "stats/intervals.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

#include "base/check.hpp"
#include "stats/compare.hpp"

namespace sluice::stats {
namespace {

double squared_deviations(std::span<const double> values, double center) {
  return std::accumulate(values.begin(), values.end(), 0.0, [center](double sum, double value) {
    return sum + (value - center) * (value - center);
  });
}

// Probability below the upper end of a two-sided interval.
double upper_probability(double confidence) {
  SLUICE_CHECK(confidence > 0 && confidence < 1);
  return 0.5 + confidence / 2;
}

double value_of_rank(std::span<double> values, std::uint64_t rank) {
  const auto position = values.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(values.begin(), position, values.end());
  return *position;
}

}  // namespace

double mean(std::span<const double> values) {
  SLUICE_CHECK(!values.empty());
  const double count = static_cast<double>(values.size());
  const double first = std::accumulate(values.begin(), values.end(), 0.0) / count;
  // The second pass removes most of the rounding error of the first.
  double rest = 0;
  for (const double value : values) rest += value - first;
  return first + rest / count;
}

double variance(std::span<const double> values) {
  SLUICE_CHECK(values.size() >= 2);
  return squared_deviations(values, mean(values)) / static_cast<double>(values.size() - 1);
}

double normal_quantile(double p) {
  SLUICE_CHECK(p > 0 && p < 1);
  return boost::math::quantile(boost::math::normal_distribution<double>(), p);
}

double student_t_quantile(double p, std::size_t degrees_of_freedom) {
  SLUICE_CHECK(p > 0 && p < 1 && degrees_of_freedom >= 1);
  const boost::math::students_t_distribution<double> law(static_cast<double>(degrees_of_freedom));
  return boost::math::quantile(law, p);
}

std::optional<Estimate> estimate(std::span<const double> values) {
  if (values.size() < 2) return std::nullopt;
  return Estimate{
      .mean = mean(values),
      .standard_error = std::sqrt(variance(values) / static_cast<double>(values.size()))};
}

std::optional<Interval> t_interval(std::span<const double> values, double confidence) {
  const double upper = upper_probability(confidence);
  const std::optional<Estimate> center = estimate(values);
  if (!center) return std::nullopt;
  const double half = student_t_quantile(upper, values.size() - 1) * center->standard_error;
  return Interval{.value = center->mean, .low = center->mean - half, .high = center->mean + half};
}

std::optional<QuantileRanks> quantile_ranks(std::uint64_t count, double p, double confidence) {
  SLUICE_CHECK(p > 0 && p < 1);
  const double n = static_cast<double>(count);
  const double half = normal_quantile(upper_probability(confidence)) * std::sqrt(n * p * (1 - p));
  const double low = std::floor(n * p - half);
  const double high = std::ceil(n * p + half) + 1;
  if (low < 1 || high > n) return std::nullopt;
  return QuantileRanks{.value = static_cast<std::uint64_t>(std::ceil(n * p)),
                       .low = static_cast<std::uint64_t>(low),
                       .high = static_cast<std::uint64_t>(high)};
}

std::optional<Interval> quantile_interval(std::span<const double> values, double p,
                                          double confidence) {
  const std::optional<QuantileRanks> ranks = quantile_ranks(values.size(), p, confidence);
  if (!ranks) return std::nullopt;
  std::vector<double> order(values.begin(), values.end());
  return Interval{.value = value_of_rank(order, ranks->value),
                  .low = value_of_rank(order, ranks->low),
                  .high = value_of_rank(order, ranks->high)};
}

std::vector<double> batch_means(std::span<const double> values, std::size_t batch_size) {
  SLUICE_CHECK(batch_size >= 1);
  std::vector<double> means;
  means.reserve(values.size() / batch_size);
  for (; values.size() >= batch_size; values = values.subspan(batch_size)) {
    means.push_back(mean(values.first(batch_size)));
  }
  return means;
}

std::optional<BatchMeans> batch_means_interval(std::span<const double> values, std::size_t batches,
                                               double confidence) {
  if (batches < 3 || values.size() < batches) return std::nullopt;
  const std::size_t batch_size = values.size() / batches;
  const std::vector<double> means = batch_means(values.last(batch_size * batches), batch_size);
  const double n = static_cast<double>(batches);
  const double lag1 = lag1_autocorrelation(means).value_or(0);
  return BatchMeans{
      .interval = *t_interval(means, confidence),
      .batch_size = batch_size,
      .lag1 = lag1,
      .independent = lag1 <= normal_quantile(0.95) * std::sqrt((n - 2) / (n * n - 1))};
}

Coverage coverage(std::span<const Interval> intervals, double truth, double confidence) {
  SLUICE_CHECK(!intervals.empty());
  SLUICE_CHECK(confidence > 0 && confidence < 1);
  const double count = static_cast<double>(intervals.size());
  const auto hits =
      std::count_if(intervals.begin(), intervals.end(),
                    [truth](const Interval& interval) { return interval.contains(truth); });
  return Coverage{
      .share = static_cast<double>(hits) / count,
      .tolerance = normal_quantile(0.975) * std::sqrt(confidence * (1 - confidence) / count)};
}

}  // namespace sluice::stats
