// What a run has to keep, as bounds on metrics, and what it is to be good at: a scenario's
// objectives (scenario/objectives.hpp) in terms of the metric table. plan, tune and compare judge
// by them.
//
//   for (const Requirement& r : requirements_of(scenario.objectives)) if (!r.holds(value)) ...
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/metric.hpp"
#include "scenario/objectives.hpp"

namespace sluice {

struct Requirement {
  std::string path;       // of the metric
  bool is_least = false;  // the bound is the least that is allowed; else the most
  double bound = 0;       // in the metric's unit
  Unit unit = Unit::kRatio;
  bool is_default = false;  // the scenario asked for nothing, so it is ours

  // A number that a run does not have (a percentile of nothing) keeps no bound.
  bool holds(std::optional<double> value) const noexcept;
  bool operator==(const Requirement&) const = default;
};

// In the order of the objectives' fields. A scenario without bounds is held to 99.9 % of the
// requests succeeding and at most 1 % of the attempts refused with 429.
std::vector<Requirement> requirements_of(const scenario::Objectives& objectives);

// A goal as a metric: what path, and whether more is better.
struct GoalMetric {
  scenario::Goal goal = scenario::Goal::kGoodput;
  std::string_view path;
  bool more_is_better = false;
  Unit unit = Unit::kRatio;
};
GoalMetric metric_of(scenario::Goal goal) noexcept;
std::vector<scenario::Goal> goals_of(const scenario::Objectives& objectives);

}  // namespace sluice
