#include "experiment/compare_figures.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/check.hpp"
#include "stats/compare.hpp"
#include "stats/intervals.hpp"

namespace sluice {
namespace {

// Positions in a sample.
enum Position : std::size_t {
  kOffered,
  kSucceeded,
  kTotal,
  kMonth,
  kCategories,  // six of them
  kRateLimitedShare = kCategories + 6,
  kSuccessShare,
  kGoodputShare,
  kP50,
  kP95,
  kUnpriced,
  kPromptTokens,
  kOutputTokens,
  kOfferedPerMinute,
  kCapReached,
  kSpent,
  kPositions,
};
constexpr std::array<std::string_view, kPositions> kPaths = {"requests.offered",
                                                             "requests.succeeded",
                                                             "cost.total",
                                                             "cost.per_month",
                                                             "cost.by_category.input",
                                                             "cost.by_category.write_5m",
                                                             "cost.by_category.write_1h",
                                                             "cost.by_category.cache_read",
                                                             "cost.by_category.output",
                                                             "cost.by_category.tools",
                                                             "attempts.rate_limited_share",
                                                             "requests.success_share",
                                                             "goodput.share",
                                                             "latency.offered.p50",
                                                             "latency.offered.p95",
                                                             "cost.unpriced_responses",
                                                             "tokens.prompt",
                                                             "tokens.output",
                                                             "requests.offered_per_minute",
                                                             "spend.cap_reached_at",
                                                             "spend.month_to_date"};

using Number = std::optional<double>;

Number ratio(Number part, Number whole) {
  if (!part || !whole || *whole == 0) return std::nullopt;
  return *part / *whole;
}

Number measured(const Sample& sample, Measure measure) {
  const Number& succeeded = sample[kSucceeded];
  switch (measure) {
    case Measure::kCostPerMonth:
      return sample[kMonth];
    case Measure::kCostPerRequest:
      return ratio(sample[kTotal], sample[kOffered]);
    case Measure::kCostPerSuccess:
      return ratio(sample[kTotal], succeeded);
    case Measure::kInput:
      return ratio(sample[kCategories], succeeded);
    case Measure::kWrite5m:
      return ratio(sample[kCategories + 1], succeeded);
    case Measure::kWrite1h:
      return ratio(sample[kCategories + 2], succeeded);
    case Measure::kCacheRead:
      return ratio(sample[kCategories + 3], succeeded);
    case Measure::kOutput:
      return ratio(sample[kCategories + 4], succeeded);
    case Measure::kTools:
      return ratio(sample[kCategories + 5], succeeded);
    case Measure::kRateLimited:
      return sample[kRateLimitedShare];
    case Measure::kSuccess:
      return sample[kSuccessShare];
    case Measure::kGoodput:
      return sample[kGoodputShare];
    case Measure::kLatencyP50:
      return sample[kP50];
    case Measure::kLatencyP95:
      return sample[kP95];
  }
  return std::nullopt;
}

bool is_unpriced(std::span<const Sample> samples) {
  return std::any_of(samples.begin(), samples.end(),
                     [](const Sample& sample) { return sample[kUnpriced].value_or(0) > 0; });
}

using Values = std::vector<double>;

// None unless every replication has the number; money not of what is unpriced.
std::optional<Values> series_of(std::span<const Sample> samples, const MeasureInfo& info) {
  if (info.unit == Unit::kMoney && is_unpriced(samples)) return std::nullopt;
  Values series;
  for (const Sample& sample : samples) {
    const Number value = measured(sample, info.measure);
    if (!value) return std::nullopt;
    series.push_back(*value);
  }
  return series;
}

ComparedFigure figure_of(double mean, const std::optional<stats::Interval>& interval) {
  ComparedFigure figure{.value = mean, .interval = {}};
  if (interval) figure.interval = MetricInterval{interval->low, interval->high};
  return figure;
}

ComparedDifference difference_of(const Values& row, const Values& reference) {
  const auto paired = stats::paired_difference(row, reference);
  ComparedDifference made;
  if (!paired) {
    made.figure.value = stats::mean(row) - stats::mean(reference);
    return made;
  }
  made.figure = figure_of(paired->difference.value, paired->difference);
  if (paired->variance > 0) {
    made.variance_reduction = paired->variance_independent / paired->variance;
  }
  return made;
}

Number mean_at(std::span<const Sample> samples, std::size_t position) {
  double sum = 0;
  for (const Sample& sample : samples) {
    if (!sample[position]) return std::nullopt;
    sum += *sample[position];
  }
  return sum / static_cast<double>(samples.size());
}

std::string cost_path(const std::string& workload) { return "workloads." + workload + ".cost"; }

}  // namespace

ComparedMetrics::ComparedMetrics(std::vector<Requirement> requirements,
                                 const std::vector<std::string>& workload_names,
                                 const std::vector<std::string>& part_names)
    : requirements_(std::move(requirements)), paths_(kPaths.begin(), kPaths.end()) {
  for (const Requirement& requirement : requirements_) paths_.push_back(requirement.path);
  first_workload_ = paths_.size();
  for (const std::string& name : workload_names) paths_.push_back("workloads." + name + ".offered");
  first_cost_ = paths_.size();
  for (const std::string& name : workload_names) paths_.push_back(cost_path(name));
  for (const std::string& name : part_names) paths_.push_back(cost_path(name));
}

// Over all columns that are a month's cost: the requirement on it is one of its own.
std::vector<Sample> ComparedMetrics::up_to_limit(std::span<const Sample> samples,
                                                 const MonthLimit& limit) const {
  std::vector<Sample> all(samples.begin(), samples.end());
  for (std::size_t run = 0; run < all.size(); ++run) {
    Sample& sample = all[run];
    Number month = month_of(sample, limit).cost;
    if (month && !limit.by_keys.empty()) month = limit.by_keys[run].spending.dollars;
    for (std::size_t i = 0; i < first_workload_; ++i) {
      if (paths_[i] == kPaths[kMonth]) sample[i] = month;
    }
  }
  return all;
}

bool ComparedMetrics::hides_instant(std::span<const Sample> samples,
                                    const MonthLimit& limit) const {
  if (!limit.first || limit.first->limit == MoneyLimit::kTierCap) return false;
  return std::any_of(samples.begin(), samples.end(), [&](const Sample& sample) {
    return !sample[kCapReached] && sample[kSpent].value_or(0) >= limit.first->reached_at;
  });
}

void ComparedMetrics::take_instants(std::vector<Sample>& samples,
                                    std::span<const Sample> as_cap) const {
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i][kCapReached] = as_cap[i][kCapReached];
}

