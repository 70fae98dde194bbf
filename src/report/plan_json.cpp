#include "report/plan_json.hpp"

#include <utility>

#include "describe/json.hpp"
#include "report/plan_words.hpp"
#include "report/scenario_json.hpp"

namespace sluice {
namespace {

using describe::Value;

constexpr int kPlanDigits = 9;

Value number(double value) { return Value::rounded(value, kPlanDigits); }
Value number(const std::optional<double>& value) { return value ? number(*value) : Value(); }

Value estimate(const PlanNumber& number_of) {
  Value value = Value::object();
  value.set("value", number(number_of.value));
  value.set("low", number_of.interval ? number(number_of.interval->low) : Value());
  value.set("high", number_of.interval ? number(number_of.interval->high) : Value());
  return value;
}
Value estimate(const std::optional<PlanNumber>& number_of) {
  return number_of ? estimate(*number_of) : Value();
}

Value texts(const std::vector<std::string>& all) {
  Value value = Value::array();
  for (const std::string& text : all) value.push(text);
  return value;
}

template <class Items, class Make>
Value list_of(const Items& items, Make make) {
  Value value = Value::array();
  for (const auto& item : items) value.push(make(item));
  return value;
}

Value demand_of(const PlanDemand& demand) {
  Value value = Value::object();
  value.set("metric", demand.path)
      .set("unit", name(demand.unit))
      .set("bound", number(demand.bound))
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
      .set("first_refused", number(binding->first_refused))
      .set("headroom", number(1 - binding->peak_minute));
  return value;
}

Value limit_of(const PlanLimit& limit) {
  Value value = Value::object();
  value.set("limit", limit.limit)
      .set("first_refused", number(limit.first_refused))
      .set("refused_share", number(limit.refused_share))
      .set("peak_minute", number(limit.peak_minute));
  return value;
}

Value tier_of(const PlanTier& tier) {
  Value value = Value::object();
  value.set("tier", tier.tier)
      .set("group", tier.group)
      .set("is_current", tier.is_current)
      .set("fits", tier.fits)
      .set("requests", tier.requests)
      .set("binding", binding_of(tier.binding))
      .set("rate_limited_share", number(tier.rate_limited_share))
      .set("latency_p95", number(tier.latency_p95))
      .set("cap", number(tier.cap))
      .set("cap_lasts", number(tier.cap_lasts));
  return value;
}

Value impossible_of(const std::optional<PlanImpossible>& impossible) {
  if (!impossible) return Value();
  Value value = Value::object();
  value.set("per_minute", number(impossible->per_minute))
      .set("demands", list_of(impossible->demands, demand_of))
      .set("causes", texts(impossible->causes));
  return value;
}

Value rate_of(const PlanRate& rate) {
  const auto broken = [](const PlanBroken& one) {
    Value value = Value::object();
    value.set("metric", one.path).set("runs", one.runs);
    return value;
  };
  Value value = Value::object();
  value.set("today_per_minute", number(rate.today))
      .set("factor", estimate(rate.factor))
      .set("per_minute", estimate(rate.per_minute))
      .set("is_cut_at_limit", rate.is_cut_at_limit)
      .set("is_lower_bound", rate.is_lower_bound)
      .set("impossible", impossible_of(rate.impossible))
      .set("closed_form_factor", number(rate.closed_form))
      .set("closed_form_limit", rate.closed_form_limit)
      .set("closed_form_is_exact", rate.closed_form_is_exact)
      .set("broken_above", list_of(rate.broken, broken))
      .set("scatter", texts(rate.scatter))
      .set("runs", rate.runs)
      .set("run_length", number(rate.run_length));
  return value;
}

Value lever_of(const PlanLever& lever) {
  Value value = Value::object();
  value.set("name", lever.name)
      .set("detail", lever.detail)
      .set("factor", estimate(lever.factor))
      .set("gain", estimate(lever.gain))
      .set("cost_change", number(lever.cost));
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
      .set("earliest", number(first.earliest));
  return value;
}

Value money_of(const PlanMoney& money) {
  Value value = Value::object();
  value.set("month", estimate(money.month))
      .set("month_is_stopped", money.is_stopped)
      .set("month_wanted", estimate(money.wanted))
      .set("per_success", estimate(money.per_success))
      .set("budget", number(money.budget))
      .set("cap", number(money.cap))
      .set("cap_is_own", money.cap_is_own)
      .set("time_to_cap", estimate(money.time_to_cap))
      .set("cap_was_reached", money.cap_was_reached);
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
      .set("duration", number(plan.duration))
      .set("runs", plan.runs)
      .set("simulations", plan.trials)
      .set("verdict", name(plan.verdict))
      .set("words", verdict_words(plan) + " " + verdict_sentence(plan))
      .set("demands", list_of(plan.demands, demand_of))
      .set("binding", binding_of(plan.binding))
      .set("limits", list_of(plan.limits, limit_of))
      .set("rate_limited_share", number(plan.rate_limited_share))
      .set("tiers", list_of(plan.tiers, tier_of))
      .set("rate", rate_of(plan.rate))
      .set("levers", list_of(plan.levers, lever_of))
      .set("levers_left_out", texts(plan.levers_left_out))
      .set("first_refusal", first_refusal_of(plan.first_refusal))
      .set("money", money_of(plan.money))
      .set("assumptions", list_of(plan.assumptions, assumption_of))
      .set("guesses", texts(plan.guesses))
      .set("notes", texts(plan.notes))
      .set("effective_scenario", scenario_value(plan.effective_scenario));
  return describe::to_json(value);
}

}  // namespace sluice
