#include "stats/sequential.hpp"

#include <cmath>
#include <vector>

#include "stats/intervals.hpp"
#include "support/catch.hpp"
#include "unit/stats/draws.hpp"

namespace sluice::stats {
namespace {

using Values = std::vector<double>;

TEST_CASE("nine replications are never enough to stop") {
  CHECK_FALSE(is_precise(Values(9, 5.0), 0.5));
  CHECK(is_precise(Values(10, 5.0), 1e-9));
}

TEST_CASE("replication stops exactly where half the width reaches the share of the mean") {
  const Values values{9, 11, 10, 9, 11, 10, 9, 11, 10, 10};
  const double share = t_interval(values)->half_width() / 10;
  // half / |mean| <= g / (1 + g) holds from g = share / (1 - share) on.
  const double border = share / (1 - share);
  CHECK(is_precise(values, border * 1.0001));
  CHECK_FALSE(is_precise(values, border * 0.9999));
}

TEST_CASE("the sign of the mean does not matter to its precision") {
  CHECK(is_precise(Values{-9, -11, -10, -9, -11, -10, -9, -11, -10, -10}, 0.1));
}

TEST_CASE("a mean of zero is precise only without any spread") {
  CHECK(is_precise(Values(10, 0.0), 0.01));
  CHECK_FALSE(is_precise(Values{1, -1, 1, -1, 1, -1, 1, -1, 1, -1}, 0.5));
}

TEST_CASE("a thousand sequentially stopped means err by no more than asked for, nearly always") {
  Draws draws(41);
  constexpr double kRelative = 0.1;
  int within = 0;
  std::vector<Interval> intervals;
  for (int i = 0; i < 1000; ++i) {
    Values values;
    while (!is_precise(values, kRelative)) values.push_back(10 + 4 * draws.normal());
    intervals.push_back(*t_interval(values));
    if (std::abs(intervals.back().value - 10) <= kRelative * 10) ++within;
  }
  CHECK(within >= 930);
  // Stopping at a lucky small variance costs some coverage: Law's tables report 0.93 to 0.95 for
  // such data. Three standard errors of 1,000 tests are 0.021.
  CHECK(coverage(intervals, 10).share >= 0.93 - 0.021);
}

}  // namespace
}  // namespace sluice::stats
