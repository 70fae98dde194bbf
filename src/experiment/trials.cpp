#include "experiment/trials.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "base/check.hpp"
#include "experiment/run.hpp"
#include "experiment/run_facts.hpp"

namespace sluice {
namespace {

using scenario::LoadedScenario;

// Where the wanted metrics stand in a scenario's table, which is built once and not for each run.
struct Rows {
  std::size_t table = 0;  // rows in all
  std::vector<std::optional<std::size_t>> wanted;
};

// A group stands for its total, as in MetricReader.
std::optional<std::size_t> row_of(const std::vector<std::string>& paths, const std::string& path) {
  for (const std::string& wanted : {path, path + ".total"}) {
    const auto found = std::find(paths.begin(), paths.end(), wanted);
    if (found != paths.end()) return static_cast<std::size_t>(found - paths.begin());
  }
  return std::nullopt;
}

Rows rows_of(const LoadedScenario& scenario, const std::vector<std::string>& metrics) {
  const std::vector<std::string> paths = metric_paths(facts_of(scenario).names);
  Rows rows{.table = paths.size(), .wanted = {}};
  for (const std::string& metric : metrics) rows.wanted.push_back(row_of(paths, metric));
  return rows;
}

Sample read(const RunResult& result, const Rows& rows) {
  const std::vector<std::optional<MetricNumber>>& values = result.replications.front().values;
  SLUICE_CHECK(values.size() == rows.table);
  Sample sample;
  sample.reserve(rows.wanted.size());
  for (const std::optional<std::size_t>& row : rows.wanted) {
    const bool has = row && values[*row];
    sample.push_back(has ? std::optional(as_double(*values[*row])) : std::nullopt);
  }
  return sample;
}

Error stopped() { return {ErrorCode::kInterrupted, "", "stopped"}; }

using SampleSlots = std::vector<std::optional<Result<Sample>>>;

// What went wrong says more than that the others were stopped for it.
Result<std::vector<Sample>> collect(SampleSlots slots) {
  for (const auto& slot : slots) {
    if (slot && !*slot && slot->error().code != ErrorCode::kInterrupted) {
      return tl::unexpected(slot->error());
    }
  }
  std::vector<Sample> samples;
  samples.reserve(slots.size());
  for (auto& slot : slots) {
    if (!slot || !*slot) return tl::unexpected(stopped());
    samples.push_back(std::move(**slot));
  }
  return samples;
}

}  // namespace

Result<std::vector<Sample>> TrialRunner::run(std::span<const Trial> trials, const TrialDone& done) {
  std::map<const LoadedScenario*, Rows> rows;
  for (const Trial& trial : trials) {
    if (!rows.contains(trial.scenario)) {
      rows.emplace(trial.scenario, rows_of(*trial.scenario, metrics_));
    }
  }
  SampleSlots slots(trials.size());
  Monitor part;  // the common one counts whole trials
  part.whole = &monitor_;
  std::atomic<std::size_t> next{0};
  std::mutex one_at_a_time;
  const auto run_one = [&](std::size_t i) -> Result<Sample> {
    const RunOptions run{.first_replication = trials[i].replication, .version = options_.version};
    SLUICE_TRY(const RunResult result, run_scenario(*trials[i].scenario, run, part));
    if (result.partial()) return tl::unexpected(stopped());
    Sample sample = read(result, rows.at(trials[i].scenario));
    const std::lock_guard lock(one_at_a_time);
    monitor_.events += result.replications.front().events;
    trials_run_ += 1;
    if (done) {
      if (auto kept = done(i, sample); !kept) return tl::unexpected(std::move(kept).error());
    }
    return sample;
  };
  const auto work = [&] {
    for (std::size_t i = next++; i < trials.size() && !part.stopped(); i = next++) {
      slots[i] = run_one(i);
      if (!*slots[i]) part.stop = true;
    }
  };
  std::vector<std::thread> helpers;
  const auto most = static_cast<std::int64_t>(trials.size());
  for (std::int64_t i = 1; i < std::min(options_.threads, most); ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();
  return collect(std::move(slots));
}

}  // namespace sluice
