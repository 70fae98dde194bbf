// The spending limit that an organization has set itself, and prepaid credit (month_cost.hpp). A
// run notes the instant only at which its tier's cap is gone; up to it all are alike, so the runs
// are made again with that limit in the cap's place, which tells when it is gone and what a month
// would cost without it.
#pragma once

#include <optional>

#include "experiment/plan_runs.hpp"

namespace sluice {

// Today's scenario with that limit as its tier's cap; none where the cap itself is gone first.
std::optional<scenario::LoadedScenario> own_limit_as_cap(const scenario::LoadedScenario& today);

// Adds to the plan's limits what it refused `now`, as the binding one if that is the most;
// `as_cap` are the runs of own_limit_as_cap.
void add_own_limit(const PlanRuns& now, const PlanRuns& as_cap, PlanResult& plan);

}  // namespace sluice