MonthCost ComparedMetrics::month_of(const Sample& sample, const MonthLimit& limit) const {
  return month_cost({.extrapolated = sample[kMonth],
                     .cap_reached = sample[kCapReached],
                     .counts_from = limit.counts_from,
                     .counted = limit.counted},
                    limit.dollars());
}

double ComparedMetrics::cost_of(const Sample& sample, const std::string& workload) const {
  const auto from = paths_.begin() + static_cast<std::ptrdiff_t>(first_cost_);
  const auto found = std::find(from, paths_.end(), cost_path(workload));
  SLUICE_CHECK(found != paths_.end());
  return sample[static_cast<std::size_t>(found - paths_.begin())].value_or(0);
}

std::vector<KeysMonth> ComparedMetrics::months_by_keys(std::span<const Sample> unlimited,
                                                       const RunPlan& plan) const {
  std::vector<KeysMonth> months;
  for (const Sample& sample : unlimited) {
    std::vector<double> per_month(plan.keys.size());
    double all = 0;
    for (std::size_t i = 0; i < plan.workloads.size(); ++i) {
      const double cost = cost_of(sample, plan.workloads[i].name);
      per_month[index(plan.workloads[i].key)] += cost;
      all += cost;
    }
    const double wanted = sample[kMonth].value_or(0);
    for (double& its : per_month) its *= all > 0 ? wanted / all : 0;
    months.push_back({.spending = month_spending(per_month, plan.keys, plan.spend),
                      .wanted = wanted,
                      .end = money_end(per_month, plan.keys, plan.spend)});
  }
  return months;
}

