#include "experiment/compare_table.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <utility>

#include "base/calendar.hpp"
#include "base/in_seconds.hpp"
#include "experiment/plan_own_limit.hpp"
#include "experiment/plan_window.hpp"

namespace sluice {

using scenario::LoadedScenario;

std::size_t ComparedTable::add(ComparedRow row, Checked<LoadedScenario> scenario) {
  Entry entry{.row = std::move(row), .scenario = {}, .samples = {}};
  if (!scenario) {
    entry.row.unavailable = scenario.error().front().message;
  } else if (entry.row.unavailable.empty()) {
    for (const WorkloadSpec& workload : scenario->plan.workloads) {
      const std::string& id = scenario->model_rows[index(workload.model)].id;
      std::vector<std::string>& ids = entry.row.models;
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    }
    entry.row.tier = scenario->tier;
    entry.scenario = std::move(*scenario);
  }
  entries_.push_back(std::move(entry));
  return entries_.size() - 1;
}

std::size_t ComparedTable::add_run(ComparedRow row, LoadedScenario scenario,
                                   std::vector<Sample> samples) {
  const std::size_t i = add(std::move(row), std::move(scenario));
  entries_[i].samples = std::move(samples);
  return i;
}

Result<void> ComparedTable::run() {
  std::vector<Entry*> waiting;
  std::vector<const LoadedScenario*> scenarios;
  for (Entry& entry : entries_) {
    if (!entry.scenario || !entry.samples.empty()) continue;
    waiting.push_back(&entry);
    scenarios.push_back(&*entry.scenario);
  }
  SLUICE_TRY(auto all, run_aside(scenarios, 0, replications_));
  for (std::size_t i = 0; i < waiting.size(); ++i) waiting[i]->samples = std::move(all[i]);
  return {};
}

Result<std::vector<std::vector<Sample>>> ComparedTable::run_aside(
    const std::vector<const LoadedScenario*>& scenarios, std::int64_t first, std::int64_t count) {
  std::vector<Trial> trials;
  for (const LoadedScenario* scenario : scenarios) {
    for (std::int64_t i = 0; i < count; ++i) trials.push_back({scenario, first + i});
  }
  SLUICE_TRY(std::vector<Sample> samples, runner_.run(trials));
  std::vector<std::vector<Sample>> all(scenarios.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    all[i / static_cast<std::size_t>(count)].push_back(std::move(samples[i]));
  }
  return all;
}

MonthLimit ComparedTable::limit_of(const Entry& entry) {
  const RunPlan& plan = entry.scenario->plan;
  const Duration warmup = plan.warmup.value_or(Duration{});
  const auto first = first_limit(plan.spend);
  const bool is_credit = first && first->limit == MoneyLimit::kCredit;
  const UnixTime start{plan.spend.start_unix_ns};
  const double until_next = in_seconds(start.next_month() - start);
  const double reached_at = first ? first->reached_at : 0;
  return {.first = first,
          .left = std::max(0.0, reached_at - as_double(plan.spend.spent_before)),
          .until_next = is_credit ? std::numeric_limits<double>::infinity() : until_next,
          .counts_from = in_seconds(warmup),
          .counted = in_seconds(plan.duration - warmup),
          .by_keys = entry.by_keys};
}

Result<void> ComparedTable::find_instants(const ComparedMetrics& metrics) {
  std::vector<Entry*> waiting;
  std::deque<LoadedScenario> as_cap;
  std::vector<const LoadedScenario*> scenarios;
  for (Entry& entry : entries_) {
    if (entry.samples.empty() || !metrics.hides_instant(entry.samples, limit_of(entry))) continue;
    auto scenario = own_limit_as_cap(*entry.scenario);
    if (!scenario) continue;
    waiting.push_back(&entry);
    as_cap.push_back(std::move(*scenario));
    scenarios.push_back(&as_cap.back());
  }
  SLUICE_TRY(const auto all, run_aside(scenarios, 0, replications_));
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    metrics.take_instants(waiting[i]->samples, all[i]);
  }
  return {};
}

// In a month that begins in the run, money is spent again: its cost is that of no one month.
bool ComparedTable::ends_in_later_month(const Entry& entry) {
  const MonthLimit limit = limit_of(entry);
  if (!limit.first) return false;
  const bool is_credit = limit.first->limit == MoneyLimit::kCredit;
  return limit.counts_from + limit.counted > (is_credit ? kThirtyDays : limit.until_next);
}

Result<void> ComparedTable::find_months_by_keys(const ComparedMetrics& metrics) {
  std::vector<Entry*> limited;
  std::deque<LoadedScenario> unlimited;
  std::vector<const LoadedScenario*> scenarios;
  for (Entry& entry : entries_) {
    if (entry.samples.empty()) continue;
    if (!stops_keys(entry.scenario->plan.spend) && !ends_in_later_month(entry)) continue;
    limited.push_back(&entry);
    unlimited.push_back(*entry.scenario);
    without_money_limits(unlimited.back().plan);
    scenarios.push_back(&unlimited.back());
  }
  SLUICE_TRY(const auto all, run_aside(scenarios, 0, replications_));
  for (std::size_t i = 0; i < limited.size(); ++i) {
    std::vector<KeysMonth> months = metrics.months_by_keys(all[i], limited[i]->scenario->plan);
    // Limits of keys that nothing reaches change nothing.
    const bool is_needed = ends_in_later_month(*limited[i]) ||
                           std::any_of(months.begin(), months.end(), [](const KeysMonth& month) {
                             return month.spending.stops_keys;
                           });
    if (is_needed) limited[i]->by_keys = std::move(months);
  }
  return {};
}

std::vector<ComparedRow> ComparedTable::finished(const ComparedMetrics& metrics) const {
  std::vector<ComparedRow> rows;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    rows.push_back(entry.row);
    if (entry.samples.empty()) continue;
    const auto samples = metrics.up_to_limit(entry.samples, limit_of(entry));
    metrics.fill(rows.back(), samples);
    metrics.fill_month(rows.back(), entry.samples, limit_of(entry));
    const Entry& reference = entries_[entry.row.reference];
    if (&reference == &entry || reference.samples.empty()) continue;
    metrics.fill_differences(rows.back(), samples,
                             metrics.up_to_limit(reference.samples, limit_of(reference)));
  }
  return rows;
}

}  // namespace sluice
