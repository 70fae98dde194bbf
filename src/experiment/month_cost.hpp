// What a month costs where a spending limit stops it: the limit, since what is sent after it is
// refused; and what it would cost if nothing stopped it, by what was spent until then.
#pragma once

#include <optional>

#include "policy/spend.hpp"
#include "results/run_result.hpp"

namespace sluice {

// What the organization itself lets be spent in a month: its own limit, or an alert on all spending
// that revokes, whichever is less.
std::optional<Money> own_limit(const SpendSpec& spend);

// The smaller of the tier's cap and own_limit, in dollars; none: no limit.
std::optional<double> monthly_limit(const SpendSpec& spend);

struct MonthFacts {
  std::optional<double> extrapolated;  // cost.per_month of the run, in dollars
  std::optional<double> cap_reached;   // seconds from the run's start; none: it was not
  double counts_from = 0;              // seconds: the end of the warm-up
  double counted = 0;                  // seconds over which the cost was counted
};
struct MonthCost {
  std::optional<double> cost;    // dollars, at most the limit; none: nothing is known of it
  std::optional<double> wanted;  // without the limit
  bool is_stopped = false;
};
MonthCost month_cost(const MonthFacts& facts, const std::optional<double>& limit);
MonthCost month_cost(const RunResult& run, const std::optional<double>& limit);

}  // namespace sluice
