#include "importer/simulate_draft.hpp"

#include <utility>

#include "experiment/run.hpp"
#include "results/metric.hpp"

namespace sluice::importer {

Checked<scenario::LoadedScenario> load_draft(const ScenarioDraft& draft,
                                             const SimulationPlace& place) {
  return scenario::load_scenario_text(scenario_text(draft), place.path, {}, place.catalog);
}

Checked<RunResult> simulate_draft(const ScenarioDraft& draft, std::int64_t replications,
                                  const SimulationPlace& place) {
  auto loaded = load_draft(draft, place);
  if (!loaded) return tl::unexpected(std::move(loaded).error());
  Monitor monitor;
  monitor.whole = &place.monitor;
  const RunOptions options{.replications = replications, .threads = place.threads};
  auto run = run_scenario(*loaded, options, monitor);
  place.monitor.events += monitor.events;
  if (!run) return tl::unexpected(Errors{std::move(run).error()});
  if (place.monitor.stopped()) {
    return tl::unexpected(
        Errors{{.code = ErrorCode::kInterrupted, .where = {}, .message = "interrupted"}});
  }
  return std::move(*run);
}

double figure(const RunResult& run, const std::string& path) {
  const auto value = lookup(run, path);
  return value ? as_double(value->number) : 0;
}

}  // namespace sluice::importer
