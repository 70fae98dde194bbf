#include "report/csv.hpp"

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/decimal.hpp"
#include "report/csv_field.hpp"
#include "results/cell_figures.hpp"

namespace sluice {
namespace {

std::string csv_seconds(Duration duration) { return decimal_text(int128{ns(duration)}, 9); }

// Columns that are empty in cells without requests.
struct SecondsColumn {
  const char* name;
  std::optional<Duration> (*of)(const TrafficCell& cell);
};

template <std::int64_t kPercent>
std::optional<Duration> latency_percentile(const TrafficCell& cell) {
  return latency_at(cell, Ppm{kPercent * 10'000});
}

template <std::int64_t kPercent>
std::optional<Duration> ttft_percentile(const TrafficCell& cell) {
  return ttft_at(cell, Ppm{kPercent * 10'000});
}

constexpr std::array<SecondsColumn, 9> kSecondsColumns = {{
    {"latency_mean", latency_mean},
    {"latency_max", latency_max},
    {"latency_p50", latency_percentile<50>},
    {"latency_p95", latency_percentile<95>},
    {"latency_p99", latency_percentile<99>},
    {"ttft_p50", ttft_percentile<50>},
    {"ttft_p95", ttft_percentile<95>},
    {"queueing_mean", queueing_mean},
    {"queueing_max", queueing_max},
}};

// Those of which anything was billed.
std::vector<std::size_t> paid_models(const RunResult& result) {
  CellCosts sum;
  for (const TrafficCell& cell : result.measured.traffic.cells()) sum += cell.cost;
  std::vector<std::size_t> models;
  for (std::size_t i = 0; i < result.facts.names.models.size(); ++i) {
    if (sum.of(ModelId{static_cast<std::uint16_t>(i)}) != Money{}) models.push_back(i);
  }
  return models;
}

bool has_load_series(const RunResult& result) {
  return result.facts.load && result.facts.load->series;
}

// A client cannot look into a bucket: a run over the wire has no columns of limits.
bool has_limiters(const RunResult& result) { return !result.facts.load; }

std::string series_header(const RunResult& result) {
  std::string header = "start,offered,succeeded,failed,attempts";
  for (std::size_t i = 0; i < kLimitCauseCount; ++i) {
    header += fmt::format(",rate_limited_{}", name(static_cast<LimitCause>(i)));
  }
  header += ",overloaded,input_tokens,output_tokens,cost";
  for (const SecondsColumn& column : kSecondsColumns) header += fmt::format(",{}", column.name);
  header += ",first_tries,in_flight,cache_read_tokens,cache_write_tokens";
  for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
    header += fmt::format(",cost_{}", name(static_cast<CostCategory>(i)));
  }
  header += ",binding";
  for (const std::string& limiter : result.facts.names.limiters) {
    if (!has_limiters(result)) break;
    for (const char* const column :
         {":level", ":utilisation", ":refused", ":level_min", ":capacity", ":taken"}) {
      header += "," + csv_field(limiter + column);
    }
  }
  for (const std::size_t model : paid_models(result)) {
    header += "," + csv_field(result.facts.names.models[model] + ":cost");
  }
  if (has_load_series(result)) header += ",late_max,connections,cpu";
  return header + "\n";
}

std::string traffic_fields(const TrafficCell& cell, std::int64_t in_flight) {
  std::string line =
      fmt::format("{},{},{},{}", cell.offered, cell.succeeded, cell.failed, cell.attempts);
  for (const std::int64_t count : cell.rate_limited) line += fmt::format(",{}", count);
  line += fmt::format(",{},{},{},{}", cell.overloaded, cell.input_tokens, cell.output_tokens,
                      cell.cost.total().exact());
  for (const SecondsColumn& column : kSecondsColumns) {
    const auto value = column.of(cell);
    line += "," + (value ? csv_seconds(*value) : std::string());
  }
  line += fmt::format(",{},{},{},{}", cell.first_tries, in_flight, cell.cache_read_tokens,
                      cell.cache_write_tokens);
  for (const int128 part : cell.cost.picodollars) {
    line += "," + Money::from_picodollars(part).exact();
  }
  return line;
}

std::string limiter_fields(const LimiterCell& cell, const LimiterFacts& facts) {
  const LimitUse use{.taken = cell.taken, .allowed = cell.allowed};
  const std::string level =
      cell.readings == 0 ? "" : decimal_text(divide_rounded(cell.level_sum, cell.readings), 0);
  const std::string lowest = cell.readings == 0 ? "" : std::to_string(cell.level_min);
  return fmt::format(",{},{},{},{},{},{}", level,
                     decimal_text(MetricNumber(utilisation(use, period(facts)))), cell.refused,
                     lowest, cell.capacity, cell.taken);
}

std::string load_fields(std::span<const LoadCell> cells, std::size_t i) {
  const LoadCell cell = i < cells.size() ? cells[i] : LoadCell{};
  return fmt::format(
      ",{},{},{}", cell.sent == 0 ? std::string() : csv_seconds(cell.late_max),
      cell.looks == 0 ? std::string() : std::to_string(cell.connections),
      cell.wall == Duration{} ? std::string() : decimal_text(MetricNumber(cell.cpu_share())));
}

}  // namespace

std::string render_csv(const RunResult& result) {
  const MetricReader reader(result);
  std::string out = "metric,value,low,high,unit\n";
  for (std::size_t row = 0; row < reader.table().size(); ++row) {
    const Metric& metric = reader.table()[row];
    if (!metric.is_reported(result.facts)) continue;
    const auto value = reader.at(row);
    std::string low;
    std::string high;
    if (value && value->interval) {
      low = decimal_text(MetricNumber(value->interval->low));
      high = decimal_text(MetricNumber(value->interval->high));
    }
    out += fmt::format("{},{},{},{},{}\n", csv_field(metric.path()),
                       value ? decimal_text(value->number) : "", low, high, name(metric.unit));
  }
  return out;
}

std::string render_csv_series(const RunResult& result) {
  const Measurements& measured = result.measured;
  std::string out = series_header(result);
  const std::vector<std::size_t> models = paid_models(result);
  const std::vector<std::int64_t> waiting = in_flight(measured.traffic.cells());
  for (std::size_t i = 0; i < measured.traffic.cells().size(); ++i) {
    out += csv_seconds(measured.traffic.width() * static_cast<std::int64_t>(i)) + "," +
           traffic_fields(measured.traffic.cells()[i], waiting[i]);
    const auto& binding = result.binding.by_cell[i];
    out += "," + (binding ? csv_field(result.binding.limits[*binding].name) : std::string());
    const std::size_t limiters = has_limiters(result) ? measured.levels.size() : 0;
    for (std::size_t limiter = 0; limiter < limiters; ++limiter) {
      out += limiter_fields(measured.levels[limiter].cells()[i], result.facts.limiters[limiter]);
    }
    for (const std::size_t model : models) {
      const ModelId id{static_cast<std::uint16_t>(model)};
      out += "," + measured.traffic.cells()[i].cost.of(id).exact();
    }
    if (has_load_series(result)) out += load_fields(result.facts.load->series->cells(), i);
    out += "\n";
  }
  return out;
}

}  // namespace sluice
