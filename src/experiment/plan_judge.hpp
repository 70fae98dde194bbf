// What whole runs say of a plan's questions: what is asked for, tier by tier, the first 429, money.
// Pure functions of the runs' results.
#pragma once

#include <string>
#include <vector>

#include "experiment/month_cost.hpp"
#include "experiment/plan_runs.hpp"
#include "experiment/requirements.hpp"

namespace sluice {

// `limit`: of all spending, as first_limit. A run without requests shows nothing of a share or a
// percentile; a bound that no run shows anything of is unclear.
std::vector<PlanDemand> demands_of(const std::vector<Requirement>& requirements,
                                   const PlanRuns& runs, const std::optional<SpendLimit>& limit);
// `is_little`: too few requests for anything but that a bound is broken.
PlanVerdict verdict_of(const std::vector<PlanDemand>& demands, bool is_little);

// One row for each rate-limit group that a workload uses. `money` is the tier's, with what has been
// spent this month; the runs are without it. A bound on the month's cost is not the tier's business
// and is not looked at.
std::vector<PlanTier> tier_rows(const scenario::LoadedScenario& scenario, const PlanRuns& runs,
                                const std::vector<Requirement>& requirements,
                                const SpendSpec& money);

// When and at which limit money ends, if it is spent as in these runs, which have no such limits:
// by the keys' shares of a month (spend_time.hpp).
std::optional<std::vector<double>> month_by_key(const scenario::LoadedScenario& scenario,
                                                const PlanRuns& runs);
std::optional<MoneyEnd> money_end_of(const scenario::LoadedScenario& scenario, const PlanRuns& runs,
                                     const SpendSpec& money);
void set_money(PlanTier& row, const SpendSpec& money, const std::optional<MoneyEnd>& gone);

PlanFirstRefusal first_refusal_of(const PlanRuns& runs);
// All but `gone`. `runs` have the limit as their tier's cap (plan_own_limit.hpp).
PlanMoney money_of(const PlanRuns& runs, const scenario::Objectives& objectives,
                   const std::optional<SpendLimit>& limit);
// A month costs no more than limits and alerts of keys and workspaces leave of it, and other money
// lasts longer where they stop some. `unlimited` as for money_end_of, which gave `end`.
void hold_to_keys(PlanMoney& money, const scenario::LoadedScenario& scenario,
                  const PlanRuns& unlimited, const std::optional<MoneyEnd>& end);
// The demand on a month's cost, if there is one, is held to that too.
void hold_month(std::vector<PlanDemand>& demands, const std::vector<Requirement>& requirements,
                const PlanMoney& money);
// When today's money is gone: as simulated, or this month, or else a whole month's in a whole
// month, or by money_end_of where another limit comes first; none: it lasts.
std::optional<MoneyEnd> gone_today(const PlanMoney& money, const std::optional<MoneyEnd>& by_keys);

// Mean requests between arrival and end, of each client.
std::vector<double> in_flight_of(const scenario::LoadedScenario& scenario, const RunResult& run);

// How requests failed, by kind and by the limit that refused them last: names of the API.
std::vector<std::string> failures_of(const RunResult& run);

}  // namespace sluice
