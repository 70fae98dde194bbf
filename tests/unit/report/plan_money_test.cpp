#include "report/plan_money.hpp"

#include "report/plan_text.hpp"
#include "support/catch.hpp"
#include "support/text_checks.hpp"

namespace {

using namespace sluice;
using testing::contains;
using Limit = MoneyLimit;

// 20 a minute fit, and would cost $6,000 in 30 days of which the cap pays $500.
PlanResult capped() {
  PlanResult plan;
  plan.rate.today = 20;
  plan.rate.factor = PlanNumber{40, {}};
  plan.rate.per_minute = PlanNumber{800, {}};
  plan.money = {.month = PlanNumber{500, {}},
                .is_stopped = true,
                .wanted = PlanNumber{6000, {}},
                .per_success = {},
                .budget = {},
                .cap = 500.0,
                .limit = Limit::kTierCap,
                .time_to_cap = PlanNumber{216'000, {}},
                .cap_was_reached = false,
                .gone = MoneyEnd{Limit::kTierCap, 216'000, 500.0}};
  plan.demands = {{.path = "cost.per_month",
                   .is_least = false,
                   .bound = 600,
                   .unit = Unit::kMoney,
                   .is_default = false,
                   .value = PlanNumber{500, {}},
                   .standing = Standing::kHolds}};
  return plan;
}

PlanResult with_budget(double dollars) {
  PlanResult plan = capped();
  plan.money.budget = dollars;
  plan.rate.factor = PlanNumber{0.1, {}};
  plan.rate.per_minute = PlanNumber{2, {}};
  plan.rate.broken = {{"cost.per_month", 8}};
  return plan;
}

}  // namespace

TEST_CASE("a rate that money does not last for is said to be one of rate limits alone") {
  PlanResult plan = capped();
  CHECK(rate_basis(plan) ==
        "by rate limits alone: the tier's $500.00 a month last 30 days at about 1.7/min");
  CHECK(contains(render_text(plan, {}), "Money        by rate limits alone"));
  plan.money.limit = Limit::kCredit;
  CHECK(rate_basis(plan).starts_with(
      "by rate limits alone: the prepaid credit of $500.00 lasts 30 days"));
  plan.rate.per_minute = PlanNumber{1.5, {}};
  CHECK(rate_basis(plan).empty());
}

TEST_CASE("a budget that only the spending limit keeps does not contradict the rate") {
  const PlanResult plan = with_budget(600);
  CHECK(rate_basis(plan) ==
        "held to the budget of $600.00 as if no limit stopped the month before; today's 20/min "
        "keeps it only because the tier's $500.00 a month are gone first");
  CHECK(budget_text(plan.money) == "kept, as spending stops before");
  const std::string text = render_text(plan, {});
  CHECK(contains(text, "holds: spending stops there"));
}

TEST_CASE("a budget that is exceeded or kept without a limit needs no such words") {
  CHECK(rate_basis(with_budget(400)).empty());
  CHECK(budget_text(with_budget(400).money) == "exceeded");
  CHECK(budget_text(with_budget(7000).money) == "kept");
  CHECK(rate_basis(with_budget(7000)).empty());
  CHECK_FALSE(contains(render_text(with_budget(7000), {}), "spending stops there"));
}

TEST_CASE("limits of keys are left out of the rate, with a cap and without") {
  PlanResult plan = capped();
  plan.money.is_held_by_keys = true;
  CHECK(rate_basis(plan) == "by rate limits alone, limits of keys left out");
  plan.money.cap.reset();
  CHECK(rate_basis(plan) == "by rate limits alone, limits of keys left out");
}

TEST_CASE("credit does not last for a year where keys stop before") {
  PlanMoney money = capped().money;
  money.limit = Limit::kCredit;
  money.time_to_cap.reset();
  money.gone.reset();
  CHECK(limit_text(money) == "$500.00 last for a year");
  money.gone = MoneyEnd{Limit::kKey, 216'000, {}};
  CHECK(limit_text(money) == "$500.00 last until the keys stop");
  CHECK(other_limit_text(*money.gone) == "the last key has stopped after 2.500 d (extrapolated)");
  money.gone->is_later = true;
  CHECK(other_limit_text(*money.gone) ==
        "the last key has stopped after 2.500 d of a whole month (extrapolated)");
}

TEST_CASE("the last column of a tier says which limit is gone") {
  PlanTier row;
  CHECK(money_cell(row) == "-");
  row.cap = 500;
  CHECK(money_cell(row) == "$500.00");
  row.gone = MoneyEnd{Limit::kTierCap, 3600, 500.0};
  CHECK(money_cell(row) == "$500.00, 1.000 h");
  row.gone->after = 0;
  CHECK(money_cell(row) == "$500.00, gone already");
  row.cap = 50;
  row.gone = MoneyEnd{Limit::kCredit, 3600, 50.0};
  CHECK(money_cell(row) == "$50.00 credit, 1.000 h");
  row.gone = MoneyEnd{Limit::kKey, 3600, {}};
  CHECK(money_cell(row) == "key limits, 1.000 h");
}

TEST_CASE("credit that another limit is before has a line of its own") {
  PlanResult plan = capped();
  plan.money.time_to_cap.reset();
  plan.money.gone = MoneyEnd{Limit::kCredit, 3'456'000, 700.0};
  const std::string text = render_text(plan, {});
  CHECK(contains(text, "Month's cap  $500.00 last until the month ends"));
  CHECK(contains(text, "$700.00 gone after 40.00 d (extrapolated)"));
}
