// A lane's trace as fitted distributions: arrivals, sizes and cache use, for a scenario that needs
// no trace beside it. There are two forms, and which is nearer to the trace only simulations tell.
//
// Independent calls: each arrives as fitted. A shared prefix stands for what is read from the cache
// (the mean of it, as the trace's own times and the cache's lifetime give it), the input for what
// is not, which is what limits count. Conversations, of a log that has them: their beginnings
// arrive as fitted, and the calls of each follow one another over a growing context.
#pragma once

#include <optional>
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
  Duration service{};            // how long an answer takes, about: what a gap holds beside thought
};

struct FittedForm {
  WorkloadDraft workload;
  std::vector<FittedPart> parts;
};

struct FittedWorkload {
  FittedForm independent;
  std::optional<FittedForm> conversations;  // empty: the log has none, or they cannot be written
  std::vector<std::string> losses;          // what independent draws lose, in sentences
};

Result<FittedWorkload> fit_workload(const FitInput& input);

}  // namespace sluice::importer
