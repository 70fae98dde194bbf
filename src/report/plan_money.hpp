// What a plan says of money in words: which limit ends it and when, and how that goes with the
// highest rate that lasts, which is searched without limits on money.
#pragma once

#include <string>

#include "results/plan_result.hpp"

namespace sluice {

// "the tier's $500.00 a month are gone", "the prepaid credit of $50.00 is gone".
std::string gone_words(const MoneyEnd& end);
// "$500.00, 2.5 d", "$50.00 credit, 3 h", "-": the limit of a tier's row and when it is gone.
std::string money_cell(const PlanTier& row);
// The lines "Month's cap" and "Credit", without their labels.
std::string limit_text(const PlanMoney& money);
// Of a limit in `gone` that is not `limit`, by its rates.
std::string other_limit_text(const MoneyEnd& gone);
// "kept", "exceeded", "kept, as spending stops before".
std::string budget_text(const PlanMoney& money);
// A month keeps the budget only because something stops the spending before.
bool is_kept_by_stop(const PlanMoney& money);
// What the highest rate that lasts leaves out or is held to where money ends before it; empty: it
// does not.
std::string rate_basis(const PlanResult& plan);

}  // namespace sluice
