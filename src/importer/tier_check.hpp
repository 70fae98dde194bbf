// Which tiers the calls of a log would have fitted into: their instants and sizes through each
// tier's limits, once each and never tried again, so that a refused call does not come back.
#pragma once

#include <vector>

#include "importer/simulate_draft.hpp"
#include "results/import_result.hpp"

namespace sluice::importer {

// The tiers of the catalog's day whose limits are published. The dearest month so far is held
// against each tier's cap; the simulations run as if there were none.
Checked<std::vector<TierFit>> check_tiers(const ScenarioDraft& draft, const CostSoFar& cost,
                                          const SimulationPlace& place);

}  // namespace sluice::importer
