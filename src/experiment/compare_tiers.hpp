// The smallest tier that each row of a comparison needs to keep the scenario's requirements, found
// by running the same work in the tiers of the scenario's day, smallest first.
#pragma once

#include "base/error.hpp"
#include "experiment/compare_figures.hpp"
#include "experiment/compare_table.hpp"
#include "experiment/scenario_text.hpp"

namespace sluice {

// For the rows of models and of today: tiers of the scenario's day from the smallest on, by the
// order of the catalog. A tier that fails in the first replication is left; else all count. A
// scenario with limits of its own ("custom") needs none.
Result<void> find_needed_tiers(const ScenarioText& text, const scenario::LoadedScenario& today,
                               const ComparedMetrics& metrics, ComparedTable& table);

}  // namespace sluice
