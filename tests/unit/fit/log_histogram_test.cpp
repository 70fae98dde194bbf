#include "fit/log_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"
#include "unit/fit/draws.hpp"

namespace sluice::fit {
namespace {

TEST_CASE("counts below 2048 are exact and larger values are known within 0.1 %") {
  LogHistogram histogram;
  std::vector<std::int64_t> values;
  int128 sum = 0;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const std::uint64_t bits = bits_of(1, i);
    const auto value = static_cast<std::int64_t>((bits >> 24) >> (bits % 40));
    values.push_back(value);
    histogram.add(value);
    sum += value;
  }
  std::sort(values.begin(), values.end());
  CHECK(histogram.min() == values.front());
  CHECK(histogram.max() == values.back());
  CHECK((histogram.sum() == sum));
  for (std::size_t i = 0; i < values.size(); i += 17) {
    const std::int64_t found = histogram.at_rank(static_cast<std::int64_t>(i) + 1);
    if (values[i] < 2048) {
      CHECK(found == values[i]);
    } else {
      CHECK(std::abs(found - values[i]) <= values[i] / 1000 + 1);
    }
  }
}

TEST_CASE("cells are in order, do not overlap and hold every value once") {
  LogHistogram histogram;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    histogram.add(static_cast<std::int64_t>(bits_of(2, i) >> (9 + i % 50)));
  }
  std::int64_t before = -1;
  std::int64_t count = 0;
  int128 sum = 0;
  for (const LogHistogram::Cell& cell : histogram.cells()) {
    CHECK(before < cell.low);
    CHECK(cell.low <= cell.middle());
    CHECK(cell.middle() <= cell.high);
    before = cell.high;
    count += cell.count;
    sum += cell.sum;
  }
  CHECK(count == histogram.count());
  CHECK((sum == histogram.sum()));
}

TEST_CASE("an empty histogram has no cells and a mean of 0") {
  const LogHistogram histogram;
  CHECK(histogram.cells().empty());
  CHECK(histogram.mean() == 0);
  CHECK(histogram.max() == 0);
}

}  // namespace
}  // namespace sluice::fit
