// Whether a fit does to limits and money what its trace does: both are simulated, in the tier that
// was asked for and where the trace is refused now and then: in another tier, or with all limits of
// the tier times one factor, found by bisection.
#pragma once

#include <cstdint>
#include <vector>

#include "importer/simulate_draft.hpp"
#include "results/import_result.hpp"

namespace sluice::importer {

// Within this the two agree.
inline constexpr double kFitTolerance = 0.10;

// The places, and what the trace does there.
Checked<std::vector<FitCheck>> check_places(const ScenarioDraft& trace, std::int64_t replications,
                                            const SimulationPlace& place);
// The same with what the fit does there.
Checked<std::vector<FitCheck>> check_fit(const ScenarioDraft& fit, std::vector<FitCheck> checks,
                                         std::int64_t replications, const SimulationPlace& place);

// Of all checks, of 429s and cost alike, relative to the trace.
double sum_of_differences(const std::vector<FitCheck>& checks);

}  // namespace sluice::importer
