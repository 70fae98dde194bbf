// All requests' lives: starts every workload's sessions at their planned instants (open loop, on an
// absolute schedule) or keeps its users going (closed loop), and walks each session through its
// turns and agent loops.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/batch_client.hpp"
#include "engine/fleet.hpp"
#include "engine/request_source.hpp"
#include "engine/task.hpp"
#include "engine/timer_queue.hpp"
#include "policy/workload_generator.hpp"

namespace sluice {

class LoadGenerator {
 public:
  // One workload and what serves it. `source` is empty for a closed loop.
  struct Work {
    WorkloadId id{};
    WorkloadGenerator generator;
    std::unique_ptr<RequestSource> source;
    const Fleet* clients = nullptr;
    std::unique_ptr<BatchClient> batch;  // empty: nothing is sent as batch
    TimePoint stops = kNever;            // nothing is planned from then on
    std::int64_t sessions_of_users = 0;  // begun so far, of a closed loop
  };

  // `drop_after`: an open loop's session that would begin later than that is left out and counted.
  // Without it nothing is left out: what is late is sent late.
  LoadGenerator(std::vector<Work> works, TimerQueue& timers, FramePool& frames, Recorder& recorder,
                std::optional<Duration> drop_after = std::nullopt)
      : works_(std::move(works)),
        timers_(timers),
        frames_(frames),
        recorder_(recorder),
        drop_after_(drop_after) {}
  LoadGenerator(const LoadGenerator&) = delete;
  LoadGenerator& operator=(const LoadGenerator&) = delete;

  FramePool& frames() noexcept { return frames_; }
  void start();
  // The first failure of a source (a malformed trace), if any.
  std::optional<Error> failure() const;
  // Whether every request has ended and none is to come.
  bool is_done() const noexcept {
    return arriving_ == 0 && scope_.is_idle() && recorder_.in_flight() == 0;
  }
  // Sessions that drop_after left out.
  std::int64_t dropped() const noexcept { return dropped_; }

 private:
  bool is_too_late(TimePoint planned) const noexcept {
    return drop_after_ && timers_.now() - planned > *drop_after_;
  }
  // An open loop's next arrival, which waits for its instant. A step rather than a coroutine: there
  // is one for every request.
  struct Arrival : TimedCall {
    Arrival(LoadGenerator& owner, Work& of)
        : by(owner),
          work(of),
          sizes(of.generator),
          left(of.generator.spec().max_requests.value_or(INT64_MAX)) {
      fire = &LoadGenerator::on_arrival;
      tag = of.generator.spec().hash;
    }

    LoadGenerator& by;
    Work& work;
    SizesAhead sizes;
    std::int64_t left;  // sessions that the workload may still plan
    PlannedArrival plan;
  };
  inline void await_next(Arrival& arrival);
  static void on_arrival(TimedCall& call);
  void begin(Arrival& arrival);
  void start_single(Arrival& arrival);
  Task user(Work& work, std::uint64_t number);
  Task session(Work& work, Client& client, std::uint64_t number, TimePoint planned);
  Task recorded(Work& work, PlannedArrival arrival);

  std::vector<Work> works_;
  TimerQueue& timers_;
  FramePool& frames_;
  Recorder& recorder_;
  std::optional<Duration> drop_after_;
  std::int64_t dropped_ = 0;
  std::deque<Arrival> arrivals_;  // of the open loops
  std::size_t arriving_ = 0;      // of them, those that wait
  TaskScope scope_;
};

}  // namespace sluice
