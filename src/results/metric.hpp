// Metrics: the numbers of a result, each with a path, a unit and a meaning. One table
// (metric_table) gives the JSON report, the CSV, `expect`, `--fail-if` and the reference; a path is
// where the number stands in the JSON report.
//
//   std::optional<MetricValue> p99 = lookup(result, "latency.success.p99");
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/money.hpp"
#include "base/time.hpp"
#include "results/run_facts.hpp"

namespace sluice {

struct RunResult;
struct RunView;

enum class Unit : std::uint8_t {
  kRequests,
  kAttempts,
  kTokens,
  kCount,
  kRatio,   // 1 is 100 %
  kFactor,  // so many for one
  kPerMinute,
  kPerSecond,  // of wall time
  kDuration,   // written in seconds
  kMoney,      // written in dollars
};
// "requests", "attempts", "tokens", "count", "ratio", "factor", "per_minute", "per_second",
// "seconds", "dollars".
std::string_view name(Unit unit) noexcept;

// Counts are integers; ratios and rates are doubles; means over replications of counts are doubles
// too.
using MetricNumber = std::variant<std::int64_t, double, Money, Duration>;

// In the metric's unit: seconds, dollars. For comparing and for statistics.
double as_double(const MetricNumber& number) noexcept;
// A JSON number: exact for counts, money and durations, nine significant digits for the rest.
std::string decimal_text(const MetricNumber& number);

struct MetricInterval {
  double low = 0;
  double high = 0;

  bool operator==(const MetricInterval&) const = default;
};

struct MetricValue {
  MetricNumber number;
  Unit unit = Unit::kCount;
  std::optional<MetricInterval> interval;  // 95 %, over replications

  bool operator==(const MetricValue&) const = default;
};

// How a metric of several replications comes about.
enum class Combine : std::uint8_t {
  kMean,      // mean, Student t interval
  kQuantile,  // median of the replications' values, order-statistic interval
  kLargest,
  kSmallest,
};

struct Metric {
  std::vector<std::string> segments;  // of the path, which joins them by points
  Unit unit = Unit::kCount;
  Combine combine = Combine::kMean;
  std::string doc;
  std::function<std::optional<MetricNumber>(const RunView&)> value;

  std::string path() const;
  // The numbers of the load generator stand only in reports of runs that had one.
  bool is_reported(const RunFacts& facts) const;
};

// All metrics of a run with these names, in the order of the report.
std::vector<Metric> metric_table(const Names& names);

// The value at a path; a path of a group stands for its total ("cost" is "cost.total"). None for an
// unknown path and for a number that this run does not have, such as a percentile of nothing.
std::optional<MetricValue> lookup(const RunResult& result, std::string_view path);
bool is_metric(const RunResult& result, std::string_view path);
std::vector<std::string> metric_paths(const Names& names);

// Reads many metrics of one result: builds the table once.
class MetricReader {
 public:
  explicit MetricReader(const RunResult& result);

  std::optional<MetricValue> operator()(std::string_view path) const;
  std::optional<MetricValue> at(std::size_t row) const;
  const std::vector<Metric>& table() const noexcept { return table_; }

 private:
  std::optional<std::size_t> row_of(std::string_view path) const;

  const RunResult& result_;
  std::vector<Metric> table_;
  std::vector<std::string> paths_;
};

// The table as a page of documentation, with <workload>, <limiter> and so on for names.
std::string metric_reference();

}  // namespace sluice
