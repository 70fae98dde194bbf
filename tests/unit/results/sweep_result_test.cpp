#include "results/sweep_result.hpp"

#include "support/catch.hpp"

namespace sluice {
namespace {

SweepResult two_cells(SweepValues first, SweepValues second) {
  SweepResult result;
  result.axes = {{"/a", {"1", "2"}}};
  result.metrics = {{"cost.total", Unit::kMoney}};
  result.cells = {{.values = {"1"}, .scenario_digest = "x", .metrics = {std::move(first)}},
                  {.values = {"2"}, .scenario_digest = "y", .metrics = {std::move(second)}}};
  return result;
}

TEST_CASE("a figure is the mean with its interval, and the paired difference to the first cell") {
  const SweepResult result = two_cells({4, 5, 6, 8}, {5, 7, 9, 12});
  const SweepFigure second = figure(result, 1, 0);
  CHECK(second.count == 4);
  CHECK(second.mean == 8.25);
  CHECK(second.interval == stats::t_interval(std::vector<double>{5, 7, 9, 12}));
  CHECK(second.against_first == stats::paired_difference(std::vector<double>{5, 7, 9, 12},
                                                         std::vector<double>{4, 5, 6, 8}));
  CHECK_FALSE(figure(result, 0, 0).against_first.has_value());
}

TEST_CASE("replications without the number count for nothing, and pairs need both") {
  const SweepResult result = two_cells({1, std::nullopt, 3, 4}, {std::nullopt, 2, 5, 7, 9});
  CHECK(figure(result, 0, 0).count == 3);
  CHECK(figure(result, 1, 0).count == 4);
  CHECK(figure(result, 1, 0).against_first->difference.value == 2.5);  // 5 - 3 and 7 - 4
}

TEST_CASE("a figure of nothing has no mean, of one value no interval") {
  const SweepResult result = two_cells({std::nullopt}, {2.0});
  CHECK_FALSE(figure(result, 0, 0).mean.has_value());
  CHECK(figure(result, 1, 0).mean == 2);
  CHECK_FALSE(figure(result, 1, 0).interval.has_value());
  CHECK_FALSE(figure(result, 1, 0).against_first.has_value());
}

TEST_CASE("axes are called by their last segment where that tells them apart") {
  using Names = std::vector<std::string>;
  CHECK(axis_names({{"/organization/tier", {}}, {"/workloads/0/arrivals/rate", {}}}) ==
        Names{"tier", "rate"});
  CHECK(axis_names({{"/workloads/0/rate", {}}, {"/workloads/1/rate", {}}, {"/seed", {}}}) ==
        Names{"/workloads/0/rate", "/workloads/1/rate", "seed"});
}

}  // namespace
}  // namespace sluice
