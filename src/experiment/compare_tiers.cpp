#include "experiment/compare_tiers.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "experiment/compare_variants.hpp"
#include "results/metric.hpp"

namespace sluice {
namespace {

using scenario::LoadedScenario;
using scenario::TierRow;

constexpr std::string_view kCustom = "custom";

std::vector<const TierRow*> tiers_on(const ScenarioText& text, const LoadedScenario& today) {
  std::vector<const TierRow*> tiers;
  const CivilDate date = UnixTime{today.plan.start_unix_ns}.date();
  for (const TierRow& row : text.catalog().tiers) {
    if (row.dates.covers(date)) tiers.push_back(&row);
  }
  return tiers;
}

// The same work in another tier: each workload keeps the row's model.
Checked<LoadedScenario> in_tier(const ScenarioText& text, const LoadedScenario& today,
                                const LoadedScenario& scenario, const std::string& tier) {
  WorkVariant variant{.models = {}, .tier = tier};
  for (const WorkloadSpec& workload : scenario.plan.workloads) {
    variant.models.push_back(scenario.model_rows[index(workload.model)].id);
  }
  return load_variant(text, today, variant);
}

NeededTier needed(const TierRow& row) {
  NeededTier tier{.tier = row.tier, .month_cap = {}};
  if (row.monthly_spend) tier.month_cap = as_double(MetricNumber(*row.monthly_spend));
  return tier;
}

bool wants_tier(ComparedTable& table, std::size_t i) {
  const ComparedKind kind = table.row(i).kind;
  return (kind == ComparedKind::kToday || kind == ComparedKind::kModel) &&
         table.scenario(i) != nullptr && !table.row(i).tier_needed;
}

// One tier's runs, for the rows that no smaller tier was enough for.
struct Candidates {
  std::deque<LoadedScenario> scenarios;
  std::vector<std::size_t> rows;

  std::vector<const LoadedScenario*> pointers() const {
    std::vector<const LoadedScenario*> all;
    for (const LoadedScenario& scenario : scenarios) all.push_back(&scenario);
    return all;
  }
};

Result<void> try_tier(const Candidates& all, const TierRow& tier, const ComparedMetrics& metrics,
                      ComparedTable& table) {
  SLUICE_TRY(auto samples, table.run_aside(all.pointers(), 0, 1));
  std::vector<std::size_t> left;
  std::vector<const LoadedScenario*> scenarios;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (!metrics.keeps_all(samples[i])) continue;
    left.push_back(i);
    scenarios.push_back(&all.scenarios[i]);
  }
  if (table.replications() > 1) {
    SLUICE_TRY(auto more, table.run_aside(scenarios, 1, table.replications() - 1));
    for (std::size_t i = 0; i < left.size(); ++i) {
      auto& first = samples[left[i]];
      first.insert(first.end(), std::make_move_iterator(more[i].begin()),
                   std::make_move_iterator(more[i].end()));
    }
  }
  for (const std::size_t i : left) {
    if (metrics.keeps_all(samples[i])) table.row(all.rows[i]).tier_needed = needed(tier);
  }
  return {};
}

}  // namespace

Result<void> find_needed_tiers(const ScenarioText& text, const LoadedScenario& today,
                               const ComparedMetrics& metrics, ComparedTable& table) {
  if (today.tier == kCustom) return {};
  for (const TierRow* tier : tiers_on(text, today)) {
    Candidates all;
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (!wants_tier(table, i)) continue;
      if (tier->tier == today.tier) {
        if (metrics.keeps_all(table.samples(i))) table.row(i).tier_needed = needed(*tier);
        continue;
      }
      auto scenario = in_tier(text, today, *table.scenario(i), tier->tier);
      if (!scenario) continue;  // it has no limits there
      all.scenarios.push_back(std::move(*scenario));
      all.rows.push_back(i);
    }
    if (auto tried = try_tier(all, *tier, metrics, table); !tried) return tried;
  }
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (wants_tier(table, i)) table.row(i).tier_needed = NeededTier{};
  }
  return {};
}

}  // namespace sluice
