#include "results/expectation_check.hpp"

#include <utility>

#include "results/serialise.hpp"

namespace sluice {
namespace {

using describe::Value;

Value interval_of(const std::optional<MetricValue>& value) {
  if (!value || !value->interval) return Value();
  const auto number = [](double end) { return Value::decimal(decimal_text(MetricNumber(end))); };
  Value interval = Value::object();
  return interval.set("low", number(value->interval->low))
      .set("high", number(value->interval->high));
}

Value to_value(const TermCheck& term) {
  Value value = Value::object();
  return value.set("metric", term.path)
      .set("comparison", term.comparison)
      .set("bound", term.bound)
      .set("value", to_value(term.value))
      .set("unit", term.value ? Value(name(term.value->unit)) : Value())
      .set("interval", interval_of(term.value))
      .set("holds", term.holds);
}

}  // namespace

Value to_value(const std::vector<ExpectationCheck>& checks) {
  Value array = Value::array();
  for (const ExpectationCheck& check : checks) {
    Value terms = Value::array();
    for (const TermCheck& term : check.terms) terms.push(to_value(term));
    Value item = Value::object();
    item.set("text", check.text)
        .set("from", check.is_failure ? "--fail-if" : "expect")
        .set("met", check.is_met())
        .set("message", check.message)
        .set("terms", std::move(terms));
    array.push(std::move(item));
  }
  return array;
}

}  // namespace sluice
