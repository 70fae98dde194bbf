// A histogram as the points of an HDR plot: the smallest and the largest value and between them
// five points in every halving of 1 - quantile (0, 0.1, ... 0.5, 0.55, ... 0.75, 0.775, ...), as
// deep as the number of values can tell apart.
#pragma once

#include <cstdint>
#include <vector>

#include "metrics/histogram.hpp"

namespace sluice {

struct DistributionPoint {
  std::int64_t quantile = 0;  // in trillionths, rounded down; 10^12 is the largest value
  std::uint64_t value = 0;    // as Histogram::value_at_rank has it

  bool operator==(const DistributionPoint&) const = default;
};

// Ascending in both; empty of no values.
std::vector<DistributionPoint> distribution_of(const Histogram& histogram);

}  // namespace sluice
