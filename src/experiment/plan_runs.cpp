#include "experiment/plan_runs.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "base/in_seconds.hpp"
#include "experiment/run.hpp"

namespace sluice {
namespace {

using Slots = std::vector<std::optional<Result<RunResult>>>;

double seconds_into(TimePoint time) { return in_seconds(time - kRunStart); }

}  // namespace

Result<std::vector<PlanRuns>> run_all(const std::vector<const scenario::LoadedScenario*>& scenarios,
                                      std::int64_t replications, const PlanOptions& options,
                                      Monitor& monitor) {
  const auto each = static_cast<std::size_t>(replications);
  Slots slots(scenarios.size() * each);
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < slots.size() && !monitor.stopped(); i = next++) {
      Monitor own;  // the common one counts what plan has done, not one run
      own.whole = &monitor;
      const RunOptions run{.first_replication = static_cast<std::int64_t>(i % each),
                           .version = options.version};
      slots[i] = run_scenario(*scenarios[i / each], run, own);
      monitor.events += own.events;
    }
  };
  std::vector<std::thread> helpers;
  const auto most = static_cast<std::int64_t>(slots.size());
  for (std::int64_t i = 1; i < std::min(options.threads, most); ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  // Runs that were cut short look like whole ones.
  if (monitor.stopped()) return tl::unexpected(Error{ErrorCode::kInterrupted, "", "stopped"});

  std::vector<PlanRuns> all;
  for (std::size_t first = 0; first < slots.size(); first += each) {
    std::vector<RunResult> runs;
    for (std::size_t i = first; i < first + each; ++i) {
      if (!*slots[i]) return tl::unexpected(std::move(*slots[i]).error());
      runs.push_back(std::move(**slots[i]));
    }
    RunResult merged = runs.front();
    for (std::size_t i = 1; i < runs.size(); ++i) merged += runs[i];
    all.push_back({std::move(runs), std::move(merged)});
  }
  return all;
}

std::optional<PlanNumber> plan_number(const PlanRuns& runs, const std::string& path) {
  std::vector<double> values;
  for (const RunResult& run : runs.each) {
    if (const auto value = lookup(run, path)) values.push_back(as_double(value->number));
  }
  return plan_number(values);
}

std::optional<double> first_refusal(const RunResult& run) {
  const auto& times = run.measured.first_rate_limited;
  const TimePoint first = *std::min_element(times.begin(), times.end());
  if (first == kNever) return std::nullopt;
  return seconds_into(first);
}

std::optional<PlanBinding> binding_of(const RunResult& run, const std::string& group) {
  const BindingLimit* best = nullptr;
  for (std::size_t i = 0; i < run.binding.limits.size(); ++i) {
    const BindingLimit& limit = run.binding.limits[i];
    const bool is_other =
        i < run.facts.limiters.size() && !group.empty() && run.facts.limiters[i].group != group;
    if (is_other || (limit.refused == 0 && limit.peak_minute <= 0)) continue;
    const bool is_tighter =
        best == nullptr || limit.refused > best->refused ||
        (limit.refused == best->refused && limit.peak_minute > best->peak_minute);
    if (is_tighter) best = &limit;
  }
  if (best == nullptr) return std::nullopt;
  PlanBinding binding{.limit = best->name, .first_refused = {}, .peak_minute = best->peak_minute};
  if (best->refused > 0) binding.first_refused = seconds_into(best->first_refused);
  return binding;
}

std::vector<PlanLimit> limits_of(const RunResult& run) {
  std::vector<BindingLimit> used;
  std::copy_if(run.binding.limits.begin(), run.binding.limits.end(), std::back_inserter(used),
               [](const BindingLimit& one) { return one.refused > 0 || one.peak_minute > 0; });
  std::stable_sort(used.begin(), used.end(), [](const BindingLimit& a, const BindingLimit& b) {
    return a.refused != b.refused ? a.refused > b.refused : a.peak_minute > b.peak_minute;
  });
  const auto attempts =
      static_cast<double>(std::max<std::int64_t>(1, run.measured.all_workloads().attempts.count()));
  std::vector<PlanLimit> limits;
  for (const BindingLimit& one : used) {
    PlanLimit limit{.limit = one.name, .first_refused = {}, .refused_share = 0, .peak_minute = {}};
    if (one.refused > 0) limit.first_refused = seconds_into(one.first_refused);
    limit.refused_share = static_cast<double>(one.refused) / attempts;
    // Spending, the ramp and concurrency have no utilisation.
    if (one.peak_minute > 0) limit.peak_minute = one.peak_minute;
    limits.push_back(std::move(limit));
  }
  return limits;
}

}  // namespace sluice
