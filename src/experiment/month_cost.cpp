#include "experiment/month_cost.hpp"

#include <algorithm>

#include "base/in_seconds.hpp"
#include "results/metric.hpp"

namespace sluice {
namespace {

using Limit = MoneyLimit;

}  // namespace

std::optional<Money> own_limit(const SpendSpec& spend) {
  std::optional<Money> least = spend.organization_limit;
  for (const SpendAlert& alert : spend.alerts) {
    if (alert.action != AlertAction::kRevoke || alert.workspace || alert.key) continue;
    least = least ? std::min(*least, alert.threshold) : alert.threshold;
  }
  return least;
}

std::optional<SpendLimit> monthly_limit(const SpendSpec& spend) {
  const std::optional<Money> own = own_limit(spend);
  if (!own && !spend.tier_cap) return std::nullopt;
  const bool is_own = own && (!spend.tier_cap || *own < *spend.tier_cap);
  const double dollars = as_double(MetricNumber(is_own ? *own : *spend.tier_cap));
  const Limit whose = own == spend.organization_limit ? Limit::kOrganization : Limit::kAlert;
  return SpendLimit{is_own ? whose : Limit::kTierCap, dollars, dollars};
}

std::optional<SpendLimit> first_limit(const SpendSpec& spend) {
  const std::optional<SpendLimit> monthly = monthly_limit(spend);
  if (!spend.credit) return monthly;
  const double credit = as_double(MetricNumber(*spend.credit));
  const double reached_at = as_double(MetricNumber(spend.spent_before + *spend.credit));
  if (!monthly || reached_at < monthly->reached_at) {
    return SpendLimit{Limit::kCredit, credit, reached_at};
  }
  return SpendLimit{monthly->limit, std::min(monthly->dollars, credit), monthly->reached_at};
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
  // Of a month that had begun, little may be left where a whole one holds enough.
  if (month.is_stopped) month.cost = std::min(*limit, month.wanted.value_or(*limit));
  return month;
}

MonthCost month_cost(const RunResult& run, const std::optional<SpendLimit>& limit) {
  MonthFacts facts;
  if (const auto value = lookup(run, "cost.per_month"))
    facts.extrapolated = as_double(value->number);
  const TimePoint reached = run.facts.spend.cap_reached_at;
  if (reached != kNever) facts.cap_reached = in_seconds(reached - kRunStart);
  facts.counts_from = in_seconds(run.facts.counts_from - kRunStart);
  facts.counted = in_seconds(run.facts.counted());
  const std::optional<double> dollars = limit ? std::optional(limit->dollars) : std::nullopt;
  MonthCost month = month_cost(facts, dollars);
  // What is not the tier's cap leaves no instant: what would have been spent without it is not
  // known then.
  const auto spent = lookup(run, "spend.month_to_date");
  if (reached == kNever && limit && spent && as_double(spent->number) >= limit->reached_at) {
    month = {.cost = dollars, .wanted = {}, .is_stopped = true};
  }
  return month;
}

}  // namespace sluice
