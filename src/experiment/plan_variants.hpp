// What could be changed about a scenario (levers, plan_levers.cpp), and what it rests on
// (assumptions, plan_assumptions.cpp), each as a variant that can be simulated beside it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "experiment/scenario_text.hpp"
#include "scenario/load.hpp"

namespace sluice {

struct PlanVariant {
  std::string name;
  std::string detail;
  scenario::LoadedScenario scenario;
  bool is_guess = false;  // assumptions: nobody has published it
};

// Loads the scenario anew with overrides, and prepares it as the one it is compared with.
using LoadVariant = std::function<Checked<scenario::LoadedScenario>(
    const std::vector<std::string>& overrides, bool whole_catalog)>;

struct PlanLevers {
  std::vector<PlanVariant> variants;
  std::vector<std::string> left_out;  // that somebody could make possible, and why not now
};
// The tiers of the catalog in its order that are in effect on the day of the run, and today's.
std::vector<std::string> tiers_of(const scenario::Catalog& catalog,
                                  const scenario::LoadedScenario& today);

// `next_tier` is empty at the highest one; `in_flight` is the mean number of requests between
// arrival and end, of each client of the plan, at a load that fits.
struct LeverFacts {
  std::string next_tier;
  std::vector<double> in_flight;
};
// `base` is prepared. What cannot be loaded is left out, and so is what would change nothing.
PlanLevers levers_of(const scenario::LoadedScenario& base, const scenario::Catalog& catalog,
                     const LeverFacts& facts, const LoadVariant& load);

// Sizes, service times, the buckets and the arrivals, each to the worse by a stated amount.
std::vector<PlanVariant> assumptions_of(const scenario::LoadedScenario& base);

}  // namespace sluice
