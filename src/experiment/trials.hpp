// Many short simulations, for questions that take thousands: each trial is one replication of one
// scenario, read out as a few numbers. Trials run side by side on threads and are placed by index,
// so the number of threads never shows in a result. Trials of different scenarios with the same
// replication share their random draws (common random numbers): subtract them pair by pair
// (stats/compare.hpp).
//
//   TrialRunner runner({"goodput.share", "latency.offered.p95"}, {.threads = 2}, monitor);
//   SLUICE_TRY(std::vector<Sample> samples, runner.run({{&today, 0}, {&other, 0}}));
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "experiment/monitor.hpp"
#include "scenario/load.hpp"

namespace sluice {

// Replications from here on are kept for confirming what a search has found: no search uses them.
inline constexpr std::int64_t kFirstConfirmation = 1'000'000;

struct Trial {
  const scenario::LoadedScenario* scenario = nullptr;
  std::int64_t replication = 0;
};

// The wanted metrics in their order, in their units (seconds, dollars); none where the run has no
// such number.
using Sample = std::vector<std::optional<double>>;

// Told of each trial as it ends: its index and its sample. Never two at a time, but from any thread
// and in any order. An error ends the whole.
using TrialDone = std::function<Result<void>(std::size_t index, const Sample& sample)>;

struct TrialOptions {
  std::int64_t threads = 1;
  std::string version;
};

class TrialRunner {
 public:
  // `metrics` are paths of the metric table; a path that a scenario does not have reads as none.
  TrialRunner(std::vector<std::string> metrics, TrialOptions options, Monitor& monitor)
      : metrics_(std::move(metrics)), options_(std::move(options)), monitor_(monitor) {}

  // Samples in the order of the trials. An error is a trace that could not be read, one that `done`
  // gave, or that monitor.stop ended it (ErrorCode::kInterrupted); trials under way then end at
  // once and count for nothing. How far it is, is the caller's to say (monitor.done_ppm).
  Result<std::vector<Sample>> run(std::span<const Trial> trials, const TrialDone& done = {});

  const std::vector<std::string>& metrics() const noexcept { return metrics_; }
  std::int64_t trials_run() const noexcept { return trials_run_; }

 private:
  std::vector<std::string> metrics_;
  TrialOptions options_;
  Monitor& monitor_;
  std::int64_t trials_run_ = 0;
};

}  // namespace sluice
