// The highest rate that lasts, by arithmetic on means: every limit by what a minute of the traffic
// takes of it (stats::sustainable_rate for one workload, here for several that share limits), every
// client's concurrency by how long its requests take. What scatters about the means only lowers it,
// so it is the upper end of where `plan` searches.
#pragma once

#include <optional>
#include <string>

#include "policy/run_plan.hpp"

namespace sluice {

struct ClosedForm {
  double factor = 0;  // of the plan's traffic
  std::string limit;  // that allows no more: its name in a report, or "concurrency"
};

// Requests a minute that the open loops of a plan ask for, on the mean over its run; 0 of others.
double planned_per_minute(const RunPlan& plan);

// About how many its closed loops add at most: every user is answered after a second, thinks, and
// asks again. How many they really add is only known once they have run.
double closed_loops_per_minute(const RunPlan& plan);

// Whether the plan's own means say what a minute takes: open loops of single requests, whose
// prompts are cached wholly or not at all, under limits that stay.
bool is_arithmetic(const RunPlan& plan);

// Requires is_arithmetic. None where nothing limits.
std::optional<ClosedForm> closed_form(const RunPlan& plan);

}  // namespace sluice
