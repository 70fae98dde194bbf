// Scenario + seed -> RunResult. Replications run side by side on threads, each run on one thread;
// results are placed and merged by index, so the number of threads never shows in a result.
//
//   Monitor monitor;
//   SLUICE_TRY(RunResult result, run_scenario(*scenario, {.replications = 5, .threads = 2},
//   monitor));
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "engine/request_source.hpp"
#include "engine/timer_queue.hpp"
#include "experiment/monitor.hpp"
#include "experiment/trace_source.hpp"
#include "results/run_result.hpp"
#include "scenario/load.hpp"

namespace sluice {

struct RunOptions {
  std::int64_t replications = 1;
  std::int64_t first_replication = 0;  // they are numbered from here on
  std::int64_t threads = 1;
  QueueKind queue = QueueKind::kRadix;
  std::string version{};     // of the program, for the result's identity
  bool keeps_trace = false;  // of the first replication: RunResult::trace
};

// The requests of one replication's traces: all[w] is workload w's, empty where it has none. The
// traces say at the end what they left out.
struct Sources {
  std::vector<std::unique_ptr<RequestSource>> all;
  std::vector<const TraceSource*> traces;
};
Result<Sources> open_sources(const RunPlan& plan, std::uint64_t replication);

// All replications merged. An error is a trace that could not be opened or read. A run that
// monitor.stop ended is complete up to that instant and marked partial.
Result<RunResult> run_scenario(const scenario::LoadedScenario& scenario, const RunOptions& options,
                               Monitor& monitor);

}  // namespace sluice
