// What plan, tune, compare, sweep and verify found, as the history keeps it: of which scenario,
// with what, and how it ended in a word.
#pragma once

#include "results/agreement.hpp"
#include "results/compare_result.hpp"
#include "results/plan_result.hpp"
#include "results/saved_run.hpp"
#include "results/sweep_result.hpp"
#include "results/tune_result.hpp"

namespace sluice {

SavedRun saved_run(const PlanResult& plan);
SavedRun saved_run(const TuneResult& result);
// The verdict is the recommended row's name.
SavedRun saved_run(const ModelComparison& comparison);
// The verdict is the number of cells.
SavedRun saved_run(const SweepResult& result);
// `facts` are those of the prediction.
SavedRun saved_run(const Agreement& agreement, const RunFacts& facts);

}  // namespace sluice
