// A sweep: the same scenario once for every combination of some of its values, several replications
// of each, under common random numbers. The result depends on nothing but the plan: not on threads,
// and not on which runs the journal had already.
//
//   SLUICE_TRY(SweepPlan plan, plan_sweep(text, {"/organization/tier=start,build"}, metrics));
//   SweepJournal journal(identity_of(plan, version));
//   SLUICE_TRY(SweepResult result, run_sweep(plan, {.replications = 10}, journal, monitor));
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "experiment/monitor.hpp"
#include "experiment/scenario_text.hpp"
#include "experiment/sweep_journal.hpp"
#include "results/sweep_result.hpp"
#include "scenario/load.hpp"

namespace sluice {

// What is asked of a sweep that does not say: how much gets through in time, what is refused, how
// it feels, what it costs.
std::vector<std::string> default_sweep_metrics();

struct SweepPlan {
  scenario::LoadedScenario base;  // nothing varied
  std::vector<SweepAxis> axes;
  std::vector<SweepMetric> metrics;
  std::vector<std::vector<std::string>> values;  // of each cell
  std::vector<scenario::LoadedScenario> cells;
};

// `vary` as sweep_grid.hpp reads it. Every cell is loaded, and all errors come at once. A metric
// has to exist in one cell at least.
Checked<SweepPlan> plan_sweep(const ScenarioText& text, const std::vector<std::string>& vary,
                              const std::vector<std::string>& metrics);

// What the runs of this plan depend on besides their cells. Reads the traces; an error is one that
// cannot be read.
Result<SweepIdentity> identity_of(const SweepPlan& plan, std::string version);

struct SweepOptions {
  std::int64_t replications = 10;  // of each cell; with a precision the most of each
  // Relative to the mean, as 0.05: a cell stops when all its figures are as precise
  // (stats/sequential.hpp), looked at after ten replications and then after every five.
  std::optional<double> precision{};
  std::int64_t threads = 1;
  std::string version{};
};

// Runs what the journal does not have. Errors are those of TrialRunner and of the journal; what had
// ended by then is in the journal. monitor.done_ppm counts runs.
Result<SweepResult> run_sweep(const SweepPlan& plan, const SweepOptions& options,
                              SweepJournal& journal, Monitor& monitor);

}  // namespace sluice
