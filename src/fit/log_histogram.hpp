// Counts of non-negative whole numbers, exact below 2048 and within 0.1 % above: each octave has
// 1024 cells, and each cell keeps the sum of its values, so that sums and means are exact. Memory
// grows with the largest value, not with the number of values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/integer.hpp"

namespace sluice::fit {

class LogHistogram {
 public:
  struct Cell {
    std::int64_t low = 0;   // the smallest value that falls into it
    std::int64_t high = 0;  // the largest
    std::int64_t count = 0;
    int128 sum = 0;
    // The nearest whole number to the mean of its values.
    std::int64_t middle() const noexcept;
  };

  // value >= 0, times >= 0.
  void add(std::int64_t value, std::int64_t times = 1);

  std::int64_t count() const noexcept { return count_; }
  std::int64_t min() const noexcept { return min_; }  // 0 if empty, as max()
  std::int64_t max() const noexcept { return max_; }
  int128 sum() const noexcept { return sum_; }
  double mean() const noexcept;
  // The value of that rank, from 1 to count(), in ascending order; of a wide cell its middle.
  std::int64_t at_rank(std::int64_t rank) const;
  // The smallest value that at least a share p of the values does not exceed; not empty.
  std::int64_t quantile(double p) const;
  // Those that are not empty, ascending.
  std::vector<Cell> cells() const;

 private:
  std::vector<std::int64_t> counts_;  // by cell
  std::vector<int128> sums_;
  std::int64_t count_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
  int128 sum_ = 0;
};

}  // namespace sluice::fit
