#include "report/sweep_json.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "describe/json.hpp"
#include "describe/value.hpp"
#include "report/csv_field.hpp"
#include "report/scenario_json.hpp"
#include "results/json_value.hpp"

namespace sluice {
namespace {

using describe::Value;

// Nine significant digits, as all statistics have.
std::string digits(double number) { return decimal_text(MetricNumber(number)); }

Value sweep_number(double number) { return Value::decimal(digits(number)); }

Value sweep_number(const std::optional<double>& number) {
  return number ? sweep_number(*number) : Value();
}

// None where the difference does not vary at all.
std::optional<double> variance_reduction(const stats::PairedDifference& paired) {
  if (paired.variance == 0) return std::nullopt;
  return paired.variance_independent / paired.variance;
}

Value difference_of(const std::optional<stats::PairedDifference>& paired) {
  if (!paired) return Value();
  Value value = Value::object();
  value.set("difference", sweep_number(paired->difference.value))
      .set("low", sweep_number(paired->difference.low))
      .set("high", sweep_number(paired->difference.high))
      .set("variance_reduction", sweep_number(variance_reduction(*paired)));
  return value;
}

Value figure_of(const SweepMetric& metric, const SweepFigure& figure) {
  Value value = Value::object();
  value.set("metric", metric.path)
      .set("count", figure.count)
      .set("mean", sweep_number(figure.mean))
      .set("low", figure.interval ? sweep_number(figure.interval->low) : Value())
      .set("high", figure.interval ? sweep_number(figure.interval->high) : Value())
      .set("against_first", difference_of(figure.against_first));
  return value;
}

std::size_t replications_of(const SweepCell& cell) {
  return cell.metrics.empty() ? 0 : cell.metrics.front().size();
}

Value cell_of(const SweepResult& result, std::size_t index) {
  const SweepCell& cell = result.cells[index];
  Value figures = Value::array();
  for (std::size_t metric = 0; metric < result.metrics.size(); ++metric) {
    figures.push(figure_of(result.metrics[metric], figure(result, index, metric)));
  }
  Value value = Value::object();
  value.set("values", texts_of(cell.values))
      .set("scenario_digest", cell.scenario_digest)
      .set("replications", replications_of(cell))
      .set("precise", cell.precise)
      .set("figures", std::move(figures));
  return value;
}

std::string numbers_of(const SweepFigure& figure) {
  std::vector<std::optional<double>> numbers{figure.mean};
  const auto add = [&numbers](const std::optional<stats::Interval>& interval) {
    numbers.push_back(interval ? std::optional(interval->low) : std::nullopt);
    numbers.push_back(interval ? std::optional(interval->high) : std::nullopt);
  };
  add(figure.interval);
  if (const auto& paired = figure.against_first) {
    numbers.emplace_back(paired->difference.value);
    add(paired->difference);
    numbers.push_back(variance_reduction(*paired));
  } else {
    numbers.resize(numbers.size() + 4);
  }
  std::string text;
  for (const std::optional<double>& number : numbers) text += "," + (number ? digits(*number) : "");
  return text;
}

}  // namespace

std::string render_json(const SweepResult& result) {
  Value axes = Value::array();
  for (const SweepAxis& axis : result.axes) {
    axes.push(Value::object().set("pointer", axis.pointer).set("values", texts_of(axis.values)));
  }
  Value metrics = Value::array();
  for (const SweepMetric& metric : result.metrics) {
    metrics.push(Value::object().set("path", metric.path).set("unit", name(metric.unit)));
  }
  Value cells = Value::array();
  for (std::size_t i = 0; i < result.cells.size(); ++i) cells.push(cell_of(result, i));
  Value value = Value::object();
  value.set("format", "sluice-sweep")
      .set("format_version", 1)
      .set("scenario", result.title)
      .set("scenario_digest", result.scenario_digest)
      .set("catalog_digest", result.catalog_digest)
      .set("version", result.version)
      .set("axes", std::move(axes))
      .set("metrics", std::move(metrics))
      .set("precision", sweep_number(result.precision))
      .set("cells", std::move(cells))
      .set("notes", texts_of(result.notes))
      .set("effective_scenario", scenario_value(result.effective_scenario));
  return describe::to_json(value);
}

std::string render_csv(const SweepResult& result) {
  std::string out;
  for (const SweepAxis& axis : result.axes) out += csv_field(axis.pointer) + ",";
  out +=
      "metric,unit,replications,mean,low,high,difference,difference_low,difference_high,"
      "variance_reduction\n";
  for (std::size_t cell = 0; cell < result.cells.size(); ++cell) {
    for (std::size_t metric = 0; metric < result.metrics.size(); ++metric) {
      for (const std::string& value : result.cells[cell].values) out += csv_field(value) + ",";
      out += fmt::format("{},{},{}{}\n", csv_field(result.metrics[metric].path),
                         name(result.metrics[metric].unit), replications_of(result.cells[cell]),
                         numbers_of(figure(result, cell, metric)));
    }
  }
  return out;
}

}  // namespace sluice
