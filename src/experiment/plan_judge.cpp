#include "experiment/plan_judge.hpp"

#include <algorithm>

#include "api/limit_type.hpp"
#include "api/outcome.hpp"
#include "base/in_seconds.hpp"
#include "experiment/month_cost.hpp"
#include "experiment/spend_time.hpp"
#include "stats/intervals.hpp"

namespace sluice {
namespace {

// `is_failed`: a run had requests, but not one that the number could be of.
Standing standing_of(const Requirement& requirement, const std::optional<PlanNumber>& number,
                     bool is_failed) {
  if (is_failed) return Standing::kFails;
  if (!number) return Standing::kUnclear;
  if (!number->interval) {
    return requirement.holds(number->value) ? Standing::kHolds : Standing::kFails;
  }
  const bool low = requirement.holds(number->interval->low);
  const bool high = requirement.holds(number->interval->high);
  if (low && high) return Standing::kHolds;
  return low || high ? Standing::kUnclear : Standing::kFails;
}

double ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::optional<double> seconds_at(const Histogram& histogram, Ppm share) {
  const auto value = histogram.quantile(share);
  return value ? std::optional(static_cast<double>(*value) / 1e9) : std::nullopt;
}

constexpr Ppm kPlanP95{950'000};
constexpr Ppm kPlanP99{990'000};

std::int64_t rate_limited(const WorkloadTotals& totals) {
  std::int64_t count = 0;
  for (const std::int64_t cause : totals.attempts.rate_limited) count += cause;
  return count;
}

// A requirement's metric over some workloads; none where it is not theirs alone.
std::optional<double> value_of(const std::string& path, const WorkloadTotals& totals) {
  const RequestTotals& requests = totals.requests;
  const std::int64_t attempts = totals.attempts.count();
  if (path == "goodput.share") return ratio(requests.good, requests.offered);
  if (path == "requests.success_share") return ratio(requests.succeeded(), requests.offered);
  if (path == "attempts.rate_limited_share") return ratio(rate_limited(totals), attempts);
  if (path == "attempts.per_success") return ratio(attempts, requests.succeeded());
  if (path == "latency.offered.p95") return seconds_at(totals.latency.offered(), kPlanP95);
  if (path == "latency.offered.p99") return seconds_at(totals.latency.offered(), kPlanP99);
  return std::nullopt;
}

std::vector<std::string> groups_of(const scenario::LoadedScenario& scenario) {
  std::vector<std::string> groups;
  for (const WorkloadSpec& workload : scenario.plan.workloads) {
    const ModelPlan& model = scenario.plan.models[index(workload.model)];
    const std::string& group = scenario.plan.groups[index(model.group)];
    if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
  }
  return groups;
}

WorkloadTotals totals_of(const scenario::LoadedScenario& scenario, const RunResult& run,
                         const std::string& group) {
  WorkloadTotals totals;
  for (std::size_t i = 0; i < scenario.plan.workloads.size(); ++i) {
    const ModelPlan& model = scenario.plan.models[index(scenario.plan.workloads[i].model)];
    if (scenario.plan.groups[index(model.group)] == group) totals += run.measured.workloads[i];
  }
  return totals;
}

// Whatever fails, a tier's limits are not why: they refused nothing, and no client that paces
// itself by them had a full one before it.
bool held_nothing_up(const scenario::LoadedScenario& scenario, const PlanTier& row) {
  if (row.rate_limited_share > 0) return false;
  const auto& clients = scenario.plan.clients;
  const bool is_unpaced = std::all_of(clients.begin(), clients.end(), [](const ClientPlan& client) {
    return client.pacer.pacing == Pacing::kNone;
  });
  return is_unpaced || !row.binding || row.binding->peak_minute < 1;
}

}  // namespace

std::optional<std::vector<double>> month_by_key(const scenario::LoadedScenario& scenario,
                                                const PlanRuns& runs) {
  const Ledger& ledger = runs.merged.measured.ledger;
  const auto month = plan_number(runs, "cost.per_month");
  const auto is_any = [](const Ledger::Account&) { return true; };
  const double all = as_double(ledger.total(is_any).total());
  if (!month || all <= 0) return std::nullopt;
  const std::vector<KeyPlan>& keys = scenario.plan.keys;
  std::vector<double> per_month;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto is_its = [i](const Ledger::Account& account) { return index(account.key) == i; };
    per_month.push_back(month->value * as_double(ledger.total(is_its).total()) / all);
  }
  return per_month;
}

std::optional<MoneyEnd> money_end_of(const scenario::LoadedScenario& scenario, const PlanRuns& runs,
                                     const SpendSpec& money) {
  const auto per_month = month_by_key(scenario, runs);
  return per_month ? money_end(*per_month, scenario.plan.keys, money) : std::nullopt;
}

void hold_to_keys(PlanMoney& money, const scenario::LoadedScenario& scenario,
                  const PlanRuns& unlimited, const std::optional<MoneyEnd>& end) {
  const auto per_month = month_by_key(scenario, unlimited);
  if (!per_month || !money.month) return;
  const SpendSpec& spend = scenario.plan.spend;
  const MonthSpending month = month_spending(*per_month, scenario.plan.keys, spend);
  money.is_held_by_keys = month.limit && is_of_keys(*month.limit);
  if (money.is_held_by_keys) {
    money.wanted = plan_number(unlimited, "cost.per_month");
    money.month = PlanNumber{.value = month.dollars, .interval = {}};
    money.is_stopped = true;
  }
  if (money.cap_was_reached) return;
  // A key that stops leaves the rest of the money to the others, for longer.
  money.time_to_cap.reset();
  if (end && end->limit == money.limit && !end->is_later) {
    money.time_to_cap = PlanNumber{.value = end->after, .interval = {}};
  }
}

void hold_month(std::vector<PlanDemand>& demands, const std::vector<Requirement>& requirements,
                const PlanMoney& money) {
  if (!money.is_held_by_keys) return;
  for (std::size_t i = 0; i < demands.size(); ++i) {
    if (demands[i].path != "cost.per_month") continue;
    demands[i].value = money.month;
    demands[i].standing = standing_of(requirements[i], demands[i].value, false);
  }
}

std::vector<PlanDemand> demands_of(const std::vector<Requirement>& requirements,
                                   const PlanRuns& runs, const std::optional<SpendLimit>& limit) {
  std::vector<PlanDemand> demands;
  for (const Requirement& requirement : requirements) {
    const bool is_month = requirement.path == "cost.per_month";
    std::vector<double> values;
    bool is_failed = false;
    for (const RunResult& run : runs.each) {
      if (!is_month && run.measured.all_workloads().requests.offered == 0) continue;
      const auto found = lookup(run, requirement.path);
      const auto value = is_month ? month_cost(run, limit).cost
                         : found  ? std::optional(as_double(found->number))
                                  : std::nullopt;
      if (value) values.push_back(*value);
      is_failed = is_failed || (!value && !is_month);
    }
    PlanDemand demand{.path = requirement.path,
                      .is_least = requirement.is_least,
                      .bound = requirement.bound,
                      .unit = requirement.unit,
                      .is_default = requirement.is_default,
                      .value = plan_number(values),
                      .standing = Standing::kFails};
    demand.standing = standing_of(requirement, demand.value, is_failed);
    demands.push_back(std::move(demand));
  }
  return demands;
}

PlanVerdict verdict_of(const std::vector<PlanDemand>& demands, bool is_little) {
  PlanVerdict verdict = is_little ? PlanVerdict::kTooLittle : PlanVerdict::kFits;
  for (const PlanDemand& demand : demands) {
    if (demand.standing == Standing::kFails) return PlanVerdict::kDoesNotFit;
    if (demand.standing == Standing::kUnclear && !is_little) verdict = PlanVerdict::kUnclear;
  }
  return verdict;
}

std::vector<PlanTier> tier_rows(const scenario::LoadedScenario& scenario, const PlanRuns& runs,
                                const std::vector<Requirement>& requirements,
                                const SpendSpec& money) {
  std::vector<PlanTier> rows;
  const std::optional<MoneyEnd> gone = money_end_of(scenario, runs, money);
  for (const std::string& group : groups_of(scenario)) {
    const WorkloadTotals totals = totals_of(scenario, runs.merged, group);
    PlanTier row;
    row.tier = scenario.tier;
    row.group = group;
    row.requests = totals.requests.offered;
    row.binding = binding_of(runs.merged, group);
    row.rate_limited_share = ratio(rate_limited(totals), totals.attempts.count());
    row.fits = held_nothing_up(scenario, row) ||
               std::all_of(requirements.begin(), requirements.end(), [&](const Requirement& r) {
                 return r.path == "cost.per_month" || r.holds(value_of(r.path, totals));
               });
    row.latency_p95 = seconds_at(totals.latency.offered(), kPlanP95);
    set_money(row, money, gone);
    rows.push_back(std::move(row));
  }
  return rows;
}

void set_money(PlanTier& row, const SpendSpec& money, const std::optional<MoneyEnd>& gone) {
  const auto monthly = monthly_limit(money);
  row.cap = monthly ? std::optional(monthly->dollars) : std::nullopt;
  if (gone && gone->dollars) row.cap = gone->dollars;
  row.gone = gone;
}

PlanFirstRefusal first_refusal_of(const PlanRuns& runs) {
  PlanFirstRefusal first;
  first.runs = static_cast<std::int64_t>(runs.each.size());
  std::vector<double> times;
  for (const RunResult& run : runs.each) {
    if (const auto time = first_refusal(run)) times.push_back(*time);
  }
  first.runs_refused = static_cast<std::int64_t>(times.size());
  if (times.empty()) return first;
  std::sort(times.begin(), times.end());
  first.earliest = times.front();
  PlanNumber median{.value = times[(times.size() - 1) / 2], .interval = {}};
  if (const auto interval = stats::quantile_interval(times, 0.5)) {
    median = {interval->value, MetricInterval{interval->low, interval->high}};
  }
  first.median = median;
  return first;
}

PlanMoney money_of(const PlanRuns& runs, const scenario::Objectives& objectives,
                   const std::optional<SpendLimit>& limit) {
  PlanMoney money;
  std::vector<double> months;
  std::vector<double> wanted;
  for (const RunResult& run : runs.each) {
    const MonthCost month = month_cost(run, limit);
    if (month.cost) months.push_back(*month.cost);
    if (month.wanted) wanted.push_back(*month.wanted);
    money.is_stopped = money.is_stopped || month.is_stopped;
  }
  money.month = plan_number(months);
  if (money.is_stopped) money.wanted = plan_number(wanted);
  money.per_success = plan_number(runs, "cost.per_success");
  if (const auto& budget = objectives.max_cost_per_month) money.budget = as_double(*budget);
  if (const auto& cap = runs.merged.facts.spend.tier_cap) money.cap = as_double(*cap);
  if (limit) money.limit = limit->limit;
  money.time_to_cap = plan_number(runs, "spend.time_to_cap");
  money.cap_was_reached = std::any_of(runs.each.begin(), runs.each.end(), [](const RunResult& run) {
    return run.facts.spend.cap_reached_at != kNever;
  });
  return money;
}

std::optional<MoneyEnd> gone_today(const PlanMoney& money, const std::optional<MoneyEnd>& by_keys) {
  const bool is_simulated = money.time_to_cap && money.cap_was_reached;
  if (by_keys && by_keys->limit != money.limit && !is_simulated &&
      (!money.time_to_cap || by_keys->after < money.time_to_cap->value)) {
    return by_keys;
  }
  if (money.time_to_cap) return MoneyEnd{money.limit, money.time_to_cap->value, money.cap};
  if (by_keys) return by_keys;
  if (!money.is_stopped || !money.cap || !money.wanted || money.wanted->value <= 0) return {};
  if (money.is_held_by_keys) return {};
  return MoneyEnd{money.limit, kThirtyDays * *money.cap / money.wanted->value, money.cap};
}

std::vector<double> in_flight_of(const scenario::LoadedScenario& scenario, const RunResult& run) {
  std::vector<double> in_flight(scenario.plan.clients.size());
  const double counted = in_seconds(run.facts.counted());
  for (std::size_t i = 0; i < scenario.plan.workloads.size(); ++i) {
    const WorkloadTotals& totals = run.measured.workloads[i];
    const auto offered = static_cast<double>(totals.requests.offered - totals.requests.batch);
    const auto latency = totals.latency.success().mean();
    if (!latency || counted <= 0) continue;
    in_flight[scenario.plan.workloads[i].client] +=
        offered / counted * static_cast<double>(*latency) / 1e9;
  }
  return in_flight;
}

std::vector<std::string> failures_of(const RunResult& run) {
  const WorkloadTotals all = run.measured.all_workloads();
  std::vector<std::string> causes;
  if (all.attempts.never_fits > 0) causes.emplace_back("a request that never fits");
  for (std::size_t kind = 1; kind < all.requests.ended.size(); ++kind) {
    if (all.requests.ended[kind] > 0) causes.emplace_back(name(static_cast<ErrorKind>(kind)));
  }
  for (std::size_t cause = 0; cause < all.requests.failed_on.size(); ++cause) {
    if (all.requests.failed_on[cause] == 0) continue;
    causes.push_back("429 for " + std::string(name(static_cast<LimitCause>(cause))));
  }
  return causes;
}

}  // namespace sluice
