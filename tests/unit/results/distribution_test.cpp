#include "results/distribution.hpp"

#include <algorithm>

#include "support/catch.hpp"

namespace {

using namespace sluice;

Histogram up_to(std::uint64_t count) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= count; ++value) histogram.record(value);
  return histogram;
}

}  // namespace

TEST_CASE("a distribution of nothing has no points") { CHECK(distribution_of({}).empty()); }

TEST_CASE("a distribution of one value is that value from end to end") {
  const auto points = distribution_of(up_to(1));
  REQUIRE(points.size() == 2);
  CHECK(points[0] == DistributionPoint{.quantile = 0, .value = 1});
  CHECK(points[1] == DistributionPoint{.quantile = 1'000'000'000'000, .value = 1});
}

TEST_CASE("every halving of what is left has five points") {
  const auto points = distribution_of(up_to(100));  // values below 256 are exact
  const auto value_at = [&](std::int64_t quantile) {
    const auto found = std::find_if(points.begin(), points.end(),
                                    [&](const auto& point) { return point.quantile == quantile; });
    return found == points.end() ? 0 : found->value;
  };
  CHECK(value_at(100'000'000'000) == 10);
  CHECK(value_at(500'000'000'000) == 50);
  CHECK(value_at(550'000'000'000) == 55);
  CHECK(value_at(750'000'000'000) == 75);
  CHECK(value_at(775'000'000'000) == 78);  // the 77.5th of 100
  CHECK(value_at(993'750'000'000) == 0);   // 100 values cannot tell
  CHECK(points.front() == DistributionPoint{.quantile = 0, .value = 1});
  CHECK(points.back() == DistributionPoint{.quantile = 1'000'000'000'000, .value = 100});
}

TEST_CASE("a distribution ascends, and agrees with the histogram's own quantiles") {
  for (const std::uint64_t count : {2, 3, 1000, 1'000'000}) {
    INFO(count);
    const Histogram histogram = up_to(count);
    const auto points = distribution_of(histogram);
    for (std::size_t i = 1; i < points.size(); ++i) {
      REQUIRE(points[i].quantile > points[i - 1].quantile);
      REQUIRE(points[i].value >= points[i - 1].value);
    }
    const auto half = std::find_if(points.begin(), points.end(), [](const auto& point) {
      return point.quantile == 500'000'000'000;
    });
    if (half == points.end()) continue;
    CHECK(half->value == histogram.quantile(Ppm{500'000}));
  }
}
