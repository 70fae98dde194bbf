// Why a rate that lasts is lower than arithmetic on means says, as far as the scenario itself shows
// it: what scatters about the means.
#pragma once

#include <string>
#include <vector>

#include "policy/run_plan.hpp"

namespace sluice {

// "arrivals come in bursts (burstiness 0.4)", "the busiest minute has 1.8 times the mean rate".
std::vector<std::string> scatter_of(const RunPlan& plan);

}  // namespace sluice
