#include "results/saved_run.hpp"

#include <array>
#include <map>

#include <fmt/format.h>

#include "results/json_value.hpp"
#include "results/run_result.hpp"

namespace sluice {
namespace {

using describe::Member;
using describe::Value;

// Values of one metric that exist, over the replications.
std::int64_t count_of(const RunResult& result, std::size_t row) {
  std::int64_t count = 0;
  for (const Replication& replication : result.replications) {
    count += replication.values[row].has_value() ? 1 : 0;
  }
  return count;
}

std::optional<double> number_at(const Value& object, std::string_view name) {
  const Value* value = object.find(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return double_of(*value);
}

// An estimate with its ends is one number.
std::optional<SavedMetric> estimate_of(const Value& object) {
  auto value = number_at(object, "value");
  if (!value) value = number_at(object, "mean");
  if (!value || object.find("low") == nullptr) return std::nullopt;
  SavedMetric metric;
  metric.value = *value;
  const auto low = number_at(object, "low");
  const auto high = number_at(object, "high");
  if (low && high) metric.interval = MetricInterval{*low, *high};
  return metric;
}

std::string text_of(const Value& object, std::string_view name) {
  const Value* value = object.find(name);
  return value != nullptr && value->is(Value::Kind::kString) ? value->as_string() : std::string();
}

// What an item of a list is called: a list may be longer next time, its names stay.
std::string name_of(const Value& item, std::size_t position) {
  constexpr std::array kNames = {"name", "metric", "tier", "model", "workload", "pointer", "limit"};
  if (item.is(Value::Kind::kObject)) {
    const std::string tier = text_of(item, "tier");
    const std::string group = text_of(item, "group");
    if (!tier.empty() && !group.empty()) return tier + "." + group;
    for (const char* const key : kNames) {
      if (const std::string text = text_of(item, key); !text.empty()) return text;
    }
    if (const Value* values = item.find("values");
        values != nullptr && values->is(Value::Kind::kArray)) {
      std::string text;
      for (const Value& value : values->items()) {
        if (!value.is(Value::Kind::kString)) return fmt::format("{}", position);
        text += (text.empty() ? "" : ",") + value.as_string();
      }
      if (!text.empty()) return text;
    }
  }
  return fmt::format("{}", position);
}

bool is_what_was_asked(std::string_view member) {
  return member == "scenario" || member == "effective_scenario";
}

class NumberWalk {
 public:
  std::vector<SavedMetric> numbers;

  void visit(const Value& value, const std::string& path) {
    if (value.is_number()) {
      add({.path = {}, .unit = {}, .value = double_of(value), .interval = {}}, path);
    } else if (value.is(Value::Kind::kArray)) {
      visit_list(value, path);
    } else if (value.is(Value::Kind::kObject)) {
      visit_object(value, path);
    }
  }

 private:
  void add(SavedMetric metric, const std::string& path) {
    metric.path = path;
    numbers.push_back(std::move(metric));
  }

  void visit_list(const Value& list, const std::string& path) {
    std::map<std::string, int> taken;
    for (std::size_t i = 0; i < list.items().size(); ++i) {
      const Value& item = list.items()[i];
      if (item.is_number()) continue;
      const std::string name = name_of(item, i);
      // Two of one name are two all the same.
      const int count = ++taken[name];
      visit(item, path + "." + (count == 1 ? name : fmt::format("{}#{}", name, count)));
    }
  }

  void visit_object(const Value& object, const std::string& path) {
    const auto estimate = estimate_of(object);
    if (estimate) add(*estimate, path);
    for (const Member& member : object.members()) {
      const bool is_of_estimate = estimate && (member.name == "value" || member.name == "mean" ||
                                               member.name == "low" || member.name == "high");
      if (is_of_estimate || member.name == "format_version") continue;
      // The scenario is what was asked for, and is told apart by its digest.
      if (path.empty() && is_what_was_asked(member.name)) continue;
      visit(member.value, path.empty() ? member.name : path + "." + member.name);
    }
  }
};

std::string_view verdict_of(const RunResult& result) {
  if (result.facts.load && !judge(*result.facts.load).ok) return "void";
  return name(result.binding.verdict);
}

}  // namespace

bool SavedRun::is_comparable_to(const SavedRun& other) const noexcept {
  return kind == other.kind || (is_run() && other.is_run());
}

std::string_view what_differs(const SavedRun& one, const SavedRun& other) noexcept {
  return one.seed == other.seed && !one.seed.empty() ? "scenario" : "scenario or seed";
}

bool SavedMetric::operator==(const SavedMetric& other) const noexcept {
  if (path != other.path || unit != other.unit || value != other.value) return false;
  if (mean_of != other.mean_of || interval.has_value() != other.interval.has_value()) return false;
  return !interval ||
         (interval->low == other.interval->low && interval->high == other.interval->high);
}

std::optional<Unit> unit_named(std::string_view wanted) noexcept {
  for (int i = 0; i <= static_cast<int>(Unit::kMoney); ++i) {
    const Unit unit = static_cast<Unit>(i);
    if (name(unit) == wanted) return unit;
  }
  return std::nullopt;
}

SavedRun run_of(const RunFacts& facts, std::string kind) {
  SavedRun run;
  run.kind = std::move(kind);
  run.scenario = facts.scenario_name;
  run.scenario_digest = facts.scenario_digest;
  run.catalog_date = facts.catalog_date;
  run.catalog_digest = facts.catalog_digest;
  run.tier = facts.tier;
  run.seed = fmt::format("{}", facts.seed);
  return run;
}

SavedRun saved_run(const RunResult& result) {
  SavedRun run = run_of(result.facts, result.facts.load ? "replay" : "simulate");
  run.replications = static_cast<std::int64_t>(result.replications.size());
  run.is_partial = result.partial();
  run.verdict = verdict_of(result);
  return run;
}

std::vector<SavedMetric> saved_metrics(const RunResult& result) {
  const MetricReader reader(result);
  std::vector<SavedMetric> metrics;
  for (std::size_t row = 0; row < reader.table().size(); ++row) {
    const Metric& metric = reader.table()[row];
    const auto value = metric.is_reported(result.facts) ? reader.at(row) : std::nullopt;
    if (!value) continue;
    const bool is_mean = metric.combine == Combine::kMean && value->interval.has_value();
    metrics.push_back({.path = metric.path(),
                       .unit = metric.unit,
                       .value = as_double(value->number),
                       .interval = value->interval,
                       .mean_of = is_mean ? count_of(result, row) : 0});
  }
  return metrics;
}

std::vector<SavedMetric> saved_metrics(const Value& report) {
  NumberWalk walk;
  walk.visit(report, "");
  return std::move(walk.numbers);
}

}  // namespace sluice
