#include "experiment/compare_scenario.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "experiment/compare_advice.hpp"
#include "experiment/compare_table.hpp"
#include "experiment/compare_tiers.hpp"
#include "experiment/compare_variants.hpp"

namespace sluice {
namespace {

using scenario::LoadedScenario;

Errors only(Error error) { return {std::move(error)}; }

std::vector<std::string> names_of(const RunPlan& plan) {
  std::vector<std::string> names;
  for (const WorkloadSpec& workload : plan.workloads) names.push_back(workload.name);
  return names;
}

// Of every part that a mix that was asked for, or is looked for, may have.
std::vector<std::string> part_names(const RunPlan& plan, const ComparisonWishes& wishes) {
  std::vector<std::string> names;
  const auto add = [&](const ComparedModel& model) {
    for (const WorkloadSpec& workload : plan.workloads) {
      std::string name = part_name(workload.name, model);
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(std::move(name));
      }
    }
  };
  for (const ComparedModel& model : wishes.models) add(model);
  for (const MixWish& mix : wishes.mixes) {
    for (const ModelShare& share : mix.shares) add(share.model);
  }
  return names;
}

// The id that every workload uses; empty where there are several.
std::string only_model(const LoadedScenario& scenario) {
  std::string id;
  for (const WorkloadSpec& workload : scenario.plan.workloads) {
    const std::string& its = scenario.model_rows[index(workload.model)].id;
    if (!id.empty() && its != id) return {};
    id = its;
  }
  return id;
}

class RowPlanner {
 public:
  RowPlanner(const ScenarioText& text, const LoadedScenario& today, const ComparisonWishes& wishes,
             ComparedTable& table)
      : text_(text), today_(today), wishes_(wishes), table_(table) {}

  std::size_t today() const noexcept { return today_row_; }
  const std::vector<std::size_t>& model_rows() const noexcept { return model_rows_; }

  void plan_rows() {
    add_models();
    add_tiers();
    add_changes();
    add_mixes();
  }

 private:
  WorkVariant on(const ComparedModel& model, const std::string& tier = {}) const {
    return {std::vector<std::string>(today_.plan.workloads.size(), model.id), tier};
  }

  // The reference comes first, or is the row of the model that everything uses today.
  void add_models() {
    const std::string own = only_model(today_);
    const auto its = std::find_if(wishes_.models.begin(), wishes_.models.end(),
                                  [&](const ComparedModel& model) { return model.id == own; });
    today_row_ = static_cast<std::size_t>(its - wishes_.models.begin());
    if (its == wishes_.models.end()) {
      ComparedRow row;
      row.kind = ComparedKind::kToday;
      row.name = "as it is";
      today_row_ = table_.add(std::move(row), today_);
    }
    for (const ComparedModel& model : wishes_.models) {
      ComparedRow row;
      row.name = model.asked;
      row.models = {model.id};
      row.reference = today_row_;
      row.token_ratio = token_ratio(model);
      model_rows_.push_back(table_.add(std::move(row), load_variant(text_, today_, on(model))));
    }
  }

  // To the first workload's model: one figure has to do.
  double token_ratio(const ComparedModel& model) const {
    const ModelId own = today_.plan.workloads.front().model;
    return static_cast<double>(model.tokenizer_permille) /
           static_cast<double>(today_.model_rows[index(own)].tokenizer_permille);
  }

  void add_tiers() {
    for (std::size_t m = 0; m < wishes_.models.size(); ++m) {
      for (const std::string& tier : wishes_.tiers) {
        ComparedRow row;
        row.kind = ComparedKind::kTier;
        row.name = wishes_.models[m].asked;
        row.models = {wishes_.models[m].id};
        row.tier = tier;
        row.reference = model_rows_[m];
        table_.add(std::move(row), load_variant(text_, today_, on(wishes_.models[m], tier)));
      }
    }
  }

