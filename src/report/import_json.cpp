#include "report/import_json.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/in_seconds.hpp"
#include "describe/json.hpp"
#include "results/json_value.hpp"

namespace sluice {
namespace {

using describe::Value;

constexpr int kImportDigits = 9;

Value import_number(double number) { return Value::rounded(number, kImportDigits); }
Value import_number(const std::optional<double>& number) {
  return number ? import_number(*number) : Value();
}

template <class T, class Make>
Value array_of(const std::vector<T>& items, Make make) {
  Value array = Value::array();
  for (const T& item : items) array.push(make(item));
  return array;
}

Value tokens_of(const Usage& usage) {
  Value value = Value::object();
  value.set("prompt", usage.prompt_tokens())
      .set("input", usage.input_tokens)
      .set("cache_write_5m", usage.cache_creation_5m_input_tokens)
      .set("cache_write_1h", usage.cache_creation_1h_input_tokens)
      .set("cache_read", usage.cache_read_input_tokens)
      .set("output", usage.output_tokens);
  return value;
}

Value size_of(std::int64_t p50, std::int64_t p95) {
  Value value = Value::object();
  value.set("p50", p50).set("p95", p95);
  return value;
}

Value workload_of(const ImportedWorkload& one) {
  Value value = Value::object();
  value.set("name", one.name)
      .set("model", one.model)
      .set("sizes_for", one.sizes_for.empty() ? Value() : Value(one.sizes_for))
      .set("log_names", texts_of(one.log_names))
      .set("trace", one.trace.empty() ? Value() : Value(one.trace))
      .set("calls", one.calls)
      .set("tokens", tokens_of(one.tokens))
      .set("prompt", size_of(one.prompt_p50, one.prompt_p95))
      .set("output", size_of(one.output_p50, one.output_p95));
  return value;
}

Value spent_of(const SpentOn& one) {
  Value value = Value::object();
  value.set("name", one.name)
      .set("calls", one.calls)
      .set("unpriced", one.unpriced)
      .set("tokens", tokens_of(one.tokens))
      .set("cost", one.unpriced == one.calls ? Value() : dollars_of(one.cost));
  return value;
}

// null: nothing of these calls has a price.
Value otherwise_of(const std::vector<SpentOtherwise>& all, std::int64_t calls) {
  return array_of(all, [&](const SpentOtherwise& one) {
    Value value = Value::object();
    value.set("name", one.name)
        .set("cost", one.unpriced == calls ? Value() : dollars_of(one.cost))
        .set("unpriced", one.unpriced);
    return value;
  });
}

Value cost_of(const std::optional<CostSoFar>& cost) {
  if (!cost) return {};
  Value categories = Value::object();
  for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
    categories.set(name(static_cast<CostCategory>(i)),
                   dollars_of(cost->by_category.by_category[i]));
  }
  Value searches = Value::object();
  searches.set("count", cost->web_searches).set("cost", dollars_of(cost->web_search_cost));
  Value value = Value::object();
  const bool has_price = cost->unpriced < cost->calls;
  const bool has_today = cost->calls_today > 0;
  value.set("calls", cost->calls)
      .set("total", has_price ? dollars_of(cost->total) : Value())
      .set("unpriced", cost->unpriced)
      .set("by_category", std::move(categories))
      .set("web_searches", std::move(searches))
      .set("by_model", array_of(cost->by_model, spent_of))
      .set("by_day", array_of(cost->by_day, spent_of))
      .set("dearest_month", dollars_of(cost->dearest_month))
      .set("at_prices_of", cost->prices_from)
      .set("calls_today", cost->calls_today)
      .set("today", has_today ? dollars_of(cost->today) : Value())
      .set("on_models", otherwise_of(cost->on_models, has_today ? cost->calls_today : cost->calls))
      .set("with_ttls", otherwise_of(cost->with_ttls, cost->calls_today));
  return value;
}

Value tier_of(const TierFit& one) {
  Value value = Value::object();
  value.set("tier", one.tier)
      .set("unavailable", one.unavailable.empty() ? Value() : Value(one.unavailable))
      .set("rate_limited_share", import_number(one.rate_limited_share))
      .set("binding_limit", one.binding_limit)
      .set("peak_use", import_number(one.peak_use))
      .set("monthly_cap", dollars_of(one.monthly_cap))
      .set("cap_reached", one.cap_judged ? Value(one.cap_reached) : Value())
      .set("fits", one.fits() ? Value(*one.fits()) : Value());
  return value;
}

Value part_of(const FittedPart& part) {
  Value value = Value::object();
  value.set("workload", part.workload)
      .set("what", part.what)
      .set("chosen", part.chosen)
      .set("quality", part.quality);
  return value;
}

Value pair_of(double trace, double fit, const std::optional<double>& half,
              const std::optional<double>& difference) {
  Value value = Value::object();
  value.set("trace", import_number(trace))
      .set("fit", import_number(fit))
      .set("fit_half_interval", import_number(half))
      .set("difference", import_number(difference));
  return value;
}

Value check_of(const FitCheck& check) {
  Value value = Value::object();
  value.set("tier", check.tier)
      .set("limits_factor", import_number(check.limits_factor))
      .set("rate_limited_share", pair_of(check.rate_limited_trace, check.rate_limited_fit,
                                         check.rate_limited_half, check.rate_limited_difference()))
      .set("rate_limited_scatter", import_number(check.rate_limited_scatter))
      .set("cost",
           pair_of(check.cost_trace, check.cost_fit, check.cost_half, check.cost_difference()));
  return value;
}

Value fit_of(const std::optional<FitReport>& fit) {
  if (!fit) return {};
  Value value = Value::object();
  value.set("parts", array_of(fit->parts, part_of))
      .set("replications", fit->replications)
      .set("checks", array_of(fit->checks, check_of))
      .set("notes", texts_of(fit->notes));
  return value;
}

Value cache_of(const std::optional<CacheMatch>& cache) {
  if (!cache) return {};
  Value value = Value::object();
  value.set("read_share_in_log", import_number(cache->in_log))
      .set("read_share_simulated", import_number(cache->simulated));
  return value;
}

Value rows_of(const ImportResult& result) {
  Value value = Value::object();
  value.set("good", result.rows)
      .set("bad", result.bad_rows)
      .set("duplicates", result.duplicates)
      .set("not_calls", result.not_calls)
      .set("failed_calls", result.failed_calls);
  return value;
}

}  // namespace

std::string render_json(const ImportResult& result) {
  Value value = Value::object();
  value.set("format", "sluice-import")
      .set("format_version", 1)
      .set("scenario", result.scenario)
      .set("log_format", result.format)
      .set("files", result.files)
      .set("files_left_aside", result.left_aside)
      .set("rows", rows_of(result))
      .set("calls", result.calls)
      .set("from", result.from.empty() ? Value() : Value(result.from))
      .set("until", result.until.empty() ? Value() : Value(result.until))
      .set("span", import_number(in_seconds(result.span)))
      .set("tier", result.tier)
      .set("workloads", array_of(result.workloads, workload_of))
      .set("cache", cache_of(result.cache))
      .set("cost", cost_of(result.cost))
      .set("tiers", array_of(result.tiers, tier_of))
      .set("fit", fit_of(result.fit))
      .set("notes", texts_of(result.notes));
  return describe::to_json(value);
}

}  // namespace sluice
