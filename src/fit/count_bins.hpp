// How many arrivals fell into each second of a log. Seconds without any cost nothing; beyond half
// a million others the bins become twice as wide, as often as it takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.hpp"

namespace sluice::fit {

struct CountBin {
  std::int64_t index = 0;  // [index x width, (index + 1) x width)
  std::int64_t count = 0;  // above 0
};

class CountBins {
 public:
  explicit CountBins(Duration width = seconds(1)) : width_(width) {}

  // since >= 0, not before the one before.
  void add(Duration since);
  Duration width() const noexcept { return width_; }
  const std::vector<CountBin>& bins() const noexcept { return bins_; }
  // Counts of consecutive windows of `bins_each` bins from 0 on, `windows` of them: variance by
  // mean. 0 of fewer than two windows or without arrivals.
  double dispersion(std::int64_t bins_each, std::int64_t windows) const;

 private:
  Duration width_;
  std::vector<CountBin> bins_;
};

}  // namespace sluice::fit
