// `sluice plan`: does a scenario's traffic fit its tier, which tier would do, what is the highest
// rate that lasts, what would raise it, what does a month cost, and what does the answer rest on?
// Hundreds of short simulations; how many depends on the scenario alone, never on the machine, and
// the result never on the number of threads.
//
//   Checked<PlanResult> plan = make_plan(text, {.threads = 2, .version = "0.1.0"}, monitor);
#pragma once

#include "base/error.hpp"
#include "experiment/monitor.hpp"
#include "experiment/plan_runs.hpp"
#include "experiment/scenario_text.hpp"
#include "results/plan_result.hpp"

namespace sluice {

// Errors are those of loading the scenario, a trace that could not be read, or that monitor.stop
// ended it (ErrorCode::kInterrupted): there is no plan in part.
Checked<PlanResult> make_plan(const ScenarioText& text, const PlanOptions& options,
                              Monitor& monitor);

}  // namespace sluice
