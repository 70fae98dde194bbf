#include "experiment/plan_own_limit.hpp"

#include <algorithm>

#include "api/outcome.hpp"

namespace sluice {

std::optional<scenario::LoadedScenario> own_limit_as_cap(const scenario::LoadedScenario& today) {
  const SpendSpec& spend = today.plan.spend;
  if (!spend.organization_limit) return std::nullopt;
  if (spend.tier_cap && *spend.tier_cap <= *spend.organization_limit) return std::nullopt;
  scenario::LoadedScenario as_cap = today;
  as_cap.plan.spend.tier_cap = spend.organization_limit;
  as_cap.plan.spend.organization_limit.reset();
  return as_cap;
}

void add_own_limit(const PlanRuns& now, const PlanRuns& as_cap, PlanResult& plan) {
  TimePoint first = kNever;
  for (const RunResult& run : as_cap.each) first = std::min(first, run.facts.spend.cap_reached_at);
  if (first == kNever) return;
  const double after = static_cast<double>(ns(first - kRunStart)) / 1e9;
  // Its refusal is an error that no client tries again.
  const WorkloadTotals all = now.merged.measured.all_workloads();
  const auto refused =
      static_cast<double>(all.requests.ended[static_cast<std::size_t>(ErrorKind::kInvalidRequest)]);
  const auto attempts = static_cast<double>(std::max<std::int64_t>(1, all.attempts.count()));
  plan.limits.push_back({.limit = "spend",
                         .first_refused = after,
                         .refused_share = refused / attempts,
                         .peak_minute = {}});
  std::stable_sort(plan.limits.begin(), plan.limits.end(),
                   [](const auto& a, const auto& b) { return a.refused_share > b.refused_share; });
  if (plan.limits.front().limit != "spend") return;
  plan.binding = PlanBinding{.limit = "spend", .first_refused = after, .peak_minute = 0};
}

}  // namespace sluice
