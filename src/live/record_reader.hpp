// Records of an earlier run, read back into what the run would have reported: for `sluice verify
// --records`. Streams; a bad line is an error with file and line.
#pragma once

#include <string>

#include "base/error.hpp"
#include "policy/run_plan.hpp"
#include "results/run_result.hpp"

namespace sluice::live {

// Names of workloads, models and keys are matched with the scenario's; one that it does not have is
// an error that says which there are. A file without a record is one too. Requests that never got
// as far as an attempt are not in records. A request ends with an attempt after which the plan's
// client would not try again, or with its deadline; another one had not ended when the run did.
// Memory: requests that wait to be tried again. A request is known from the end of its first
// attempt on, so requests.in_flight_max is too low.
struct RecordedRun {
  RunResult result;
  std::int64_t speed_permille = 1000;  // one and the same in all records
};
Result<RecordedRun> result_of_records(const std::string& path, const RunPlan& plan, RunFacts facts);

}  // namespace sluice::live
