#include "results/saved_reports.hpp"

#include <fmt/format.h>

namespace sluice {
namespace {

// All of these results name their scenario alike.
template <class Found>
SavedRun begun(const Found& found, std::string_view kind) {
  SavedRun run;
  run.kind = kind;
  run.scenario = found.scenario;
  run.scenario_digest = found.scenario_digest;
  run.catalog_date = found.catalog_date;
  run.seed = fmt::format("{}", found.seed);
  return run;
}

std::string_view verdict_of(const Agreement& agreement) {
  if (!agreement.void_reason.empty()) return "void";
  return agreement.agrees() ? "agrees" : "differs";
}

}  // namespace

SavedRun saved_run(const PlanResult& plan) {
  SavedRun run = begun(plan, "plan");
  run.tier = plan.tier;
  run.replications = plan.runs;
  run.verdict = name(plan.verdict);
  return run;
}

SavedRun saved_run(const TuneResult& result) {
  SavedRun run = begun(result, "tune");
  run.replications = result.effort.confirm_replications;
  run.is_partial = result.partial;
  run.verdict = result.verdict == TuneVerdict::kBetter ? "better" : "keep";
  return run;
}

SavedRun saved_run(const ModelComparison& comparison) {
  SavedRun run = begun(comparison, "compare");
  run.catalog_digest = comparison.catalog_digest;
  run.tier = comparison.tier;
  run.replications = comparison.replications;
  run.verdict =
      comparison.recommended ? comparison.rows[*comparison.recommended].name : "nothing keeps all";
  return run;
}

SavedRun saved_run(const SweepResult& result) {
  SavedRun run;
  run.kind = "sweep";
  run.scenario = result.title;
  run.scenario_digest = result.scenario_digest;
  run.catalog_digest = result.catalog_digest;
  run.verdict = fmt::format("{} cell{}", result.cells.size(), result.cells.size() == 1 ? "" : "s");
  return run;
}

SavedRun saved_run(const Agreement& agreement, const RunFacts& facts) {
  SavedRun run = run_of(facts, "verify");
  run.verdict = verdict_of(agreement);
  return run;
}

}  // namespace sluice
