// The rows of the metric table, in groups; an internal header of metric_table.cpp and its
// neighbours. A row reads one number out of a RunView, or none where the run has no such number.
#pragma once

#include <cstdint>
#include <functional>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "results/metric.hpp"
#include "results/run_result.hpp"

namespace sluice::rows {

using Number = std::optional<MetricNumber>;
using Value = std::function<Number(const RunView&)>;

class Table {
 public:
  // Rows that follow stand below these segments.
  void group(std::vector<std::string> segments) { group_ = std::move(segments); }

  void add(std::vector<std::string> last, Unit unit, std::string doc, Value value,
           Combine combine = Combine::kMean) {
    Metric metric{.segments = group_,
                  .unit = unit,
                  .combine = combine,
                  .doc = std::move(doc),
                  .value = std::move(value)};
    metric.segments.insert(metric.segments.end(), last.begin(), last.end());
    rows_.push_back(std::move(metric));
  }

  std::vector<Metric> take() { return std::move(rows_); }

 private:
  std::vector<std::string> group_;
  std::vector<Metric> rows_;
};

template <std::size_t N>
std::int64_t sum(const Counters<N>& counters) {
  return std::accumulate(counters.begin(), counters.end(), std::int64_t{0});
}

// None of nothing.
Number ratio(std::int64_t part, std::int64_t whole);
Number per_minute(std::int64_t count, const RunView& run);
Number instant(TimePoint time);  // from the start; kNever: none
Number duration(std::optional<std::uint64_t> nanoseconds);
Number money_per(Money total, std::int64_t count);

// Which costs of the ledger.
using Accepts = std::function<bool(const Ledger::Account&)>;
Value ledger_cost(Accepts accepts);

// count, mean, min, p50, p90, p95, p99, p999 and max of a histogram of nanoseconds, below `where`.
using Pick = std::function<const Histogram&(const RunView&)>;
void add_histogram(Table& table, std::vector<std::string> where, const std::string& what,
                   const Pick& pick);

void add_fit(Table& table);
void add_requests(Table& table);
void add_attempts(Table& table);
void add_client(Table& table);
void add_wasted(Table& table);
void add_tokens(Table& table);
void add_cost(Table& table, const Names& names);
void add_latencies(Table& table);
void add_limiters(Table& table, const Names& names);
void add_workloads(Table& table, const Names& names);
void add_spend_and_warmup(Table& table);
void add_load(Table& table);

}  // namespace sluice::rows
