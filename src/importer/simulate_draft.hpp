// Simulations of a draft that was not written anywhere yet: its traces lie under their temporary
// names in the folder where the scenario will be.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "experiment/monitor.hpp"
#include "importer/scenario_draft.hpp"
#include "results/run_result.hpp"
#include "scenario/load.hpp"

namespace sluice::importer {

struct SimulationPlace {
  const scenario::Catalog& catalog;
  std::string path;  // that the scenario will have
  std::int64_t threads = 1;
  Monitor& monitor;  // its wish to stop is obeyed
};

Checked<scenario::LoadedScenario> load_draft(const ScenarioDraft& draft,
                                             const SimulationPlace& place);
Checked<RunResult> simulate_draft(const ScenarioDraft& draft, std::int64_t replications,
                                  const SimulationPlace& place);

// A metric's number, 0 where the run has none of it.
double figure(const RunResult& run, const std::string& path);

}  // namespace sluice::importer
