// A lane's trace as fitted distributions: arrivals, sizes and cache use, for a scenario that needs
// no trace beside it.
//
// The form. Calls arrive as fitted and are independent of one another. Of a log with prefixes or
// blocks, a shared prefix stands for what is read from the cache (the mean of it, as the trace's
// own times and the cache's lifetime give it), the input for what is not, which is what the limits
// count. So the form keeps tokens against limits and money; it does not say what another lifetime
// would save: for that, keep the trace.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "importer/scenario_draft.hpp"
#include "results/import_result.hpp"

namespace sluice::importer {

struct FitInput {
  std::string path;  // of the trace, temporary name or not
  WorkloadDraft workload;
  std::optional<UnixTime> zero;  // the instant of the trace's time 0; empty: no dates
};

struct FittedWorkload {
  WorkloadDraft workload;
  std::vector<FittedPart> parts;
  std::vector<std::string> losses;  // what independent draws lose, in sentences
  bool follows_the_day = false;     // its arrivals are a day's curve: the run's start matters
};

Result<FittedWorkload> fit_workload(const FitInput& input);

}  // namespace sluice::importer
