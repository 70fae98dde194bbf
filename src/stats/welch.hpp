// The difference of two independent means whose variances may differ: Welch's t interval, for runs
// that share no draws. B. L. Welch, Biometrika 34 (1947), with Satterthwaite's degrees of freedom.
//
//   welch_difference({.mean = 12, .standard_error = 0.4, .count = 10}, before).low > 0  // more
#pragma once

#include <cstddef>

#include "stats/intervals.hpp"

namespace sluice::stats {

struct SampleMean {
  double mean = 0;
  double standard_error = 0;
  std::size_t count = 0;  // of values, at least 2
};

// From a mean with the Student t interval that t_interval gives it.
SampleMean sample_mean(const Interval& interval, std::size_t count,
                       double confidence = kConfidence);

// second - first. Degrees of freedom are rounded down; of no variance at all the interval is its
// value.
Interval welch_difference(const SampleMean& first, const SampleMean& second,
                          double confidence = kConfidence);

}  // namespace sluice::stats
