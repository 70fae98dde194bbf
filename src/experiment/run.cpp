#include "experiment/run.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "engine/simulation.hpp"
#include "experiment/run_facts.hpp"
#include "experiment/trace_source.hpp"
#include "stats/warmup.hpp"

namespace sluice {
namespace {

using scenario::LoadedScenario;

std::vector<std::string> trace_warnings(const Sources& sources) {
  std::vector<std::string> warnings;
  for (const TraceSource* trace : sources.traces) {
    const TraceNotes notes = trace->notes();
    if (notes.bad_rows == 0) continue;
    warnings.push_back(fmt::format(
        "{} of the trace {} skipped, the first at {}", counted(notes.bad_rows, "malformed row"),
        notes.bad_rows == 1 ? "was" : "were", notes.bad_row_examples.front().text()));
  }
  return warnings;
}

SimulationOptions simulation_options(const LoadedScenario& scenario, const RunOptions& options,
                                     std::int64_t replication, TimePoint counts_from) {
  SimulationOptions simulation;
  simulation.replication = static_cast<std::uint64_t>(replication);
  simulation.queue = options.queue;
  simulation.counts_from = counts_from;
  simulation.latency_within = scenario.objectives.latency_within;
  simulation.ttft_within = scenario.objectives.ttft_within;
  return simulation;
}

// Whether a simulation goes on.
bool goes_on(const Progress& progress, Monitor& monitor) {
  if (progress.in_flight > monitor.in_flight_at_most) {
    monitor.is_flooded = true;
    monitor.stop = true;
  }
  return !monitor.stopped();
}

// Reports one replication's progress as its share of the whole.
class Share {
 public:
  Share(Monitor& monitor, std::int64_t runs) : monitor_(monitor), runs_(runs) {}

  bool operator()(const Progress& progress) {
    const std::int64_t part = std::min(ns(progress.now - kRunStart), ns(progress.duration));
    const std::int64_t whole = std::max<std::int64_t>(1, ns(progress.duration));
    const auto ppm = static_cast<std::int64_t>(int128{part} * 1'000'000 / whole / runs_);
    monitor_.done_ppm += ppm - ppm_;
    monitor_.events += progress.events - events_;
    ppm_ = ppm;
    events_ = progress.events;
    return goes_on(progress, monitor_);
  }

