// When an organization's money for a month is gone, by how fast each key spends: keys and
// workspaces stop at limits of their own and at alerts that revoke them, and what they would have
// spent is left for the others. Pure arithmetic on rates.
#pragma once

#include <optional>
#include <vector>

#include "policy/run_plan.hpp"

namespace sluice {

// `per_month` is what each key of the plan spends in 30 days if nothing stops it, in dollars, by
// position. Seconds until the organization's month is spent: what is left of it in the month of
// `spend.start_unix_ns`, or else a whole one in a whole month. None: a month ends before.
std::optional<double> spend_lasts(const std::vector<double>& per_month,
                                  const std::vector<KeyPlan>& keys, const SpendSpec& spend);

}  // namespace sluice
