#include "stats/pareto.hpp"

#include <vector>

#include "support/catch.hpp"
#include "unit/stats/draws.hpp"

namespace sluice::stats {
namespace {

const std::vector<Better> kCostAndGoodput{Better::kSmaller, Better::kLarger};

// Every goal's values around these means, with noise that all candidates share and a little of
// their own.
std::vector<GoalValues> noisy(const std::vector<std::vector<double>>& means, double own) {
  std::vector<GoalValues> all(means.size(), GoalValues(means.front().size()));
  Draws draws(71);
  for (std::size_t g = 0; g < means.front().size(); ++g) {
    for (int r = 0; r < 20; ++r) {
      const double shared = 5 * draws.normal();
      for (std::size_t i = 0; i < means.size(); ++i) {
        all[i][g].push_back(means[i][g] + shared + own * draws.normal());
      }
    }
  }
  return all;
}

TEST_CASE("the front is whoever nobody beats in one goal without losing in another") {
  const auto points =
      pareto_front(noisy({{1, 10}, {2, 20}, {3, 15}, {1, 5}}, 0.01), kCostAndGoodput);
  CHECK(points[0].on_front);
  CHECK(points[1].on_front);
  CHECK_FALSE(points[2].on_front);  // dearer than the second, and less goodput
  CHECK_FALSE(points[3].on_front);  // less goodput than the first
  for (const ParetoPoint& point : points) {
    CHECK(point.ties.empty());
    CHECK_FALSE(point.nearly_on_front);
  }
}

TEST_CASE("candidates whose differences may be chance are tied, on the front or nearly") {
  const auto points = pareto_front(noisy({{1, 10}, {1.001, 9.999}, {2, 8}}, 0.1), kCostAndGoodput);
  CHECK(points[0].ties == std::vector<std::size_t>{1});
  CHECK(points[1].ties == std::vector<std::size_t>{0});
  CHECK(points[0].on_front != points[1].on_front);
  CHECK(points[0].nearly_on_front != points[1].nearly_on_front);
  CHECK(points[2] == ParetoPoint{});
}

TEST_CASE("one goal that tells two candidates apart is enough") {
  const auto points = pareto_front(noisy({{1, 10}, {1, 12}}, 0.1), kCostAndGoodput);
  CHECK(points[0].ties.empty());
  CHECK(points[1].ties.empty());
}

TEST_CASE("equal candidates are all on the front and tied") {
  const std::vector<GoalValues> equal(3, GoalValues{{1, 2}, {3, 4}});
  const auto points = pareto_front(equal, kCostAndGoodput);
  CHECK(points[0] == ParetoPoint{.on_front = true, .ties = {1, 2}});
  CHECK(points[1] == ParetoPoint{.on_front = true, .ties = {0, 2}});
}

TEST_CASE("a single replication tells nobody apart") {
  const std::vector<GoalValues> two{{{1}, {9}}, {{5}, {2}}};
  const auto points = pareto_front(two, kCostAndGoodput);
  CHECK(points[0] == ParetoPoint{.on_front = true, .ties = {1}});
  CHECK(points[1] == ParetoPoint{.nearly_on_front = true, .ties = {0}});
}

TEST_CASE("candidates of different length are paired over the replications that they share") {
  auto candidates = noisy({{1, 10}, {2, 10}}, 0.01);
  for (auto& values : candidates[1]) values.resize(10);
  CHECK(pareto_front(candidates, kCostAndGoodput)[0].ties.empty());
}

}  // namespace
}  // namespace sluice::stats
