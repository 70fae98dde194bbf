#include "app/calibrate_agreement.hpp"

#include <utility>

#include "app/load_arguments.hpp"
#include "app/progress.hpp"
#include "app/replay_run.hpp"
#include "app/version.hpp"
#include "experiment/run.hpp"
#include "live/record_reader.hpp"

namespace sluice::app {

Checked<Agreement> agreement_with_records(const ScenarioArguments& arguments,
                                          const std::string& records) {
  const auto scenario = load(arguments);
  if (!scenario) return tl::unexpected(scenario.error());
  Monitor monitor;
  const ProgressLine line(monitor, scenario->title + ", simulated");
  const auto predicted = run_scenario(*scenario, {.version = std::string(version())}, monitor);
  if (!predicted) return tl::unexpected(Errors{predicted.error()});
  RunFacts facts = replay_facts(*scenario);
  facts.counts_from = predicted->facts.counts_from;
  auto measured = live::result_of_records(records, scenario->plan, std::move(facts));
  if (!measured) return tl::unexpected(Errors{std::move(measured).error()});
  return compare(*predicted, measured->result,
                 {.speed_permille = measured->speed_permille, .draws_are_equal = false});
}

}  // namespace sluice::app
