#include "report/compare_json.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include "describe/json.hpp"
#include "report/compare_words.hpp"
#include "report/scenario_json.hpp"

namespace sluice {
namespace {

using describe::Value;

constexpr int kCompareDigits = 12;

Value rounded(double number) { return Value::rounded(number, kCompareDigits); }
Value rounded(const std::optional<double>& number) { return number ? rounded(*number) : Value(); }

template <class T>
Value array_of(const std::vector<T>& items) {
  Value array = Value::array();
  for (const T& item : items) array.push(Value(item));
  return array;
}

Value position_of(const std::optional<std::size_t>& position) {
  return position ? Value(*position) : Value();
}

Value figure_of(const ComparedFigure& figure) {
  Value value = Value::object();
  value.set("value", rounded(figure.value))
      .set("low", figure.interval ? rounded(figure.interval->low) : Value())
      .set("high", figure.interval ? rounded(figure.interval->high) : Value());
  return value;
}

Value figures_of(const ComparedRow& row) {
  Value value = Value::object();
  for (const MeasureInfo& info : compared_measures()) {
    const auto& figure = row.figure(info.measure);
    value.set(info.name, figure ? figure_of(*figure) : Value());
  }
  return value;
}

Value differences_of(const ComparedRow& row) {
  Value value = Value::object();
  for (const MeasureInfo& info : compared_measures()) {
    const auto& difference = row.difference(info.measure);
    if (!difference) {
      value.set(info.name, Value());
      continue;
    }
    Value one = figure_of(difference->figure);
    one.set("variance_reduction", rounded(difference->variance_reduction));
    value.set(info.name, std::move(one));
  }
  return value;
}

Value missed_of(const ComparedRow& row) {
  Value missed = Value::array();
  for (const MissedRequirement& one : row.missed) {
    Value value = Value::object();
    value.set("requirement", one.requirement).set("value", rounded(one.value));
    missed.push(std::move(value));
  }
  return missed;
}

Value compared_row(const ComparedRow& row) {
  Value value = Value::object();
  const auto& tier = row.tier_needed;
  value.set("kind", name(row.kind))
      .set("name", row.name)
      .set("models", array_of(row.models))
      .set("change", row.change)
      .set("tier", row.tier)
      .set("reference", row.reference)
      .set("unavailable", row.unavailable)
      .set("unpriced", row.is_unpriced)
      .set("changes_nothing", row.changes_nothing)
      .set("month_is_stopped", row.month_is_stopped)
      .set("month_wanted", rounded(row.month_wanted))
      .set("month_stops_after", rounded(row.month_stops_after))
      .set("month_limit_is_own", row.month_limit && is_own(*row.month_limit))
      .set("month_limit", row.month_limit ? Value(name(*row.month_limit)) : Value())
      .set("token_ratio", rounded(row.token_ratio))
      .set("keeps_all", row.keeps_all())
      .set("missed", missed_of(row))
      .set("tier_needed", tier ? Value(tier->tier) : Value())
      .set("tier_month_cap", tier ? rounded(tier->month_cap) : Value())
      .set("figures", figures_of(row))
      .set("differences", differences_of(row));
  return value;
}

Value requirement_of(const ComparedRequirement& requirement) {
  Value value = Value::object();
  value.set("metric", requirement.path)
      .set("bound_is", requirement.is_least ? "least" : "most")
      .set("bound", rounded(requirement.bound))
      .set("unit", name(requirement.unit))
      .set("default", requirement.is_default);
  return value;
}

Value break_even_of(const BreakEven& one) {
  Value value = Value::object();
  value.set("model", one.model)
      .set("reads_per_write_5m", rounded(one.reads_per_write_5m))
      .set("reads_per_write_1h", rounded(one.reads_per_write_1h))
      .set("extra_reads_1h", rounded(one.extra_reads_1h))
      .set("uses_per_minute_5m", rounded(one.rate_5m))
      .set("uses_per_minute_1h", rounded(one.rate_1h))
      .set("uses_per_minute_1h_over_5m", rounded(one.rate_1h_over_5m))
      .set("batch_factor", rounded(one.batch_factor))
      .set("batch_until_read_share", rounded(one.batch_until_read_share));
  return value;
}

Value prefix_of(const PrefixSide& side) {
  Value value = Value::object();
  value.set("workload", side.workload)
      .set("model", side.model)
      .set("prefix_tokens", side.prefix_tokens)
      .set("minimum_tokens", side.minimum_tokens)
      .set("uses_per_minute", rounded(side.uses_per_minute))
      .set("best", side.best)
      .set("today", side.today);
  return value;
}

Value advice_of(const MixAdvice& advice, const ModelComparison& comparison) {
  Value shares = Value::array();
  for (const MixShare& share : advice.shares) {
    Value value = Value::object();
    value.set("model", share.model)
        .set("share", rounded(share.share))
        .set("quality", rounded(share.quality));
    shares.push(std::move(value));
  }
  Value value = Value::object();
  value.set("min_quality", rounded(advice.min_quality))
      .set("max_latency_p95", rounded(advice.max_latency_p95))
      .set("verdict", name(advice.verdict))
      .set("words", words_of(advice, comparison))
      .set("shares", std::move(shares))
      .set("cost_expected", rounded(advice.cost_expected))
      .set("quality", rounded(advice.quality))
      .set("row", position_of(advice.row))
      .set("best_quality", rounded(advice.best_quality))
      .set("best_within", rounded(advice.best_within));
  return value;
}

template <class T, class Make>
Value array_by(const std::vector<T>& items, Make make) {
  Value array = Value::array();
  for (const T& item : items) array.push(make(item));
  return array;
}

Value sensitivity_value(const ModelComparison& comparison) {
  Value value = Value::object();
  value.set("assumption", name(comparison.sensitivity.assumption))
      .set("factor", rounded(comparison.sensitivity.factor))
      .set("rival", position_of(comparison.sensitivity.rival))
      .set("words", sensitivity_of(comparison));
  return value;
}

}  // namespace

std::string render_json(const ModelComparison& c) {
  Value value = Value::object();
  value.set("format", "sluice-comparison")
      .set("format_version", 1)
      .set("scenario", c.scenario)
      .set("scenario_digest", c.scenario_digest)
      .set("catalog_date", c.catalog_date)
      .set("catalog_digest", c.catalog_digest)
      .set("version", c.version)
      .set("seed", std::to_string(c.seed))
      .set("tier", c.tier)
      .set("replications", c.replications)
      .set("duration", rounded(c.duration))
      .set("verdict", verdict_of(c))
      .set("recommended", position_of(c.recommended))
      .set("elsewhere", position_of(c.elsewhere))
      .set("next", position_of(c.next))
      .set("sensitivity", sensitivity_value(c))
      .set("assumptions", array_of(assumptions_of(c)))
      .set("requirements", array_by(c.requirements, requirement_of))
      .set("today", c.today)
      .set("rows", array_by(c.rows, compared_row))
      .set("break_evens", array_by(c.break_evens, break_even_of))
      .set("prefixes", array_by(c.prefixes, prefix_of))
      .set("cheapest_mix", c.advice ? advice_of(*c.advice, c) : Value())
      .set("effective_scenario", scenario_value(c.effective_scenario));
  return describe::to_json(value);
}

}  // namespace sluice
