// The same traffic, more or less of it: what `plan` raises until a limit gives way, and `tune`
// doubles to see whether its choice holds.
#pragma once

#include "base/quantity.hpp"
#include "policy/run_plan.hpp"

namespace sluice {

// Every open loop's rate times `factor` (> 0), its rate changes kept; a closed loop's users times
// `factor`, rounded to the nearest, at least one; a trace's gaps divided by it, to a millionth.
// Draws stay keyed as they were. With 1 nothing changes. A rate that has no exact form within the
// bounds of policy/arrivals.hpp is rounded to a relative 1e-12 or better, one above its maximum is
// the maximum.
void scale_load(RunPlan& plan, Fraction factor);

}  // namespace sluice