void ComparedMetrics::fill_month_by_keys(ComparedRow& row, const std::vector<KeysMonth>& months) {
  Values wanted;
  Values after;
  for (const KeysMonth& month : months) {
    wanted.push_back(month.wanted);
    if (!month.spending.limit) continue;
    row.month_is_stopped = true;
    row.month_limit = month.spending.limit;
    const std::optional<MoneyEnd>& end = month.end;
    if (!end || end->limit != row.month_limit) continue;
    if (!end->is_later || end->limit == MoneyLimit::kCredit) after.push_back(end->after);
  }
  if (row.is_unpriced) return;
  row.month_wanted = stats::mean(wanted);
  if (after.size() == months.size()) row.month_stops_after = stats::mean(after);
}

void ComparedMetrics::fill_month(ComparedRow& row, std::span<const Sample> samples,
                                 const MonthLimit& limit) const {
  if (!limit.by_keys.empty()) return fill_month_by_keys(row, limit.by_keys);
  Values wanted;
  Values after;
  for (const Sample& sample : samples) {
    const MonthCost month = month_of(sample, limit);
    row.month_is_stopped = row.month_is_stopped || month.is_stopped;
    if (month.wanted) wanted.push_back(*month.wanted);
    const bool goes_on = !sample[kCapReached] && month.wanted.value_or(0) > 0;
    const double later = goes_on ? kThirtyDays * limit.left / *month.wanted : limit.until_next;
    if (sample[kCapReached]) after.push_back(*sample[kCapReached]);
    // What is left of the run's month may be gone where a whole one holds enough. Credit has none.
    const bool is_of_month = limit.first && limit.first->limit != MoneyLimit::kCredit;
    if ((month.is_stopped || is_of_month) && later < limit.until_next) after.push_back(later);
  }
  if (row.month_is_stopped || !after.empty()) row.month_limit = limit.first->limit;
  if (row.is_unpriced) return;
  if (!wanted.empty()) row.month_wanted = stats::mean(wanted);
  if (after.size() == samples.size()) row.month_stops_after = stats::mean(after);
}

std::vector<MissedRequirement> ComparedMetrics::missed(std::span<const Sample> samples) const {
  std::vector<MissedRequirement> all;
  for (std::size_t i = 0; i < requirements_.size(); ++i) {
    Number value = mean_at(samples, kPositions + i);
    if (requirements_[i].unit == Unit::kMoney && is_unpriced(samples)) value.reset();
    if (!requirements_[i].holds(value)) all.push_back({i, value});
  }
  return all;
}

bool ComparedMetrics::keeps_all(std::span<const Sample> samples) const {
  return missed(samples).empty();
}

void ComparedMetrics::fill(ComparedRow& row, std::span<const Sample> samples) const {
  row.is_unpriced = is_unpriced(samples);
  row.missed = missed(samples);
  for (const MeasureInfo& info : compared_measures()) {
    const auto series = series_of(samples, info);
    if (!series) continue;
    row.figures[static_cast<std::size_t>(info.measure)] =
        figure_of(stats::mean(*series), stats::t_interval(*series));
  }
}

void ComparedMetrics::fill_differences(ComparedRow& row, std::span<const Sample> samples,
                                       std::span<const Sample> reference) const {
  for (const MeasureInfo& info : compared_measures()) {
    const auto own = series_of(samples, info);
    const auto other = series_of(reference, info);
    if (!own || !other) continue;
    row.differences[static_cast<std::size_t>(info.measure)] = difference_of(*own, *other);
  }
}

double ComparedMetrics::offered_per_minute(std::span<const Sample> samples,
                                           std::size_t workload) const {
  const double all = mean_at(samples, kOffered).value_or(0);
  if (all == 0) return 0;
  const double its = mean_at(samples, first_workload_ + workload).value_or(0);
  return its / all * mean_at(samples, kOfferedPerMinute).value_or(0);
}

double ComparedMetrics::prompt_tokens(std::span<const Sample> samples) const {
  return ratio(mean_at(samples, kPromptTokens), mean_at(samples, kSucceeded)).value_or(0);
}

double ComparedMetrics::output_tokens(std::span<const Sample> samples) const {
  return ratio(mean_at(samples, kOutputTokens), mean_at(samples, kSucceeded)).value_or(0);
}

double ComparedMetrics::good_share(std::span<const Sample> samples) const {
  return mean_at(samples, kGoodputShare).value_or(0);
}

}  // namespace sluice
