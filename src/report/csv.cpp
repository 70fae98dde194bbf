#include "report/csv.hpp"

#include <fmt/format.h>

#include "base/decimal.hpp"

namespace sluice {
namespace {

std::string field(std::string_view text) {
  if (text.find_first_of(",\"\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string seconds_text(Duration duration) { return decimal_text(int128{ns(duration)}, 9); }

std::string series_header(const RunResult& result) {
  std::string header = "start,offered,succeeded,failed,attempts";
  for (std::size_t i = 0; i < kLimitCauseCount; ++i) {
    header += fmt::format(",rate_limited_{}", name(static_cast<LimitCause>(i)));
  }
  header += ",overloaded,input_tokens,output_tokens,cost,latency_mean,latency_max,binding";
  for (const std::string& limiter : result.facts.names.limiters) {
    for (const char* const column : {":level", ":utilisation", ":refused"}) {
      header += "," + field(limiter + column);
    }
  }
  return header + "\n";
}

std::string traffic_fields(const TrafficCell& cell) {
  std::string line =
      fmt::format("{},{},{},{}", cell.offered, cell.succeeded, cell.failed, cell.attempts);
  for (const std::int64_t count : cell.rate_limited) line += fmt::format(",{}", count);
  line += fmt::format(",{},{},{},{}", cell.overloaded, cell.input_tokens, cell.output_tokens,
                      Money::from_picodollars(cell.picodollars).exact());
  if (cell.latency_count == 0) return line + ",,";
  return line + "," + seconds_text(Duration{cell.latency_sum / cell.latency_count}) + "," +
         seconds_text(Duration{cell.latency_max});
}

std::string limiter_fields(const LimiterCell& cell, const LimiterFacts& facts) {
  const LimitUse use{.taken = cell.taken, .allowed = cell.allowed};
  const std::string level =
      cell.readings == 0 ? "" : decimal_text(divide_rounded(cell.level_sum, cell.readings), 0);
  return fmt::format(",{},{},{}", level,
                     decimal_text(MetricNumber(utilisation(use, period(facts)))), cell.refused);
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
    out += fmt::format("{},{},{},{},{}\n", field(metric.path()),
                       value ? decimal_text(value->number) : "", low, high, name(metric.unit));
  }
  return out;
}

std::string render_csv_series(const RunResult& result) {
  const Measurements& measured = result.measured;
  std::string out = series_header(result);
  for (std::size_t i = 0; i < measured.traffic.cells().size(); ++i) {
    out += seconds_text(measured.traffic.width() * static_cast<std::int64_t>(i)) + "," +
           traffic_fields(measured.traffic.cells()[i]);
    const auto& binding = result.binding.by_cell[i];
    out += "," + (binding ? field(result.binding.limits[*binding].name) : std::string());
    for (std::size_t limiter = 0; limiter < measured.levels.size(); ++limiter) {
      out += limiter_fields(measured.levels[limiter].cells()[i], result.facts.limiters[limiter]);
    }
    out += "\n";
  }
  return out;
}

}  // namespace sluice
