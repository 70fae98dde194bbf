#include "stats/compare.hpp"

#include <cstddef>
#include <vector>

#include "base/check.hpp"

namespace sluice::stats {

std::optional<PairedDifference> paired_difference(std::span<const double> first,
                                                  std::span<const double> second,
                                                  double confidence) {
  SLUICE_CHECK(first.size() == second.size());
  std::vector<double> differences;
  differences.reserve(first.size());
  for (std::size_t i = 0; i < first.size(); ++i) differences.push_back(first[i] - second[i]);
  const std::optional<Interval> interval = t_interval(differences, confidence);
  if (!interval) return std::nullopt;
  return PairedDifference{.difference = *interval,
                          .variance = variance(differences),
                          .variance_independent = variance(first) + variance(second)};
}

double simultaneous_confidence(double confidence, std::size_t count) {
  SLUICE_CHECK(confidence > 0 && confidence < 1 && count >= 1);
  return 1 - (1 - confidence) / static_cast<double>(count);
}

std::optional<double> index_of_dispersion(std::span<const double> counts) {
  if (counts.size() < 2) return std::nullopt;
  const double center = mean(counts);
  if (center == 0) return std::nullopt;
  return variance(counts) / center;
}

std::optional<double> lag1_autocorrelation(std::span<const double> values) {
  if (values.size() < 2) return std::nullopt;
  const double center = mean(values);
  double products = 0;
  double squares = (values[0] - center) * (values[0] - center);
  for (std::size_t i = 1; i < values.size(); ++i) {
    products += (values[i - 1] - center) * (values[i] - center);
    squares += (values[i] - center) * (values[i] - center);
  }
  if (squares == 0) return std::nullopt;
  return products / squares;
}

}  // namespace sluice::stats
