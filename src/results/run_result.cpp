#include "results/run_result.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/digest.hpp"
#include "describe/json.hpp"
#include "describe/pointer.hpp"
#include "results/serialise.hpp"

namespace sluice {
namespace {

void add_new(std::vector<std::string>& texts, const std::vector<std::string>& more) {
  for (const std::string& text : more) {
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
  }
}

// Gives both the same cells.
void align(Measurements& measured, TimeSeries<LoadCell>& load) {
  measured.align();
  measured.traffic.widen(std::max(measured.traffic.width(), load.width()));
  load.widen(measured.traffic.width());
  measured.traffic.cover(load.cells().size());
  measured.align();
  load.cover(measured.traffic.cells().size());
}

}  // namespace

RunView::RunView(const RunFacts& run_facts, const Measurements& measurements,
                 const Binding& run_binding)
    : facts(run_facts),
      measured(measurements),
      binding(run_binding),
      all(measurements.all_workloads()),
      success(all.latency.success()),
      offered(all.latency.offered()),
      ledger(measurements.ledger.total([](const Ledger::Account&) { return true; })) {
  for (const WorkloadTotals& workload : measurements.workloads) {
    workload_success.push_back(workload.latency.success());
  }
}

RunResult make_result(const Recorder& recorder, const RunFacts& facts) {
  return make_result(recorder.measured(), facts);
}

RunResult make_result(const Measurements& measured, const RunFacts& facts) {
  SLUICE_CHECK(facts.names.limiters.size() == facts.limiters.size());
  SLUICE_CHECK(facts.names.limiters.size() == measured.limiters.size());
  SLUICE_CHECK(facts.names.workloads.size() == measured.workloads.size());
  RunResult result{.facts = facts,
                   .measured = measured,
                   .binding = {},
                   .replications = {},
                   .expectations = {},
                   .trace = {}};
  if (result.facts.load && result.facts.load->series) {
    align(result.measured, *result.facts.load->series);
  }
  result.measured.align();
  result.binding = analyse(result.measured, facts);

  Replication replication{.number = facts.replication,
                          .events = facts.events,
                          .event_digest = facts.event_digest,
                          .values = {}};
  const RunView view(result.facts, result.measured, result.binding);
  for (const Metric& metric : metric_table(facts.names)) {
    replication.values.push_back(metric.value(view));
  }
  result.replications.push_back(std::move(replication));
  return result;
}

RunResult& RunResult::operator+=(const RunResult& other) {
  SLUICE_CHECK(facts.scenario_digest == other.facts.scenario_digest);
  SLUICE_CHECK(facts.names == other.facts.names);
  measured += other.measured;
  measured.align();
  if (other.facts.stopped_at) {
    facts.stopped_at = std::min(facts.stopped_at.value_or(kNever), *other.facts.stopped_at);
  }
  add_new(facts.guesses, other.facts.guesses);
  add_new(facts.warnings, other.facts.warnings);
  add_new(facts.notes, other.facts.notes);
  binding = analyse(measured, facts);
  replications.insert(replications.end(), other.replications.begin(), other.replications.end());
  return *this;
}

std::string digest(const RunResult& result) {
  describe::Value value = to_value(result, Intervals::kLeftOut);
  describe::remove_pointer(value, "/identity/notes");  // the same run is the same next year
  return sha256_hex(describe::to_json(value, 0));
}

}  // namespace sluice
