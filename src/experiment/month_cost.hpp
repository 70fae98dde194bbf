// What a month costs where a spending limit stops it: the limit, since what is sent after it is
// refused; and what it would cost if nothing stopped it, by what was spent until then.
#pragma once

#include <optional>

#include "policy/spend.hpp"
#include "results/money_end.hpp"
#include "results/run_result.hpp"

namespace sluice {

// What the organization itself lets be spent in a month: its own limit, or an alert on all spending
// that revokes, whichever is less.
std::optional<Money> own_limit(const SpendSpec& spend);

// A limit on all that an organization spends: the tier's cap, its own limit or alert (kAlert), or
// prepaid credit.
struct SpendLimit {
  MoneyLimit limit = MoneyLimit::kTierCap;
  double dollars = 0;     // the most that 30 days from the start can cost
  double reached_at = 0;  // dollars spent in the month of the start, spent_before included
};
// The smaller of the tier's cap and own_limit; none: no limit.
std::optional<SpendLimit> monthly_limit(const SpendSpec& spend);
// That, or the credit if it is gone before: which stops the month of the start. No month costs more
// than the credit, whichever is first.
std::optional<SpendLimit> first_limit(const SpendSpec& spend);

inline constexpr double kThirtyDays = 30 * 86'400.0;  // seconds; of cost.per_month

struct MonthFacts {
  std::optional<double> extrapolated;  // cost.per_month of the run, in dollars
  std::optional<double> cap_reached;   // seconds from the run's start; none: it was not
  double counts_from = 0;              // seconds: the end of the warm-up
  double counted = 0;                  // seconds over which the cost was counted
};
struct MonthCost {
  std::optional<double> cost;    // dollars, no more than either; none: nothing is known of it
  std::optional<double> wanted;  // without the limit
  bool is_stopped = false;       // in the run's month, or in a whole one
};
MonthCost month_cost(const MonthFacts& facts, const std::optional<double>& limit);
MonthCost month_cost(const RunResult& run, const std::optional<SpendLimit>& limit);

}  // namespace sluice
