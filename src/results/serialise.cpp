#include "results/serialise.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/calendar.hpp"
#include "base/check.hpp"
#include "describe/json.hpp"
#include "results/json_value.hpp"
#include "results/serialise_series.hpp"

namespace sluice {
namespace {

using describe::Value;

Value timed_texts(const std::vector<TimedText>& list) {
  Value array = Value::array();
  for (const TimedText& entry : list) {
    Value item = Value::object();
    item.set("at", seconds_of(entry.at)).set("text", entry.text);
    array.push(std::move(item));
  }
  return array;
}

// What a run that went over the wire was sent to, and how it ended.
void set_target(const LoadFacts& load, Value& identity) {
  identity.set("target", load.target)
      .set("speed", number_of(static_cast<double>(load.speed_permille) / 1000))
      .set("stopped", name(load.stopped))
      .set("stop_detail", load.stop_detail);
}

Value generator_of(const LoadFacts& load) {
  const LoadVerdict verdict = judge(load);
  Value value = Value::object();
  return value.set("verdict", name(verdict)).set("reason", verdict.reason);
}

Value identity_of(const RunResult& result) {
  const RunFacts& facts = result.facts;
  Value identity = Value::object();
  identity.set("scenario", facts.scenario_name)
      .set("scenario_digest", facts.scenario_digest)
      .set("catalog_date", facts.catalog_date)
      .set("catalog_digest", facts.catalog_digest)
      .set("tier", facts.tier)
      .set("version", facts.version)
      .set("seed", fmt::format("{}", facts.seed))  // 64 bits do not fit a JSON number everywhere
      .set("start", UnixTime{facts.start_unix_ns}.text())
      .set("duration", seconds_of(facts.duration))
      .set("counts_from", seconds_of(facts.counts_from))
      .set("partial", result.partial())
      .set("stopped_at", facts.stopped_at ? seconds_of(*facts.stopped_at) : Value())
      .set("latency_within", seconds_of(facts.latency_within))
      .set("ttft_within", seconds_of(facts.ttft_within))
      .set("guesses", texts_of(facts.guesses))
      .set("warnings", texts_of(facts.warnings));
  if (!facts.notes.empty()) identity.set("notes", texts_of(facts.notes));
  if (facts.load) set_target(*facts.load, identity);
  Value replications = Value::array();
  for (const Replication& replication : result.replications) {
    Value item = Value::object();
    item.set("number", replication.number)
        .set("events", static_cast<std::int64_t>(replication.events))
        .set("event_digest", replication.event_digest);
    replications.push(std::move(item));
  }
  identity.set("replications", std::move(replications));
  return identity;
}

// What was refused is a mean over the replications, like every count of a result.
Value binding_of(const RunResult& result) {
  const Binding& binding = result.binding;
  Value value = Value::object();
  if (!binding.main) {
    return value.set("limit", Value()).set("refused", 0).set("first_refused", Value());
  }
  const BindingLimit& limit = binding.limits[*binding.main];
  const std::size_t runs = std::max<std::size_t>(result.replications.size(), 1);
  return value.set("limit", limit.name)
      .set("refused", number_of(static_cast<double>(limit.refused) / static_cast<double>(runs)))
      .set("first_refused", seconds_of(limit.first_refused));
}

// Walks to the object in which the last segment of a path stands, making objects on the way.
Value& parent_of(Value& root, const std::vector<std::string>& segments) {
  Value* node = &root;
  for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
    if (node->find(segments[i]) == nullptr) node->set(segments[i], Value::object());
    node = node->find(segments[i]);
  }
  return *node;
}

void set_metrics(const RunResult& result, Intervals intervals, Value& root) {
  const MetricReader reader(result);
  Value bounds = Value::object();
  for (std::size_t row = 0; row < reader.table().size(); ++row) {
    const Metric& metric = reader.table()[row];
    if (!metric.is_reported(result.facts)) continue;
    const auto value = reader.at(row);
    parent_of(root, metric.segments).set(metric.segments.back(), to_value(value));
    if (!value || !value->interval) continue;
    Value interval = Value::object();
    interval.set("low", number_of(value->interval->low))
        .set("high", number_of(value->interval->high));
    bounds.set(metric.path(), std::move(interval));
  }
  if (intervals == Intervals::kIncluded) root.set("intervals", std::move(bounds));
}

Value ledger_of(const RunResult& result) {
  const Names& names = result.facts.names;
  Value array = Value::array();
  for (const Ledger::Line& line : result.measured.ledger.lines()) {
    Value usage = Value::object();
    usage.set("input_tokens", line.usage.input_tokens)
        .set("cache_creation_5m_input_tokens", line.usage.cache_creation_5m_input_tokens)
        .set("cache_creation_1h_input_tokens", line.usage.cache_creation_1h_input_tokens)
        .set("cache_read_input_tokens", line.usage.cache_read_input_tokens)
        .set("output_tokens", line.usage.output_tokens);
    Value cost;
    if (line.account.priced) {
      cost = Value::object();
      const CostBreakdown breakdown = line.cost();
      for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
        cost.set(name(static_cast<CostCategory>(i)), dollars_of(breakdown.by_category[i]));
      }
    }
    Value item = Value::object();
    item.set("workload", names.workloads.at(index(line.account.workload)))
        .set("workspace", names.workspaces.at(index(line.account.workspace)))
        .set("key", names.keys.at(index(line.account.key)))
        .set("model", names.models.at(index(line.account.model)))
        .set("batch", line.account.batch)
        .set("responses", line.responses)
        .set("usage", std::move(usage))
        .set("cost", std::move(cost));
    array.push(std::move(item));
  }
  return array;
}

// As the scenario's own bytes have it; null where nobody said what was run.
Value scenario_of(const RunFacts& facts) {
  if (facts.effective_scenario.empty()) return Value();
  auto scenario = describe::parse_json(facts.effective_scenario, "scenario");
  SLUICE_CHECK(scenario.has_value());
  return std::move(*scenario);
}

}  // namespace

Value to_value(const std::optional<MetricValue>& value) {
  return value ? Value::decimal(decimal_text(value->number)) : Value();
}

Value to_value(const RunResult& result, Intervals intervals) {
  Value root = Value::object();
  root.set("format", "sluice-result")
      .set("format_version", 1)
      .set("verdict", name(result.binding.verdict))
      .set("binding", binding_of(result))
      .set("identity", identity_of(result))
      .set("scenario", scenario_of(result.facts));
  if (result.facts.load) root.set("generator", generator_of(*result.facts.load));
  set_metrics(result, intervals, root);
  root.set("ledger", ledger_of(result))
      .set("happened", timed_texts(result.facts.happened))
      .set("alerts", timed_texts(result.facts.spend.alerts))
      .set("distributions", distributions_value(result))
      .set("series", series_value(result));
  // What somebody asks of a result is no part of it, and its words name intervals.
  if (intervals == Intervals::kIncluded && !result.expectations.empty()) {
    root.set("expectations", to_value(result.expectations));
  }
  return root;
}

Value to_value(const RunResult& result) { return to_value(result, Intervals::kIncluded); }

}  // namespace sluice
