#include "results/metric.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/check.hpp"
#include "base/decimal.hpp"
#include "base/text.hpp"
#include "results/run_result.hpp"
#include "stats/intervals.hpp"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 10> kUnitNames = {
    "requests", "attempts",   "tokens",     "count",   "ratio",
    "factor",   "per_minute", "per_second", "seconds", "dollars"};

struct AsDouble {
  double operator()(std::int64_t count) const { return static_cast<double>(count); }
  double operator()(double number) const { return number; }
  double operator()(Money money) const {
    return static_cast<double>(money.picodollars()) /
           static_cast<double>(Money::kPicodollarsPerDollar);
  }
  double operator()(Duration duration) const { return static_cast<double>(ns(duration)) / 1e9; }
};

// Of the values that exist, in the order of the replications.
std::vector<MetricNumber> values_of(const RunResult& result, std::size_t row) {
  std::vector<MetricNumber> values;
  for (const Replication& replication : result.replications) {
    if (replication.values[row]) values.push_back(*replication.values[row]);
  }
  return values;
}

struct Mean {
  const std::vector<MetricNumber>& values;
  template <class T>
  T sum() const {
    T total{};
    for (const MetricNumber& value : values) total += std::get<T>(value);
    return total;
  }
  std::int64_t count() const { return static_cast<std::int64_t>(values.size()); }
  MetricNumber operator()(std::int64_t) const {
    return static_cast<double>(sum<std::int64_t>()) / static_cast<double>(count());
  }
  MetricNumber operator()(double) const { return sum<double>() / static_cast<double>(count()); }
  MetricNumber operator()(Money) const { return sum<Money>().divided_rounded(count()); }
  MetricNumber operator()(Duration) const {
    int128 total = 0;
    for (const MetricNumber& value : values) total += ns(std::get<Duration>(value));
    return Duration{static_cast<std::int64_t>(divide_rounded(total, count()))};
  }
};

bool is_less(const MetricNumber& a, const MetricNumber& b) { return as_double(a) < as_double(b); }

// Order statistics of independent replications. Where stats/ has too few values for its normal
// approximation, six or more still enclose the median by their extremes with 1 - 2^(1 - n) >= 96 %.
std::optional<MetricInterval> median_interval(const std::vector<double>& values) {
  if (const auto interval = stats::quantile_interval(values, 0.5)) {
    return MetricInterval{interval->low, interval->high};
  }
  if (values.size() < 6) return std::nullopt;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return MetricInterval{*low, *high};
}

MetricValue combined(const Metric& metric, std::vector<MetricNumber> values) {
  MetricValue result{.number = values.front(), .unit = metric.unit, .interval = {}};
  if (values.size() == 1) return result;
  std::vector<double> numbers;
  for (const MetricNumber& value : values) numbers.push_back(as_double(value));
  switch (metric.combine) {
    case Combine::kMean:
      result.number = std::visit(Mean{values}, values.front());
      if (const auto interval = stats::t_interval(numbers)) {
        result.interval = MetricInterval{interval->low, interval->high};
      }
      break;
    case Combine::kQuantile:
      std::sort(values.begin(), values.end(), is_less);
      result.number = values[(values.size() - 1) / 2];
      result.interval = median_interval(numbers);
      break;
    case Combine::kLargest:
      result.number = *std::max_element(values.begin(), values.end(), is_less);
      break;
    case Combine::kSmallest:
      result.number = *std::min_element(values.begin(), values.end(), is_less);
      break;
  }
  return result;
}

}  // namespace

std::string_view name(Unit unit) noexcept { return kUnitNames[static_cast<std::size_t>(unit)]; }

double as_double(const MetricNumber& number) noexcept { return std::visit(AsDouble{}, number); }

std::string decimal_text(const MetricNumber& number) {
  struct Text {
    std::string operator()(std::int64_t count) const { return fmt::format("{}", count); }
    std::string operator()(double value) const { return fmt::format("{:.9g}", value); }
    std::string operator()(Money money) const { return money.exact(); }
    std::string operator()(Duration duration) const {
      return decimal_text(int128{ns(duration)}, 9);
    }
    static std::string decimal_text(int128 scaled, int digits) {
      return ::sluice::decimal_text(scaled, digits);
    }
  };
  return std::visit(Text{}, number);
}

std::string Metric::path() const { return join(segments, "."); }

bool Metric::is_reported(const RunFacts& facts) const {
  return facts.load.has_value() || segments.front() != "load";
}

MetricReader::MetricReader(const RunResult& result)
    : result_(result), table_(metric_table(result.facts.names)) {
  for (const Metric& metric : table_) paths_.push_back(metric.path());
  for (const Replication& replication : result.replications) {
    SLUICE_CHECK(replication.values.size() == table_.size());
  }
}

std::optional<MetricValue> MetricReader::at(std::size_t row) const {
  std::vector<MetricNumber> values = values_of(result_, row);
  if (values.empty()) return std::nullopt;
  return combined(table_[row], std::move(values));
}

std::optional<std::size_t> MetricReader::row_of(std::string_view path) const {
  for (const std::string& wanted : {std::string(path), std::string(path) + ".total"}) {
    const auto found = std::find(paths_.begin(), paths_.end(), wanted);
    if (found != paths_.end()) return static_cast<std::size_t>(found - paths_.begin());
  }
  return std::nullopt;
}

std::optional<MetricValue> MetricReader::operator()(std::string_view path) const {
  const auto row = row_of(path);
  return row ? at(*row) : std::nullopt;
}

std::optional<MetricValue> lookup(const RunResult& result, std::string_view path) {
  return MetricReader(result)(path);
}

bool is_metric(const RunResult& result, std::string_view path) {
  const std::vector<std::string> paths = metric_paths(result.facts.names);
  const auto is_one = [&](const std::string& wanted) {
    return std::find(paths.begin(), paths.end(), wanted) != paths.end();
  };
  return is_one(std::string(path)) || is_one(std::string(path) + ".total");
}

std::vector<std::string> metric_paths(const Names& names) {
  std::vector<std::string> paths;
  for (const Metric& metric : metric_table(names)) paths.push_back(metric.path());
  return paths;
}

}  // namespace sluice
