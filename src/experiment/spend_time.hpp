// When an organization's money is gone, by how fast each key spends: the month's limit, prepaid
// credit, and limits and revoking alerts of keys and workspaces, which stop these alone and leave
// to the others what they would have spent. Pure arithmetic on rates.
#pragma once

#include <optional>
#include <vector>

#include "policy/run_plan.hpp"
#include "results/money_end.hpp"

namespace sluice {

// `per_month` is what each key of the plan spends in 30 days if nothing stops it, in dollars, by
// position. The first of what stops all that is sent. A month's limits: seconds until what is left
// of them in the month of `spend.start_unix_ns` is spent, or else a whole one in a whole month.
// Credit and alerts on keys, which no month brings back: seconds from the start. None: none of the
// months of a year is stopped.
std::optional<MoneyEnd> money_end(const std::vector<double>& per_month,
                                  const std::vector<KeyPlan>& keys, const SpendSpec& spend);

struct MonthSpending {
  double dollars = 0;
  std::optional<MoneyLimit> limit{};  // what stops all, or else the first key; none: nothing does
  bool stops_keys = false;            // some of them stop before the others, or all alone
};
// What 30 days of that cost with all these limits, from a month's beginning.
MonthSpending month_spending(const std::vector<double>& per_month, const std::vector<KeyPlan>& keys,
                             const SpendSpec& spend);

// A key or a workspace has a limit or an alert that stops it alone.
bool stops_keys(const SpendSpec& spend);

// Something but a month's limit on all spending can be that end.
bool ends_otherwise(const SpendSpec& spend);

}  // namespace sluice
