// What a plan says of the highest rate that lasts, from the runs that were searched for it: its
// mean and interval, what broke above it, and how it compares with arithmetic on means. Pure.
#pragma once

#include <vector>

#include "experiment/plan_ceiling.hpp"
#include "experiment/plan_search.hpp"
#include "results/plan_result.hpp"

namespace sluice {

struct RateSearch {
  const std::vector<RateFound>& found;  // by replication
  const Ceiling& ceiling;
  const Lasting& lasting;
  const RunPlan& plan;  // that was searched
  double today = 0;     // requests a minute
};
// All but `impossible`.
PlanRate rate_of(const RateSearch& search);

// In most runs, and by more than chance: a bound that no rate keeps may still be kept by the few
// requests of a very low one.
bool some_rate_lasts(const std::vector<RateFound>& found);

std::vector<double> factors_of(const std::vector<RateFound>& found);

}  // namespace sluice
