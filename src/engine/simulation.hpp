// One run in virtual time: puts the API's model, the clients, the workloads and the measurement
// together and jumps from event to event. One thread, no I/O but what a trace source reads, the
// same bytes for the same plan and replication.
//
//   Simulation simulation(plan, {.replication = 0}, std::move(sources));
//   simulation.run([](const Progress&) { return true; });
//   use(simulation.recorder());
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engine/api_model.hpp"
#include "engine/in_process_api.hpp"
#include "engine/load_generator.hpp"

namespace sluice {

struct SimulationOptions {
  std::uint64_t replication = 0;
  QueueKind queue = QueueKind::kRadix;
  TimePoint counts_from = kRunStart;  // end of the warm-up
  std::optional<Duration> latency_within{};
  std::optional<Duration> ttft_within{};
  RunTrace* trace = nullptr;  // to be filled; outlives the simulation. Batches are not in it
};

struct Progress {
  TimePoint now{};
  Duration duration{};
  std::uint64_t events = 0;
  std::int64_t in_flight = 0;  // requests planned and not ended yet
};

class Simulation {
 public:
  // sources[w] gives workload w's requests where its arrivals are a trace, and is empty otherwise.
  // The plan outlives the simulation.
  Simulation(const RunPlan& plan, const SimulationOptions& options,
             std::vector<std::unique_ptr<RequestSource>> sources);
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  FramePool& frames() noexcept { return frames_; }

  // Runs until nothing is left to happen, or until `tick` (called now and then) says stop. True if
  // it ran to the end.
  bool run(const std::function<bool(const Progress&)>& tick);

  const Recorder& recorder() const noexcept { return recorder_; }
  ApiModel& api() noexcept { return api_; }
  const TimerQueue& timers() const noexcept { return timers_; }
  // Why a trace ended early, if it did: the run is then not what was asked for.
  std::optional<Error> failure() const { return load_->failure(); }

 private:
  Task read_limiters();
  Task apply_events();

  const RunPlan& plan_;
  RunTrace* trace_;
  FramePool frames_;
  TimerQueue timers_;
  RandomSource random_;
  Recorder recorder_;
  ApiModel api_;
  InProcessApi port_;
  std::vector<Fleet> fleets_;
  std::unique_ptr<LoadGenerator> load_;
  TaskScope scope_;
};

}  // namespace sluice
