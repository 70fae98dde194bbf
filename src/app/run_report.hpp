// What becomes of a run's result: printed, written to files, held against what is expected of it.
// Shared by the commands that end with a RunResult. Parsed before the run, so that it does not end
// in a refusal.
#pragma once

#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/report_format.hpp"
#include "experiment/expectation.hpp"
#include "report/text.hpp"
#include "results/run_result.hpp"
#include "scenario/load.hpp"

namespace sluice::app {

using RenderRun = std::string (*)(const RunResult& result, TextStyle style);

struct ReportPlan {
  RenderRun render = nullptr;
  std::vector<OutputFile<RenderRun>> outputs;
  std::vector<Expectation> expectations;
  std::vector<Expectation> failures;
  SaveArguments save;
  bool wants_trace = false;  // RunResult::trace
};

// `path` names the scenario in messages; no output is one of `taken`.
Checked<ReportPlan> plan_report(const ReportArguments& arguments, const std::string& path,
                                const scenario::LoadedScenario& scenario, const TakenFiles& taken);

// Every expectation held against the result: the scenario's first, then --fail-if.
std::vector<ExpectationCheck> checks_of(const ReportPlan& plan, const RunResult& result);

// kOk, kExpectation, or kFailure where something could not be written. What is not as it should be
// is said on stderr.
Exit publish(const ReportPlan& plan, RunResult result);

}  // namespace sluice::app
