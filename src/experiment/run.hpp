// Scenario + seed -> RunResult. Replications run side by side on threads, each run on one thread;
// results are placed and merged by index, so the number of threads never shows in a result.
//
//   Monitor monitor;
//   SLUICE_TRY(RunResult result, run_scenario(*scenario, {.replications = 5, .threads = 2},
//   monitor));
#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "engine/timer_queue.hpp"
#include "experiment/monitor.hpp"
#include "results/run_result.hpp"
#include "scenario/load.hpp"

namespace sluice {

struct RunOptions {
  std::int64_t replications = 1;
  std::int64_t threads = 1;
  QueueKind queue = QueueKind::kRadix;
  std::string version;  // of the program, for the result's identity
};

// All replications merged. An error is a trace that could not be opened or read. A run that
// monitor.stop ended is complete up to that instant and marked partial.
Result<RunResult> run_scenario(const scenario::LoadedScenario& scenario, const RunOptions& options,
                               Monitor& monitor);

}  // namespace sluice
