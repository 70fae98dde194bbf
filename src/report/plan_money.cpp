#include "report/plan_money.hpp"

#include <fmt/format.h>

#include "report/plan_words.hpp"

namespace sluice {
namespace {

// "the tier's $500.00 a month"; and whether it takes a plural.
struct LimitWords {
  std::string text;
  bool is_plural = true;
};

LimitWords words_of_limit(MoneyLimit limit, double dollars) {
  const std::string amount = dollars_text(dollars);
  if (limit == MoneyLimit::kCredit) return {"the prepaid credit of " + amount, false};
  if (limit == MoneyLimit::kTierCap) return {"the tier's " + amount + " a month"};
  return {"the organization's own " + amount + " a month"};
}

// What 30 days of today's traffic would cost if nothing stopped it.
std::optional<double> wanted_of(const PlanMoney& money) {
  const auto& month = money.is_stopped ? money.wanted : money.month;
  return month && month->value > 0 ? std::optional(month->value) : std::nullopt;
}

bool is_held_to_budget(const PlanRate& rate) {
  return !rate.broken.empty() && rate.broken.front().path == "cost.per_month";
}

}  // namespace

std::string gone_words(const MoneyEnd& end) {
  if (!end.dollars) return "all keys have stopped at limits or alerts of their own";
  const LimitWords words = words_of_limit(end.limit, *end.dollars);
  return words.text + (words.is_plural ? " are gone" : " is gone");
}

std::string money_cell(const PlanTier& row) {
  std::string text = row.cap ? dollars_text(*row.cap) : "-";
  if (!row.gone) return text;
  if (!row.gone->dollars) {
    text = "key limits";
  } else if (row.gone->limit == MoneyLimit::kCredit) {
    text += " credit";
  }
  return text + (row.gone->after > 0 ? ", " + seconds_text(row.gone->after) : ", gone already");
}

std::string limit_text(const PlanMoney& money) {
  const bool is_credit = money.limit == MoneyLimit::kCredit;
  const std::string cap =
      dollars_text(*money.cap) + (is_own(money.limit) ? ", the organization's own," : "");
  if (money.time_to_cap) {
    return fmt::format("{} gone after {} ({})", cap,
                       range_text(*money.time_to_cap, 1, Unit::kDuration),
                       money.cap_was_reached ? "simulated" : "extrapolated");
  }
  if (is_credit && money.gone && money.gone->limit == MoneyLimit::kCredit) {
    return other_limit_text(*money.gone);
  }
  if (is_credit && money.gone) return cap + " last until the keys stop";
  return cap + (is_credit ? " last for a year" : " last until the month ends");
}

std::string other_limit_text(const MoneyEnd& gone) {
  std::string after = seconds_text(gone.after);
  if (gone.is_later && !is_for_good(gone.limit)) after += " of a whole month";
  if (!gone.dollars) {
    return fmt::format("the last key has stopped after {} (extrapolated)", after);
  }
  return fmt::format("{} gone after {} (extrapolated)", dollars_text(*gone.dollars), after);
}

bool is_kept_by_stop(const PlanMoney& money) {
  if (!money.budget || !money.month || money.month->value > *money.budget) return false;
  const auto wanted = wanted_of(money);
  return money.is_stopped && !(wanted && *wanted <= *money.budget);
}

std::string budget_text(const PlanMoney& money) {
  if (money.month->value > *money.budget) return "exceeded";
  return is_kept_by_stop(money) ? "kept, as spending stops before" : "kept";
}

std::string rate_basis(const PlanResult& plan) {
  const PlanMoney& money = plan.money;
  if (!plan.rate.per_minute) return "";
  const bool is_to_budget = is_held_to_budget(plan.rate);
  if (money.is_held_by_keys) {
    return std::string(is_to_budget ? "held to the budget" : "by rate limits alone") +
           ", limits of keys left out";
  }
  if (!money.cap) return "";
  const LimitWords limit = words_of_limit(money.limit, *money.cap);
  if (is_to_budget) {
    if (!is_kept_by_stop(money)) return "";
    return fmt::format(
        "held to the budget of {} as if no limit stopped the month before; today's {} keeps it "
        "only because {} {} gone first",
        dollars_text(*money.budget), rate_text({plan.rate.today, {}}), limit.text,
        limit.is_plural ? "are" : "is");
  }
  const auto wanted = wanted_of(money);
  if (!wanted) return money.is_stopped ? "by rate limits alone, spending limits left out" : "";
  const double lasting = plan.rate.today * *money.cap / *wanted;
  if (plan.rate.per_minute->value <= lasting) return "";
  return fmt::format("by rate limits alone: {} {} 30 days at about {}", limit.text,
                     limit.is_plural ? "last" : "lasts", rate_text({lasting, {}}));
}

}  // namespace sluice
