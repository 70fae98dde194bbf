// What whole runs say of a plan's questions: what is asked for, tier by tier, the first 429, money.
// Pure functions of the runs' results.
#pragma once

#include <string>
#include <vector>

#include "experiment/plan_runs.hpp"
#include "experiment/requirements.hpp"

namespace sluice {

// `limit`: of a month's spending, in dollars. A run without requests shows nothing of a share or a
// percentile; a bound that no run shows anything of is unclear.
std::vector<PlanDemand> demands_of(const std::vector<Requirement>& requirements,
                                   const PlanRuns& runs, const std::optional<double>& limit);
// `is_little`: too few requests for anything but that a bound is broken.
PlanVerdict verdict_of(const std::vector<PlanDemand>& demands, bool is_little);

// One row for each rate-limit group that a workload uses. `money` is the tier's, with what has been
// spent this month; the runs are without it. A bound on the month's cost is not the tier's business
// and is not looked at.
std::vector<PlanTier> tier_rows(const scenario::LoadedScenario& scenario, const PlanRuns& runs,
                                const std::vector<Requirement>& requirements,
                                const SpendSpec& money);

PlanFirstRefusal first_refusal_of(const PlanRuns& runs);
PlanMoney money_of(const PlanRuns& runs, const scenario::Objectives& objectives,
                   const std::optional<double>& limit);
// Seconds until the limit of today's tier is spent: this month, or else a whole month's in a whole
// month; none: it lasts.
std::optional<double> cap_lasts_today(const PlanMoney& money);

// How requests failed, by kind and by the limit that refused them last: names of the API.
std::vector<std::string> failures_of(const RunResult& run);

}  // namespace sluice
