#include "fit/log_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/check.hpp"

namespace sluice::fit {
namespace {

constexpr int kCellBits = 10;
constexpr std::int64_t kExactBelow = std::int64_t{2} << kCellBits;

// Cells of width 1 up to kExactBelow; from there each octave has 2^kCellBits cells.
std::size_t index_of(std::int64_t value) noexcept {
  if (value < kExactBelow) return static_cast<std::size_t>(value);
  const int shift =
      static_cast<int>(std::bit_width(static_cast<std::uint64_t>(value))) - 1 - kCellBits;
  return (static_cast<std::size_t>(shift) << kCellBits) + static_cast<std::size_t>(value >> shift);
}

std::int64_t low_of(std::size_t index) noexcept {
  if (index < static_cast<std::size_t>(kExactBelow)) return static_cast<std::int64_t>(index);
  const std::size_t shift = (index >> kCellBits) - 1;
  return static_cast<std::int64_t>(index - (shift << kCellBits)) << shift;
}

}  // namespace

std::int64_t LogHistogram::Cell::middle() const noexcept {
  return static_cast<std::int64_t>(floor_div(sum * 2 + count, int128{count} * 2));
}

void LogHistogram::add(std::int64_t value, std::int64_t times) {
  SLUICE_CHECK(value >= 0 && times >= 0);
  if (times == 0) return;
  const std::size_t index = index_of(value);
  if (index >= counts_.size()) {
    counts_.resize(index + 1);
    sums_.resize(index + 1);
  }
  counts_[index] += times;
  sums_[index] += int128{value} * times;
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = std::max(max_, value);
  count_ += times;
  sum_ += int128{value} * times;
}

double LogHistogram::mean() const noexcept {
  return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

std::int64_t LogHistogram::at_rank(std::int64_t rank) const {
  SLUICE_CHECK(rank >= 1 && rank <= count_);
  if (rank == count_) return max_;
  if (rank == 1) return min_;
  std::int64_t below = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    below += counts_[i];
    if (below < rank) continue;
    return std::clamp(Cell{.count = counts_[i], .sum = sums_[i]}.middle(), min_, max_);
  }
  SLUICE_CHECK(false);
}

std::int64_t LogHistogram::quantile(double p) const {
  const auto rank = static_cast<std::int64_t>(std::ceil(p * static_cast<double>(count_)));
  return at_rank(std::clamp<std::int64_t>(rank, 1, count_));
}

std::vector<LogHistogram::Cell> LogHistogram::cells() const {
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    cells.push_back(
        {.low = low_of(i), .high = low_of(i + 1) - 1, .count = counts_[i], .sum = sums_[i]});
  }
  return cells;
}

}  // namespace sluice::fit
