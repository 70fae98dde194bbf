// `sluice tune`: which client policy serves a scenario best, and what is certain about it. Searches
// (tune_search.hpp), confirms what it found against today's policy on replications that nothing in
// the search has seen, and looks how the choice holds in other worlds (tune_cases.hpp).
//
//   SLUICE_TRY(TuneResult result, tune(text, {.threads = 2}, monitor));
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "experiment/monitor.hpp"
#include "experiment/scenario_text.hpp"
#include "experiment/tune_effort.hpp"
#include "results/tune_result.hpp"
#include "scenario/objectives.hpp"

namespace sluice {

// The best candidate at the end of a stage of the search, beside today's policy.
struct TuneStage {
  std::string stage;
  std::string text;  // of the policy
  std::vector<TuneGoal> goals;
  std::vector<double> best;  // means, in the order of the goals
  std::vector<double> today;
};

struct TuneOptions {
  std::string client{};                 // empty: the first workload's
  std::vector<scenario::Goal> goals{};  // empty: the scenario's
  TuneBudget budget{};
  std::string fallback{};  // a model that may answer after a 429 or 529; empty: none
  std::int64_t threads = 1;
  std::string version{};
  std::function<void(const TuneStage&)> on_stage{};  // may be empty
};

// Errors of the scenario come all at once. What monitor.stop ended is the best so far, marked
// partial; an error if there is nothing yet.
Checked<TuneResult> tune(const ScenarioText& text, const TuneOptions& options, Monitor& monitor);

}  // namespace sluice
