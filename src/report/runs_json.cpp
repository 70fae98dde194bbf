#include "report/runs_json.hpp"

#include <utility>

#include "describe/json.hpp"
#include "results/json_value.hpp"

namespace sluice {
namespace {

using describe::Value;

Value unit_of(const std::optional<Unit>& unit) { return unit ? Value(name(*unit)) : Value(); }

Value head(std::string_view format) {
  Value value = Value::object();
  value.set("format", format).set("format_version", 1);
  return value;
}

Value run_of(const SavedRun& run) {
  Value value = Value::object();
  value.set("id", run.id)
      .set("saved_at", run.saved_at.text())
      .set("kind", run.kind)
      .set("scenario", run.scenario)
      .set("scenario_digest", run.scenario_digest)
      .set("catalog_date", run.catalog_date)
      .set("catalog_digest", run.catalog_digest)
      .set("tier", run.tier)
      .set("seed", run.seed)
      .set("version", run.version)
      .set("replications", run.replications)
      .set("partial", run.is_partial)
      .set("verdict", run.verdict)
      .set("digest", run.digest);
  return value;
}

Value runs_of(const std::vector<SavedRun>& runs) {
  Value list = Value::array();
  for (const SavedRun& run : runs) list.push(run_of(run));
  return list;
}

Value metric_of(const std::optional<SavedMetric>& metric) {
  if (!metric) return Value();
  const auto& interval = metric->interval;
  Value value = Value::object();
  value.set("value", number_of(metric->value))
      .set("low", interval ? number_of(interval->low) : Value())
      .set("high", interval ? number_of(interval->high) : Value())
      .set("mean_of", metric->mean_of);
  return value;
}

Value diff_row(const DiffRow& row) {
  Value value = Value::object();
  value.set("metric", row.path)
      .set("unit", unit_of(row.unit))
      .set("main", row.is_main)
      .set("first", metric_of(row.first))
      .set("second", metric_of(row.second))
      .set("difference", number_of(row.difference))
      .set("low", row.interval ? number_of(row.interval->low) : Value())
      .set("high", row.interval ? number_of(row.interval->high) : Value())
      .set("verdict", name(row.verdict));
  return value;
}

Value line_of(const TrendLine& line) {
  Value values = Value::array();
  Value low = Value::array();
  Value high = Value::array();
  for (const auto& metric : line.values) {
    const bool has_interval = metric && metric->interval;
    values.push(metric ? number_of(metric->value) : Value());
    low.push(has_interval ? number_of(metric->interval->low) : Value());
    high.push(has_interval ? number_of(metric->interval->high) : Value());
  }
  Value value = Value::object();
  value.set("metric", line.path)
      .set("unit", unit_of(line.unit))
      .set("value", std::move(values))
      .set("low", std::move(low))
      .set("high", std::move(high));
  return value;
}

}  // namespace

std::string render_json(const std::vector<SavedRun>& runs, std::int64_t total) {
  return describe::to_json(head("sluice-runs").set("total", total).set("runs", runs_of(runs)));
}

std::string render_json(const RunDiff& diff) {
  Value identity = Value::array();
  for (const DiffOfIdentity& entry : diff.identity) {
    Value value = Value::object();
    value.set("what", entry.what).set("first", entry.first).set("second", entry.second);
    identity.push(std::move(value));
  }
  Value rows = Value::array();
  for (const DiffRow& row : diff.rows) rows.push(diff_row(row));
  Value value = head("sluice-diff");
  value.set("first", run_of(diff.first))
      .set("second", run_of(diff.second))
      .set("identical", diff.is_identical)
      .set("not_the_same", std::move(identity))
      .set("judged", diff.judged())
      .set("differing", diff.differing())
      .set("rows", std::move(rows));
  return describe::to_json(value);
}

std::string render_json(const RunTrend& trend) {
  Value lines = Value::array();
  for (const TrendLine& line : trend.lines) lines.push(line_of(line));
  Value changes = Value::array();
  for (std::size_t i = 0; i < trend.runs.size(); ++i) {
    Value list = Value::array();
    for (const std::string& what : trend.changes(i)) list.push(what);
    changes.push(std::move(list));
  }
  Value value = head("sluice-trend");
  value.set("scenario", trend.scenario)
      .set("total", trend.total)
      .set("runs", runs_of(trend.runs))
      .set("changes", std::move(changes))
      .set("metrics", std::move(lines));
  return describe::to_json(value);
}

}  // namespace sluice
