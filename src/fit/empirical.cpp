#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "base/check.hpp"
#include "fit/sizes.hpp"

namespace sluice::fit {
namespace {

constexpr std::size_t kValuesMax = 128;

// Where bins end, as shares of the data: steps of 1 % up to 90 %, finer beyond, where few values
// hold many of the tokens.
std::vector<double> bin_ends() {
  std::vector<double> ends;
  for (int i = 1; i <= 90; ++i) ends.push_back(i / 100.0);
  for (int i = 1; i <= 18; ++i) ends.push_back(0.9 + i / 200.0);
  for (int i = 1; i <= 9; ++i) ends.push_back(0.99 + i / 1000.0);
  for (int i = 1; i <= 9; ++i) ends.push_back(0.999 + i / 10'000.0);
  ends.push_back(1);
  return ends;
}

struct Bin {
  std::int64_t count = 0;
  int128 sum = 0;
};

// Cells are never split: a value that occurs often stays one value.
std::vector<Bin> bins_of(const std::vector<LogHistogram::Cell>& cells, std::int64_t total) {
  std::vector<Bin> bins;
  if (cells.size() <= kValuesMax) {
    for (const auto& cell : cells) bins.push_back({cell.count, cell.sum});
    return bins;
  }
  const std::vector<double> ends = bin_ends();
  std::size_t next_end = 0;
  std::int64_t below = 0;
  Bin bin;
  for (const auto& cell : cells) {
    bin.count += cell.count;
    bin.sum += cell.sum;
    below += cell.count;
    const double share = static_cast<double>(below) / static_cast<double>(total);
    if (share < ends[next_end] && below < total) continue;
    while (next_end + 1 < ends.size() && ends[next_end] <= share) ++next_end;
    bins.push_back(bin);
    bin = {};
  }
  return bins;
}

}  // namespace

SizeEmpirical empirical_sizes(const LogHistogram& data) {
  SLUICE_CHECK(data.count() > 0);
  SizeEmpirical sizes;
  int128 owed = 0;  // tokens of the data beyond those of the values
  for (const Bin& bin : bins_of(data.cells(), data.count())) {
    const auto value =
        static_cast<std::int64_t>(floor_div(bin.sum * 2 + bin.count, int128{bin.count} * 2));
    owed += bin.sum - int128{value} * bin.count;
    if (!sizes.values.empty() && sizes.values.back().value == value) {
      sizes.values.back().weight += bin.count;
    } else {
      sizes.values.push_back({value, bin.count});
    }
  }
  // What rounding took or gave: so many of the largest become one token more or less.
  const std::int64_t step = owed < 0 ? -1 : 1;
  auto left = static_cast<std::int64_t>(owed < 0 ? -owed : owed);
  for (std::size_t i = sizes.values.size(); left > 0 && i-- > 0;) {
    const std::int64_t value = sizes.values[i].value + step;
    if (value < data.min() || data.max() < value) continue;
    const std::int64_t moved = std::min(left, sizes.values[i].weight);
    sizes.values[i].weight -= moved;
    sizes.values.push_back({value, moved});
    left -= moved;
  }
  std::erase_if(sizes.values, [](const WeightedSize& size) { return size.weight == 0; });
  std::stable_sort(sizes.values.begin(), sizes.values.end(),
                   [](const auto& a, const auto& b) { return a.value < b.value; });
  return sizes;
}

}  // namespace sluice::fit
