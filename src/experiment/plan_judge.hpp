// What whole runs say of a plan's questions: what is asked for, tier by tier, the first 429, money.
// Pure functions of the runs' results.
#pragma once

#include <string>
#include <vector>

#include "experiment/plan_runs.hpp"
#include "experiment/requirements.hpp"

namespace sluice {

std::vector<PlanDemand> demands_of(const std::vector<Requirement>& requirements,
                                   const PlanRuns& runs);
PlanVerdict verdict_of(const std::vector<PlanDemand>& demands);

// One row for each rate-limit group that a workload uses. `cap` is the tier's, a month; a bound on
// the month's cost is not the tier's business and is not looked at.
std::vector<PlanTier> tier_rows(const scenario::LoadedScenario& scenario, const PlanRuns& runs,
                                const std::vector<Requirement>& requirements,
                                const std::optional<Money>& cap);

PlanFirstRefusal first_refusal_of(const PlanRuns& runs);
PlanMoney money_of(const PlanRuns& runs, const scenario::Objectives& objectives);

// How requests failed, by kind and by the limit that refused them last: names of the API.
std::vector<std::string> failures_of(const RunResult& run);

}  // namespace sluice
