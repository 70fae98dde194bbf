// What a load run would be, by simulation: said before real money is spent, and by --dry-run; and
// the model's side of the limits in the view while it runs.
#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "results/run_result.hpp"
#include "scenario/load.hpp"

namespace sluice::app {

// Several simulated runs of the scenario, with progress on a terminal.
Result<RunResult> estimate_run(const scenario::LoadedScenario& scenario);

// Requests, 429s, duration and cost, each with its range over the simulated runs.
std::string estimate_text(const RunResult& estimate, const std::string& target,
                          const std::string& credentials, std::optional<Money> cap);

}  // namespace sluice::app
