// Whole results of several scenarios over the same replications, side by side on threads. Placed
// and merged by index, so the number of threads never shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "experiment/monitor.hpp"
#include "results/plan_result.hpp"
#include "results/run_result.hpp"
#include "scenario/load.hpp"

namespace sluice {

struct PlanOptions {
  std::int64_t threads = 1;
  std::string version;  // of the program
};

// The replications 0, 1, ... of each scenario, one RunResult for each replication. An error is a
// trace that could not be read, or that monitor.stop ended it (ErrorCode::kInterrupted).
struct PlanRuns {
  std::vector<RunResult> each;  // by replication
  RunResult merged;
};
Result<std::vector<PlanRuns>> run_all(const std::vector<const scenario::LoadedScenario*>& scenarios,
                                      std::int64_t replications, const PlanOptions& options,
                                      Monitor& monitor);

// Means over the runs, with intervals.
std::optional<PlanNumber> plan_number(const PlanRuns& runs, const std::string& path);
// Seconds to the first 429 of any cause, of one run.
std::optional<double> first_refusal(const RunResult& run);
// The limit that binds among those of a rate-limit group; an empty group: among all.
std::optional<PlanBinding> binding_of(const RunResult& run, const std::string& group);
// All limits that were used or refused, the tightest first.
std::vector<PlanLimit> limits_of(const RunResult& run);

}  // namespace sluice
