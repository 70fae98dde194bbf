#include "experiment/compare_table.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "base/calendar.hpp"
#include "experiment/plan_own_limit.hpp"

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
  const auto dollars = monthly_limit(plan.spend);
  const auto own = own_limit(plan.spend);
  const UnixTime start{plan.spend.start_unix_ns};
  return {.dollars = dollars,
          .is_own = own && (!plan.spend.tier_cap || *own < *plan.spend.tier_cap),
          .left = std::max(0.0, dollars.value_or(0) - as_double(plan.spend.spent_before)),
          .until_next = static_cast<double>(ns(start.next_month() - start)) / 1e9,
          .counts_from = static_cast<double>(ns(warmup)) / 1e9,
          .counted = static_cast<double>(ns(plan.duration - warmup)) / 1e9};
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