  void add_changes() {
    for (const WorkChange change : wishes_.changes) {
      for (std::size_t m = 0; m < wishes_.models.size(); ++m) {
        ComparedRow row;
        row.kind = ComparedKind::kWhatIf;
        row.name = wishes_.models[m].asked;
        row.change = name(change);
        row.reference = model_rows_[m];
        row.models = {wishes_.models[m].id};
        const LoadedScenario* base = table_.scenario(model_rows_[m]);
        if (base == nullptr) {
          const std::string why = table_.row(model_rows_[m]).unavailable;
          table_.add(std::move(row), tl::unexpected(only({ErrorCode::kInvalidInput, "", why})));
          continue;
        }
        LoadedScenario changed = *base;
        const ChangeOutcome outcome = apply(change, changed);
        row.unavailable = outcome.why_not;
        row.changes_nothing = !outcome.changes;
        table_.add(std::move(row), std::move(changed));
      }
    }
  }

  void add_mixes() {
    for (const MixWish& mix : wishes_.mixes) {
      ComparedRow row;
      row.kind = ComparedKind::kMix;
      row.name = mix.text;
      row.reference = today_row_;
      table_.add(std::move(row), scenario_of(mix));
    }
  }

  Checked<LoadedScenario> scenario_of(const MixWish& mix) const {
    if (mix.shares.empty()) return load_variant(text_, today_, {mix.model_of_workload, {}});
    return load_mix(text_, today_, mix.shares);
  }

  const ScenarioText& text_;
  const LoadedScenario& today_;
  const ComparisonWishes& wishes_;
  ComparedTable& table_;
  std::size_t today_row_ = 0;
  std::vector<std::size_t> model_rows_;
};

ModelComparison identity(const LoadedScenario& today, const ComparisonOptions& options) {
  ModelComparison made;
  made.scenario = today.title;
  made.scenario_digest = today.digest;
  made.effective_scenario = today.echo;
  made.catalog_date = today.catalog_date.text();
  made.catalog_digest = today.catalog_digest;
  made.notes = today.notes;
  made.version = options.version;
  made.tier = today.tier;
  made.seed = today.plan.seed;
  made.replications = options.replications;
  made.duration = as_double(MetricNumber(today.plan.duration));
  return made;
}

}  // namespace

Checked<ModelComparison> compare_scenario(const ScenarioText& text, const ComparisonTexts& texts,
                                          const ComparisonOptions& options, Monitor& monitor) {
  const Checked<LoadedScenario> today = text.load();
  if (!today) return tl::unexpected(today.error());
  const Checked<ComparisonWishes> wishes = read_wishes(texts, text, *today);
  if (!wishes) return tl::unexpected(wishes.error());

  const ComparedMetrics metrics(requirements_of(today->objectives), names_of(today->plan),
                                part_names(today->plan, *wishes));
  TrialRunner runner(metrics.paths(), {.threads = options.threads, .version = options.version},
                     monitor);
  ComparedTable table(runner, options.replications);
  RowPlanner comparison(text, *today, *wishes, table);
  comparison.plan_rows();
  if (auto run = table.run(); !run) return tl::unexpected(only(run.error()));
  monitor.done_ppm = 600'000;

  ModelComparison made = identity(*today, options);
  made.today = comparison.today();
  if (wishes->wants_cheapest_mix()) {
    const MixSearch search{text, *today, *wishes, comparison.today(), comparison.model_rows()};
    auto advice = find_cheapest_mix(search, metrics, table);
    if (!advice) return tl::unexpected(only(advice.error()));
    made.advice = std::move(*advice);
  }
  monitor.done_ppm = 800'000;
  if (auto found = find_needed_tiers(text, *today, metrics, table); !found) {
    return tl::unexpected(only(found.error()));
  }
  if (auto found = table.find_instants(metrics); !found) {
    return tl::unexpected(only(found.error()));
  }
  if (auto found = table.find_months_by_keys(metrics); !found) {
    return tl::unexpected(only(found.error()));
  }
  made.rows = table.finished(metrics);
  for (const Requirement& r : metrics.requirements()) {
    made.requirements.push_back({r.path, r.is_least, r.bound, r.unit, r.is_default});
  }
  const JudgedTable judged{table, metrics, comparison.model_rows()};
  judge(made, judged);
  return made;
}

}  // namespace sluice
