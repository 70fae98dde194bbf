// Comparisons of series: two systems under common random numbers, and the two figures that tell how
// far a series is from independent Poisson counts. Pure functions of their arguments.
//
//   paired_difference(cost_with_cache, cost_without)->difference.high < 0   // the cache is cheaper
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "stats/intervals.hpp"

namespace sluice::stats {

struct PairedDifference {
  Interval difference;  // mean of first - second with a Student t interval
  double variance;      // of the differences
  double
      variance_independent;  // what it would be without common random numbers: the variances' sum

  bool operator==(const PairedDifference&) const = default;
};

// Replication i of both series must have run with the same random numbers. The series have equal
// length; none for fewer than two pairs.
std::optional<PairedDifference> paired_difference(std::span<const double> first,
                                                  std::span<const double> second,
                                                  double confidence = kConfidence);

// The confidence that each of `count` intervals needs so that all hold together with at least
// `confidence` (Bonferroni): 1 - (1 - confidence) / count. count >= 1.
double simultaneous_confidence(double confidence, std::size_t count);

// Variance by mean of counts per interval: 1 for Poisson arrivals, above 1 for bursts, 0 for a
// steady rate (Cox & Lewis, The Statistical Analysis of Series of Events). None for fewer than two
// counts or a mean of 0.
std::optional<double> index_of_dispersion(std::span<const double> counts);

// Correlation of neighbours, about -1 to 1. None for fewer than two values or a constant series.
std::optional<double> lag1_autocorrelation(std::span<const double> values);

}  // namespace sluice::stats
