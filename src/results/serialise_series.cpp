#include "results/serialise_series.hpp"

#include <utility>

#include "base/decimal.hpp"
#include "results/cell_figures.hpp"
#include "results/distribution.hpp"
#include "results/json_value.hpp"

namespace sluice {
namespace {

using describe::Value;

template <class Cell, class Get>
Value column(std::span<const Cell> cells, Get get) {
  Value array = Value::array();
  for (const Cell& cell : cells) array.push(get(cell));
  return array;
}

using Cells = std::span<const TrafficCell>;

Value counts_of(Cells cells, std::int64_t TrafficCell::*member) {
  return column(cells, [member](const TrafficCell& cell) { return Value(cell.*member); });
}

template <class Get>
Value seconds_column(Cells cells, Get get) {
  return column(cells, [get](const TrafficCell& cell) { return seconds_of(get(cell)); });
}

Value percentile_column(Cells cells, std::optional<Duration> (*at)(const TrafficCell&, Ppm),
                        std::int64_t percent) {
  const Ppm share{percent * 10'000};
  return seconds_column(cells, [at, share](const TrafficCell& cell) { return at(cell, share); });
}

void set_latencies(Cells cells, Value& traffic) {
  traffic.set("latency_mean", seconds_column(cells, latency_mean))
      .set("latency_max", seconds_column(cells, latency_max))
      .set("latency_p50", percentile_column(cells, latency_at, 50))
      .set("latency_p95", percentile_column(cells, latency_at, 95))
      .set("latency_p99", percentile_column(cells, latency_at, 99))
      .set("ttft_p50", percentile_column(cells, ttft_at, 50))
      .set("ttft_p95", percentile_column(cells, ttft_at, 95))
      .set("queueing_mean", seconds_column(cells, queueing_mean))
      .set("queueing_max", seconds_column(cells, queueing_max));
}

Value traffic_of(Cells cells) {
  Value rate_limited = Value::object();
  for (std::size_t i = 0; i < kLimitCauseCount; ++i) {
    rate_limited.set(name(static_cast<LimitCause>(i)), column(cells, [i](const TrafficCell& cell) {
                       return Value(cell.rate_limited[i]);
                     }));
  }
  Value waiting = Value::array();
  for (const std::int64_t count : in_flight(cells)) waiting.push(count);
  Value traffic = Value::object();
  traffic.set("offered", counts_of(cells, &TrafficCell::offered))
      .set("succeeded", counts_of(cells, &TrafficCell::succeeded))
      .set("failed", counts_of(cells, &TrafficCell::failed))
      .set("in_flight", std::move(waiting))
      .set("attempts", counts_of(cells, &TrafficCell::attempts))
      .set("first_tries", counts_of(cells, &TrafficCell::first_tries))
      .set("rate_limited", std::move(rate_limited))
      .set("overloaded", counts_of(cells, &TrafficCell::overloaded))
      .set("input_tokens", counts_of(cells, &TrafficCell::input_tokens))
      .set("cache_read_tokens", counts_of(cells, &TrafficCell::cache_read_tokens))
      .set("cache_write_tokens", counts_of(cells, &TrafficCell::cache_write_tokens))
      .set("output_tokens", counts_of(cells, &TrafficCell::output_tokens))
      .set("cost",
           column(cells, [](const TrafficCell& cell) { return dollars_of(cell.cost.total()); }));
  set_latencies(cells, traffic);
  return traffic;
}

Value costs_of(Cells cells, const std::vector<std::string>& models) {
  Value categories = Value::object();
  for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
    categories.set(name(static_cast<CostCategory>(i)), column(cells, [i](const TrafficCell& cell) {
                     return dollars_of(Money::from_picodollars(cell.cost.picodollars[i]));
                   }));
  }
  CellCosts sum;
  for (const TrafficCell& cell : cells) sum += cell.cost;
  Value by_model = Value::object();
  for (std::size_t i = 0; i < models.size(); ++i) {
    const ModelId model{static_cast<std::uint16_t>(i)};
    if (sum.of(model) == Money{}) continue;
    by_model.set(models[i], column(cells, [model](const TrafficCell& cell) {
                   return dollars_of(cell.cost.of(model));
                 }));
  }
  Value costs = Value::object();
  costs.set("by_category", std::move(categories)).set("by_model", std::move(by_model));
  return costs;
}

Value levels_of(std::span<const LimiterCell> cells, const LimiterFacts& facts) {
  Value limiter = Value::object();
  limiter
      .set("level", column(cells,
                           [](const LimiterCell& cell) {
                             return rounded_mean(cell.level_sum, cell.readings);
                           }))
      .set("level_min", column(cells,
                               [](const LimiterCell& cell) {
                                 return cell.readings == 0 ? Value() : Value(cell.level_min);
                               }))
      .set("capacity", column(cells, [](const LimiterCell& cell) { return Value(cell.capacity); }))
      .set("taken", column(cells, [](const LimiterCell& cell) { return Value(cell.taken); }))
      .set("utilisation", column(cells,
                                 [&facts](const LimiterCell& cell) {
                                   const LimitUse use{.taken = cell.taken, .allowed = cell.allowed};
                                   return number_of(utilisation(use, period(facts)));
                                 }))
      .set("refused", column(cells, [](const LimiterCell& cell) { return Value(cell.refused); }));
  return limiter;
}

// Null: no load run, or one whose generator was not watched over time.
Value load_of(const std::optional<LoadFacts>& load) {
  if (!load || !load->series) return Value();
  const std::span<const LoadCell> cells = load->series->cells();
  Value value = Value::object();
  value
      .set("late_max", column(cells,
                              [](const LoadCell& cell) {
                                return cell.sent == 0 ? Value() : seconds_of(cell.late_max);
                              }))
      .set("connections", column(cells,
                                 [](const LoadCell& cell) {
                                   return cell.looks == 0 ? Value() : Value(cell.connections);
                                 }))
      .set("cpu", column(cells, [](const LoadCell& cell) {
             return cell.wall == Duration{} ? Value() : number_of(cell.cpu_share());
           }));
  return value;
}

Value distribution_value(const Histogram& histogram) {
  Value quantiles = Value::array();
  Value values = Value::array();
  for (const DistributionPoint& point : distribution_of(histogram)) {
    quantiles.push(Value::decimal(decimal_text(int128{point.quantile}, 12)));
    values.push(seconds_of(Duration{static_cast<std::int64_t>(point.value)}));
  }
  Value value = Value::object();
  value.set("quantile", std::move(quantiles)).set("value", std::move(values));
  return value;
}

}  // namespace

Value series_value(const RunResult& result) {
  const Measurements& measured = result.measured;
  Value binding = Value::array();
  for (const auto& cell : result.binding.by_cell) {
    binding.push(cell ? Value(result.binding.limits[*cell].name) : Value());
  }
  Value limiters = Value::object();
  for (std::size_t i = 0; i < measured.levels.size(); ++i) {
    limiters.set(result.facts.names.limiters[i],
                 levels_of(measured.levels[i].cells(), result.facts.limiters[i]));
  }
  Value series = Value::object();
  series.set("cell", seconds_of(measured.traffic.width()))
      .set("traffic", traffic_of(measured.traffic.cells()))
      .set("cost", costs_of(measured.traffic.cells(), result.facts.names.models))
      .set("binding", std::move(binding))
      .set("limiters", std::move(limiters))
      .set("load", load_of(result.facts.load));
  return series;
}

Value distributions_value(const RunResult& result) {
  const Latencies latency = result.measured.all_workloads().latency;
  Value distributions = Value::object();
  distributions.set("offered", distribution_value(latency.offered()))
      .set("success", distribution_value(latency.success()))
      .set("ttft", distribution_value(latency.ttft))
      .set("queueing", distribution_value(latency.queueing));
  return distributions;
}

}  // namespace sluice
