#include "results/run_diff.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "stats/welch.hpp"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 5> kVerdictNames = {"equal", "differs", "not shown",
                                                           "not judged", "only one"};

stats::Interval interval_of(const SavedMetric& metric) {
  return {metric.value, metric.interval->low, metric.interval->high};
}

bool are_means(const SavedMetric& first, const SavedMetric& second) {
  return first.interval && second.interval && first.mean_of >= 2 && second.mean_of >= 2;
}

void judge(DiffRow& row) {
  const SavedMetric& first = *row.first;
  const SavedMetric& second = *row.second;
  row.difference = second.value - first.value;
  if (are_means(first, second)) {
    const auto sample = [](const SavedMetric& metric) {
      return stats::sample_mean(interval_of(metric), static_cast<std::size_t>(metric.mean_of));
    };
    const stats::Interval welch = stats::welch_difference(sample(first), sample(second));
    row.interval = MetricInterval{welch.low, welch.high};
    if (first.value == second.value) {
      row.verdict = DiffVerdict::kEqual;
    } else {
      row.verdict = welch.contains(0) ? DiffVerdict::kNotShown : DiffVerdict::kDiffers;
    }
    return;
  }
  if (first.value == second.value) {
    row.verdict = DiffVerdict::kEqual;
  } else if (!first.interval || !second.interval) {
    row.verdict = DiffVerdict::kNotJudged;
  } else {
    const bool overlap = first.interval->low <= second.interval->high &&
                         second.interval->low <= first.interval->high;
    row.verdict = overlap ? DiffVerdict::kNotShown : DiffVerdict::kDiffers;
  }
}

// How far apart two numbers are for their spread or, of single runs, for their size.
double weight_of(const DiffRow& row) {
  if (!row.difference || *row.difference == 0) return 0;
  const double size = std::fabs(*row.difference);
  double spread = std::max(std::fabs(row.first->value), std::fabs(row.second->value));
  if (row.first->interval && row.second->interval) {
    spread = (row.first->interval->high - row.first->interval->low) +
             (row.second->interval->high - row.second->interval->low);
  }
  return spread > 0 ? size / spread : std::numeric_limits<double>::infinity();
}

int rank_of(DiffVerdict verdict) {
  switch (verdict) {
    case DiffVerdict::kDiffers:
      return 0;
    case DiffVerdict::kOnlyOne:
      return 1;
    case DiffVerdict::kNotJudged:
      return 2;
    case DiffVerdict::kNotShown:
      return 3;
    case DiffVerdict::kEqual:
      break;
  }
  return 4;
}

std::size_t main_rank(const std::string& path) {
  const std::vector<std::string>& names = main_metrics();
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), path) - names.begin());
}

bool stands_before(const DiffRow& a, const DiffRow& b) {
  if (a.is_main != b.is_main) return a.is_main;
  if (a.is_main) return main_rank(a.path) < main_rank(b.path);
  if (rank_of(a.verdict) != rank_of(b.verdict)) return rank_of(a.verdict) < rank_of(b.verdict);
  return weight_of(a) > weight_of(b);
}

// What is said of a run that does not know: empty is never held against something.
std::vector<DiffOfIdentity> identity_of(const SavedRun& first, const SavedRun& second) {
  std::vector<DiffOfIdentity> found;
  const auto add = [&found](std::string what, const std::string& a, const std::string& b) {
    if (a != b && !a.empty() && !b.empty()) found.push_back({std::move(what), a, b});
  };
  const auto replications = [](const SavedRun& run) {
    return run.replications == 0 ? std::string() : std::to_string(run.replications);
  };
  add("command", first.kind, second.kind);
  add("name", first.scenario, second.scenario);
  add(std::string(what_differs(first, second)), first.scenario_digest, second.scenario_digest);
  add("catalog date", first.catalog_date, second.catalog_date);
  add("catalog", first.catalog_digest, second.catalog_digest);
  add("tier", first.tier, second.tier);
  add("version", first.version, second.version);
  add("seed", first.seed, second.seed);
  add("replications", replications(first), replications(second));
  add("verdict", first.verdict, second.verdict);
  const auto whole = [](const SavedRun& run) { return std::string(run.is_partial ? "no" : "yes"); };
  add("ran to its end", whole(first), whole(second));
  return found;
}

}  // namespace

std::string_view name(DiffVerdict verdict) noexcept {
  return kVerdictNames[static_cast<std::size_t>(verdict)];
}

const std::vector<std::string>& main_metrics() {
  static const std::vector<std::string> kNames = {
      "requests.offered",       "requests.success_share",
      "goodput.share",          "fit.headroom",
      "attempts.per_success",   "attempts.rate_limited_share",
      "latency.success.p50",    "latency.success.p95",
      "latency.success.p99",    "ttft.p95",
      "queueing.p95",           "cost.total",
      "cost.per_success",       "cost.per_month",
      "tokens.cache_read_share"};
  return kNames;
}

std::int64_t RunDiff::judged() const noexcept {
  return std::count_if(rows.begin(), rows.end(), [](const DiffRow& row) {
    return row.verdict == DiffVerdict::kDiffers || row.verdict == DiffVerdict::kNotShown;
  });
}

std::int64_t RunDiff::differing() const noexcept {
  return std::count_if(rows.begin(), rows.end(),
                       [](const DiffRow& row) { return row.verdict == DiffVerdict::kDiffers; });
}

RunDiff difference_of(const SavedRun& first, const std::vector<SavedMetric>& first_metrics,
                      const SavedRun& second, const std::vector<SavedMetric>& second_metrics) {
  RunDiff diff;
  diff.first = first;
  diff.second = second;
  diff.is_identical = first.digest == second.digest;
  diff.identity = identity_of(first, second);
  std::map<std::string, std::size_t> place;
  const auto row_of = [&](const SavedMetric& metric) -> DiffRow& {
    const auto [entry, is_new] = place.emplace(metric.path, diff.rows.size());
    if (is_new) {
      DiffRow row;
      row.path = metric.path;
      row.unit = metric.unit;
      row.is_main = main_rank(metric.path) < main_metrics().size();
      diff.rows.push_back(std::move(row));
    }
    return diff.rows[entry->second];
  };
  for (const SavedMetric& metric : first_metrics) row_of(metric).first = metric;
  for (const SavedMetric& metric : second_metrics) row_of(metric).second = metric;
  for (DiffRow& row : diff.rows) {
    if (row.first && row.second) judge(row);
  }
  std::stable_sort(diff.rows.begin(), diff.rows.end(), stands_before);
  return diff;
}

}  // namespace sluice
