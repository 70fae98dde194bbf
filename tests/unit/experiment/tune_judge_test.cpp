#include "experiment/tune_judge.hpp"

#include <string>

#include "scenario/scenario_config.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

using scenario::Goal;

const std::vector<GoalMetric> kGoals = {metric_of(Goal::kGoodput), metric_of(Goal::kLatencyP95)};

Scores scores(Series goodput, Series latency, std::int64_t complexity = 0,
              std::int64_t broken = 0) {
  return {.goals = {std::move(goodput), std::move(latency)},
          .broken_bounds = broken,
          .complexity = complexity};
}

TEST_CASE("goals have the names that scenarios use for them") {
  for (const auto& [name, goal] : describe::EnumNames<Goal>::values) {
    CHECK(sluice::name(goal) == name);
    CHECK(goal_named(name) == goal);
  }
  CHECK(goal_names().size() == describe::EnumNames<Goal>::values.size());
  CHECK_FALSE(goal_named("speed").has_value());
}

TEST_CASE("a difference that chance explains decides nothing") {
  const Series noisy = {0.50, 0.90, 0.55, 0.95};
  const Series other = {0.80, 0.60, 0.85, 0.70};
  CHECK(order_of(noisy, other, kGoals[0]) == Order::kTied);
}

TEST_CASE("a difference that nobody would notice decides nothing, however certain") {
  CHECK(order_of(Series{0.901, 0.901}, Series{0.900, 0.900}, kGoals[0]) == Order::kTied);
  CHECK(order_of(Series{10.1, 10.1}, Series{10.0, 10.0}, kGoals[1]) == Order::kTied);
  CHECK(order_of(Series{0.91, 0.91}, Series{0.90, 0.90}, kGoals[0]) == Order::kBetter);
  CHECK(order_of(Series{11.0, 11.1}, Series{10.0, 10.0}, kGoals[1]) == Order::kWorse);
}

TEST_CASE("series of unequal length are compared over what they share") {
  const Series longer = {0.9, 0.9, 0.0, 0.0};
  CHECK(order_of(longer, Series{0.5, 0.5}, kGoals[0]) == Order::kBetter);
}

TEST_CASE("the second goal decides where the first does not") {
  const std::vector<Scores> all = {scores({0.9, 0.9}, {20, 20}), scores({0.9, 0.9}, {10, 10})};
  CHECK(best_of(all, kGoals) == 1);
  CHECK(overall_order(all[1], all[0], kGoals) == Order::kBetter);
  CHECK(deciding_goal(all, kGoals) == 1);
}

TEST_CASE("a better first goal outweighs a worse second one") {
  const std::vector<Scores> all = {scores({0.5, 0.5}, {1, 1}), scores({0.9, 0.9}, {10, 10})};
  CHECK(best_of(all, kGoals) == 1);
  CHECK(deciding_goal(all, kGoals) == 0);
  CHECK(ranked(all, kGoals) == std::vector<std::size_t>{1, 0});
}

TEST_CASE("of equals the least complex is the best") {
  const std::vector<Scores> all = {scores({0.9, 0.9}, {10, 10}, 5),
                                   scores({0.9, 0.9}, {10, 10}, 1)};
  CHECK(best_of(all, kGoals) == 1);
}

TEST_CASE("whoever breaks fewer bounds comes first, whatever the goals say") {
  const std::vector<Scores> all = {scores({1, 1}, {1, 1}, 0, 1), scores({0.2, 0.2}, {50, 50})};
  CHECK(best_of(all, kGoals) == 1);
  CHECK(ranked(all, kGoals).front() == 1);
  CHECK(overall_order(all[0], all[1], kGoals) == Order::kWorse);
}

}  // namespace
}  // namespace sluice::testing