 private:
  Monitor& monitor_;
  std::int64_t runs_;
  std::int64_t ppm_ = 0;
  std::uint64_t events_ = 0;
};

// Mean latency by cell until arrivals stop, for the search of the warm-up's end; empty cells repeat
// the one before.
std::vector<double> latency_by_cell(const Measurements& measured, Duration duration) {
  std::vector<double> means;
  double last = 0;
  const auto until = static_cast<std::size_t>(ns(duration) / ns(measured.traffic.width()));
  for (const TrafficCell& cell : measured.traffic.cells()) {
    if (means.size() == until) break;
    if (cell.latency_count > 0) {
      last = static_cast<double>(cell.latency_sum) / static_cast<double>(cell.latency_count);
    }
    means.push_back(last);
  }
  return means;
}

struct WarmupEnd {
  TimePoint counts_from = kRunStart;
  std::optional<std::string> warning;
};

// "auto" runs the first replication once to find the end (MSER-5 over the latency's time series);
// what is reported then comes from runs of their own.
Result<WarmupEnd> find_warmup(const LoadedScenario& scenario, const RunOptions& options,
                              Monitor& monitor) {
  const RunPlan& plan = scenario.plan;
  WarmupEnd end;
  if (plan.warmup) end.counts_from = kRunStart + *plan.warmup;
  if (!plan.warmup_is_automatic) return end;
  const std::int64_t first = options.first_replication;
  SLUICE_TRY(Sources sources, open_sources(plan, static_cast<std::uint64_t>(first)));
  Simulation simulation(plan, simulation_options(scenario, options, first, kRunStart),
                        std::move(sources.all));
  simulation.run([&](const Progress& progress) { return goes_on(progress, monitor); });
  if (auto failure = simulation.failure()) return tl::unexpected(std::move(*failure));
  const Measurements& measured = simulation.recorder().measured();
  const std::vector<double> means = latency_by_cell(measured, plan.duration);
  const stats::Warmup warmup = stats::mser5(means);
  if (warmup.verdict == stats::WarmupVerdict::kRunTooShort) {
    end.warning = "the run is too short to find the end of its warm-up; all of it was counted";
    return end;
  }
  end.counts_from = kRunStart + measured.traffic.width() * static_cast<std::int64_t>(warmup.values);
  return end;
}

Result<RunResult> run_replication(const LoadedScenario& scenario, const RunOptions& options,
                                  std::int64_t index, const WarmupEnd& warmup, Monitor& monitor) {
  const std::int64_t replication = options.first_replication + index;
  const RunPlan& plan = scenario.plan;
  SLUICE_TRY(Sources sources, open_sources(plan, static_cast<std::uint64_t>(replication)));
  SimulationOptions how = simulation_options(scenario, options, replication, warmup.counts_from);
  std::optional<RunTrace> trace;
  if (options.keeps_trace && index == 0) how.trace = &trace.emplace();
  Simulation simulation(plan, how, std::move(sources.all));
  Share share(monitor, options.replications);
  const bool finished = simulation.run([&](const Progress& progress) { return share(progress); });
  if (auto failure = simulation.failure()) return tl::unexpected(std::move(*failure));
  RunFacts facts = facts_of(scenario, simulation);
  facts.version = options.version;
  facts.replication = replication;
  facts.counts_from = warmup.counts_from;
  if (!finished) facts.stopped_at = simulation.timers().now();
  if (warmup.warning) facts.warnings.push_back(*warmup.warning);
  for (std::string& warning : trace_warnings(sources)) facts.warnings.push_back(std::move(warning));
  RunResult result = make_result(simulation.recorder(), facts);
  result.trace = std::move(trace);
  return result;
}

using Slots = std::vector<std::optional<Result<RunResult>>>;

// In the order of replications. Of a run that was stopped, the replications that had ended count,
// or else the first one, as far as it came: a mean over runs of unequal length would mean nothing.
Result<RunResult> merge(Slots slots) {
  const auto is_whole = [](const auto& slot) { return slot && *slot && !(*slot)->partial(); };
  const bool any_whole = std::any_of(slots.begin(), slots.end(), is_whole);
  std::optional<RunResult> merged;
  std::size_t count = 0;
  for (auto& slot : slots) {
    if (slot && !*slot) return std::move(*slot);
    if (!slot || (any_whole ? !is_whole(slot) : merged.has_value())) continue;
    ++count;
    if (merged) {
      *merged += **slot;
    } else {
      merged = std::move(**slot);
    }
  }
  SLUICE_CHECK(merged.has_value());
  if (count < slots.size()) {
    merged->facts.warnings.push_back(
        fmt::format("stopped: {} of {} replications", count, slots.size()));
    if (!merged->facts.stopped_at) merged->facts.stopped_at = kRunStart + merged->facts.duration;
  }
  return std::move(*merged);
}

}  // namespace

Result<Sources> open_sources(const RunPlan& plan, std::uint64_t replication) {
  Sources sources;
  const RandomSource random(plan.seed, replication);
  for (const WorkloadSpec& workload : plan.workloads) {
    std::unique_ptr<RequestSource> source;
    if (std::holds_alternative<TraceArrivals>(workload.arrivals)) {
      auto trace = TraceSource::open(workload, random);
      if (!trace) {
        Error error = std::move(trace).error();
        if (error.code == ErrorCode::kIo) {
          error.message +=
              fmt::format("; where it lies is said by --set /workloads/{}/arrivals/path=FILE",
                          sources.all.size());
        }
        return tl::unexpected(std::move(error));
      }
      sources.traces.push_back(trace->get());
      source = std::move(*trace);
    }
    sources.all.push_back(std::move(source));
  }
  return sources;
}

Result<RunResult> run_scenario(const LoadedScenario& scenario, const RunOptions& options,
                               Monitor& monitor) {
  SLUICE_TRY(const WarmupEnd warmup, find_warmup(scenario, options, monitor));
  Slots results(static_cast<std::size_t>(options.replications));
  std::atomic<std::int64_t> next{0};
  const auto work = [&] {
    for (;;) {
      const std::int64_t index = next++;
      if (index >= options.replications) return;
      if (index > 0 && monitor.stopped()) return;
      auto result = run_replication(scenario, options, index, warmup, monitor);
      if (!result) monitor.stop = true;
      results[static_cast<std::size_t>(index)] = std::move(result);
    }
  };
  std::vector<std::thread> helpers;
  const std::int64_t threads = std::min(options.threads, options.replications);
  for (std::int64_t i = 1; i < threads; ++i) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();

  return merge(std::move(results));
}

}  // namespace sluice
