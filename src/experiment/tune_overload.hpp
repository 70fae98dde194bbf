// What no client policy can change: where more is asked of a limit than it gives for longer than
// anybody waits, a share of the requests fails however they are retried (the overload law, 1 -
// 1/R). A fluid bound from what was offered and what a request takes of each limit.
#pragma once

#include <optional>

#include "policy/run_plan.hpp"
#include "results/run_result.hpp"
#include "results/tune_result.hpp"

namespace sluice {

// The limit that is short of most, over the stretch of time in which it is; none where every bucket
// could hold what comes. Only limits that every workload meets are looked at: what each workload
// offered when is not recorded apart.
std::optional<LastingOverload> lasting_overload(const RunPlan& plan, const RunResult& today);

// What spending limits refused of today's run; none: nothing.
std::optional<SpendStop> spend_stop(const RunPlan& plan, const RunResult& today);

}  // namespace sluice
