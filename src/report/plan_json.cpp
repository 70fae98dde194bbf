#include "report/plan_json.hpp"

#include <utility>

#include "describe/json.hpp"
#include "report/plan_money.hpp"
#include "report/plan_words.hpp"
#include "report/scenario_json.hpp"
#include "results/json_value.hpp"

namespace sluice {
namespace {

using describe::Value;

constexpr int kPlanDigits = 9;

Value plan_value(double value) { return Value::rounded(value, kPlanDigits); }
Value plan_value(const std::optional<double>& value) {
  return value ? plan_value(*value) : Value();
}

Value estimate(const PlanNumber& number) {
  Value value = Value::object();
  value.set("value", plan_value(number.value));
  value.set("low", number.interval ? plan_value(number.interval->low) : Value());
  value.set("high", number.interval ? plan_value(number.interval->high) : Value());
  return value;
}
Value estimate(const std::optional<PlanNumber>& number) {
  return number ? estimate(*number) : Value();
}

template <class Items, class Make>
Value plan_list(const Items& items, Make make) {
  Value value = Value::array();
  for (const auto& item : items) value.push(make(item));
  return value;
}

Value demand_of(const PlanDemand& demand) {
  Value value = Value::object();
  value.set("metric", demand.path)
      .set("unit", name(demand.unit))
      .set("bound", plan_value(demand.bound))
      .set("is_least", demand.is_least)
      .set("is_default", demand.is_default)
      .set("today", estimate(demand.value))
      .set("standing", name(demand.standing));
  return value;
}

Value binding_of(const std::optional<PlanBinding>& binding) {
  if (!binding) return Value();
  Value value = Value::object();
  value.set("limit", binding->limit)
      .set("first_refused", plan_value(binding->first_refused))
      .set("headroom", plan_value(1 - binding->peak_minute));
  return value;
}

Value limit_of(const PlanLimit& limit) {
  Value value = Value::object();
  value.set("limit", limit.limit)
      .set("first_refused", plan_value(limit.first_refused))
      .set("refused_share", plan_value(limit.refused_share))
      .set("peak_minute", plan_value(limit.peak_minute));
  return value;
}

Value plan_tier(const PlanTier& tier) {
  Value value = Value::object();
  value.set("tier", tier.tier)
      .set("group", tier.group)
      .set("is_current", tier.is_current)
      .set("fits", tier.fits)
      .set("requests", tier.requests)
      .set("binding", binding_of(tier.binding))
      .set("rate_limited_share", plan_value(tier.rate_limited_share))
      .set("latency_p95", plan_value(tier.latency_p95))
      .set("cap", plan_value(tier.cap))
      .set("cap_lasts", tier.gone ? plan_value(tier.gone->after) : Value())
      .set("gone_by", tier.gone ? Value(name(tier.gone->limit)) : Value());
  return value;
}

Value impossible_of(const std::optional<PlanImpossible>& impossible) {
  if (!impossible) return Value();
  Value value = Value::object();
  value.set("per_minute", plan_value(impossible->per_minute))
      .set("demands", plan_list(impossible->demands, demand_of))
      .set("causes", texts_of(impossible->causes));
  return value;
}

Value rate_of(const PlanRate& rate, const std::string& basis) {
  const auto broken = [](const PlanBroken& one) {
    Value value = Value::object();
    value.set("metric", one.path).set("runs", one.runs);
    return value;
  };
  Value value = Value::object();
  value.set("today_per_minute", plan_value(rate.today))
      .set("factor", estimate(rate.factor))
      .set("per_minute", estimate(rate.per_minute))
      .set("is_cut_at_limit", rate.is_cut_at_limit)
      .set("is_lower_bound", rate.is_lower_bound)
      .set("basis", basis)
      .set("impossible", impossible_of(rate.impossible))
      .set("closed_form_factor", plan_value(rate.closed_form))
      .set("closed_form_limit", rate.closed_form_limit)
      .set("closed_form_is_exact", rate.closed_form_is_exact)
      .set("broken_above", plan_list(rate.broken, broken))
      .set("scatter", texts_of(rate.scatter))
      .set("runs", rate.runs)
      .set("run_length", plan_value(rate.run_length));
  return value;
}

Value lever_of(const PlanLever& lever) {
  Value value = Value::object();
  value.set("name", lever.name)
      .set("detail", lever.detail)
      .set("factor", estimate(lever.factor))
      .set("gain", estimate(lever.gain))
      .set("cost_change", plan_value(lever.cost));
  return value;
}

Value assumption_of(const PlanAssumption& assumption) {
  Value value = Value::object();
  value.set("name", assumption.name)
      .set("change", assumption.change)
      .set("effect", estimate(assumption.effect))
      .set("is_guess", assumption.is_guess);
  return value;
}

Value first_refusal_of(const PlanFirstRefusal& first) {
  Value value = Value::object();
  value.set("runs", first.runs)
      .set("runs_refused", first.runs_refused)
      .set("median", estimate(first.median))
      .set("earliest", plan_value(first.earliest));
  return value;
}

Value money_of(const PlanMoney& money) {
  Value value = Value::object();
  value.set("month", estimate(money.month))
      .set("month_is_stopped", money.is_stopped)
      .set("month_wanted", estimate(money.wanted))
      .set("per_success", estimate(money.per_success))
      .set("budget", plan_value(money.budget))
      .set("cap", plan_value(money.cap))
      .set("cap_is_own", is_own(money.limit))
      .set("limit", money.cap ? Value(name(money.limit)) : Value())
      .set("time_to_cap", estimate(money.time_to_cap))
      .set("cap_was_reached", money.cap_was_reached)
      .set("gone_after", money.gone ? plan_value(money.gone->after) : Value())
      .set("gone_by", money.gone ? Value(name(money.gone->limit)) : Value());
  return value;
}

}  // namespace

std::string render_json(const PlanResult& plan) {
  Value value = Value::object();
  value.set("format", "sluice-plan")
      .set("format_version", 1)
      .set("scenario", plan.scenario)
      .set("scenario_digest", plan.scenario_digest)
      .set("catalog_date", plan.catalog_date)
      .set("version", plan.version)
      .set("seed", std::to_string(plan.seed))
      .set("tier", plan.tier)
      .set("duration", plan_value(plan.duration))
      .set("runs", plan.runs)
      .set("simulations", plan.trials)
      .set("verdict", name(plan.verdict))
      .set("words", verdict_words(plan) + " " + verdict_sentence(plan))
      .set("demands", plan_list(plan.demands, demand_of))
      .set("binding", binding_of(plan.binding))
      .set("limits", plan_list(plan.limits, limit_of))
      .set("rate_limited_share", plan_value(plan.rate_limited_share))
      .set("tiers", plan_list(plan.tiers, plan_tier))
      .set("rate", rate_of(plan.rate, rate_basis(plan)))
      .set("levers", plan_list(plan.levers, lever_of))
      .set("levers_left_out", texts_of(plan.levers_left_out))
      .set("first_refusal", first_refusal_of(plan.first_refusal))
      .set("money", money_of(plan.money))
      .set("assumptions", plan_list(plan.assumptions, assumption_of))
      .set("guesses", texts_of(plan.guesses))
      .set("notes", texts_of(plan.notes))
      .set("effective_scenario", scenario_value(plan.effective_scenario));
  return describe::to_json(value);
}

}  // namespace sluice
