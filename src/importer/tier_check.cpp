#include "importer/tier_check.hpp"

#include <utility>

namespace sluice::importer {
namespace {

using scenario::TierRow;

TierFit read_fit(const RunResult& run, TierFit fit) {
  fit.rate_limited_share = figure(run, "attempts.rate_limited_share");
  if (run.binding.main) {
    const BindingLimit& limit = run.binding.limits[*run.binding.main];
    fit.binding_limit = limit.name;
    fit.peak_use = limit.peak_minute;
  }
  return fit;
}

void judge_cap(const std::optional<Money>& cap, const CostSoFar& cost, TierFit& fit) {
  fit.monthly_cap = cap;
  if (!cap) return;
  fit.cap_reached = cost.dearest_month && *cost.dearest_month > *cap;
  fit.cap_judged = fit.cap_reached || (cost.dearest_month && cost.unpriced == 0);
}

}  // namespace

Checked<std::vector<TierFit>> check_tiers(const ScenarioDraft& draft, const CostSoFar& cost,
                                          const SimulationPlace& place) {
  std::vector<TierFit> fits;
  for (const TierRow& row : place.catalog.tiers) {
    const bool is_published = row.evidence.confidence != scenario::Confidence::kGuess;
    if (!row.dates.covers(place.catalog.newest_date) || !is_published) continue;
    TierFit fit;
    fit.tier = row.tier;
    judge_cap(row.monthly_spend, cost, fit);
    ScenarioDraft in_tier = draft;
    in_tier.tier = row.tier;
    in_tier.client = "none";
    in_tier.ignores_cap = true;
    if (const auto loaded = load_draft(in_tier, place); !loaded) {
      fit.unavailable = loaded.error().front().message;
      fits.push_back(std::move(fit));
      continue;
    }
    auto run = simulate_draft(in_tier, 1, place);
    if (!run) return tl::unexpected(std::move(run).error());
    fits.push_back(read_fit(*run, std::move(fit)));
  }
  return fits;
}

}  // namespace sluice::importer
