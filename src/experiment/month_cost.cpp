#include "experiment/month_cost.hpp"

#include <algorithm>

#include "results/metric.hpp"

namespace sluice {
namespace {

double in_seconds(Duration duration) { return static_cast<double>(ns(duration)) / 1e9; }

}  // namespace

std::optional<Money> own_limit(const SpendSpec& spend) {
  std::optional<Money> least = spend.organization_limit;
  for (const SpendAlert& alert : spend.alerts) {
    if (alert.action != AlertAction::kRevoke || alert.workspace || alert.key) continue;
    least = least ? std::min(*least, alert.threshold) : alert.threshold;
  }
  return least;
}

std::optional<double> monthly_limit(const SpendSpec& spend) {
  std::optional<double> least;
  for (const auto& limit : {spend.tier_cap, own_limit(spend)}) {
    if (!limit) continue;
    const double dollars = as_double(MetricNumber(*limit));
    least = least ? std::min(*least, dollars) : dollars;
  }
  return least;
}

MonthCost month_cost(const MonthFacts& facts, const std::optional<double>& limit) {
  MonthCost month{.cost = facts.extrapolated, .wanted = facts.extrapolated};
  if (facts.cap_reached && month.wanted) {
    const double spending = *facts.cap_reached - facts.counts_from;
    if (spending > 0) {
      *month.wanted *= facts.counted / std::min(spending, facts.counted);
    } else {
      month.wanted.reset();  // nothing was spent while it was counted
    }
  }
  month.is_stopped = limit && (facts.cap_reached || (month.wanted && *month.wanted > *limit));
  if (month.is_stopped) month.cost = limit;
  return month;
}

MonthCost month_cost(const RunResult& run, const std::optional<double>& limit) {
  MonthFacts facts;
  if (const auto value = lookup(run, "cost.per_month"))
    facts.extrapolated = as_double(value->number);
  const TimePoint reached = run.facts.spend.cap_reached_at;
  if (reached != kNever) facts.cap_reached = in_seconds(reached - kRunStart);
  facts.counts_from = in_seconds(run.facts.counts_from - kRunStart);
  facts.counted = in_seconds(run.facts.counted());
  MonthCost month = month_cost(facts, limit);
  // A limit that the organization set itself leaves no instant: what would have been spent without
  // it is not known then.
  const auto spent = lookup(run, "spend.month_to_date");
  if (reached == kNever && limit && spent && as_double(spent->number) >= *limit) {
    month = {.cost = limit, .wanted = {}, .is_stopped = true};
  }
  return month;
}

}  // namespace sluice
