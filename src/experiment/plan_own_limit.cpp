#include "experiment/plan_own_limit.hpp"

#include <algorithm>

#include "api/outcome.hpp"
#include "base/in_seconds.hpp"
#include "experiment/month_cost.hpp"

namespace sluice {

std::optional<scenario::LoadedScenario> own_limit_as_cap(const scenario::LoadedScenario& today) {
  const auto first = first_limit(today.plan.spend);
  if (!first || first->limit == MoneyLimit::kTierCap) return std::nullopt;
  scenario::LoadedScenario as_cap = today;
  SpendSpec& spend = as_cap.plan.spend;
  if (first->limit == MoneyLimit::kCredit) {
    spend.tier_cap = spend.credit;
    spend.spent_before = Money{};
    spend.start_unix_ns = 0;  // a January: a month that begins in the run gives no credit back
  } else {
    spend.tier_cap = own_limit(spend);
  }
  spend.credit.reset();
  spend.organization_limit.reset();
  std::erase_if(spend.alerts, [](const SpendAlert& alert) {
    return alert.action == AlertAction::kRevoke && !alert.workspace && !alert.key;
  });
  return as_cap;
}

void add_own_limit(const PlanRuns& now, const PlanRuns& as_cap, PlanResult& plan) {
  TimePoint first = kNever;
  for (const RunResult& run : as_cap.each) first = std::min(first, run.facts.spend.cap_reached_at);
  if (first == kNever) return;
  const double after = in_seconds(first - kRunStart);
  // Its refusal (400; of keys that an alert revoked 403) is an error that no client tries again.
  const WorkloadTotals all = now.merged.measured.all_workloads();
  double refused = 0;
  for (const ErrorKind kind : {ErrorKind::kInvalidRequest, ErrorKind::kPermission}) {
    refused += static_cast<double>(all.requests.ended[static_cast<std::size_t>(kind)]);
  }
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
