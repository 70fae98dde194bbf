#include <optional>
#include <string>

#include <fmt/format.h>

#include "app/commands.hpp"
#include "app/load_arguments.hpp"
#include "app/progress.hpp"
#include "app/run_report.hpp"
#include "app/version.hpp"
#include "experiment/run.hpp"

namespace sluice::app {
namespace {

Checked<scenario::LoadedScenario> load_for_run(const SimulateArguments& arguments) {
  ScenarioArguments wanted = arguments.scenario;
  if (arguments.seed) wanted.overrides.push_back(fmt::format("/seed={}", *arguments.seed));
  auto scenario = load(wanted);
  if (!scenario || !arguments.skip_bad_rows) return scenario;
  for (WorkloadSpec& workload : scenario->plan.workloads) {
    if (auto* trace = std::get_if<TraceArrivals>(&workload.arrivals)) trace->skip_bad_rows = true;
  }
  return scenario;
}

}  // namespace

Exit simulate(const SimulateArguments& arguments) {
  const auto scenario = load_for_run(arguments);
  if (!scenario) return report(scenario.error());
  const TakenFiles taken = taken_files(arguments.scenario, *scenario, arguments.report.save);
  const auto plan = plan_report(arguments.report, arguments.scenario.scenario, *scenario, taken);
  if (!plan) return report(plan.error());

  Monitor monitor;
  std::optional<Result<RunResult>> result;
  {
    const ProgressLine line(monitor, scenario->title);
    result = run_scenario(
        *scenario,
        {.replications = arguments.replications,
         .threads = arguments.threads,
         .queue = arguments.event_queue == "heap" ? QueueKind::kHeap : QueueKind::kRadix,
         .version = std::string(version()),
         .keeps_trace = plan->wants_trace},
        monitor);
  }
  if (!*result) return report(result->error());
  (*result)->facts.effective_scenario = scenario->echo;
  const Exit published = publish(*plan, **result);
  return (*result)->partial() ? Exit::kInterrupted : published;
}

}  // namespace sluice::app
