// One request's life: client queue, pacing, attempts, backoff, final outcome (docs/model.md,
// Client). The same code in virtual time and against sockets; what differs is the port. Latency
// runs from the planned arrival.
#pragma once

#include <coroutine>
#include <cstdint>
#include <memory>
#include <span>

#include "base/draw.hpp"
#include "engine/api_port.hpp"
#include "engine/governor.hpp"
#include "engine/task.hpp"
#include "engine/timer_queue.hpp"
#include "engine/waiting_line.hpp"
#include "metrics/recorder.hpp"
#include "policy/run_plan.hpp"
#include "policy/workload_generator.hpp"
#include "results/run_trace.hpp"

namespace sluice {

// One client process: its settings and its places for concurrent requests.
class Client {
 public:
  // `models` as in RunPlan: needed for a fallback's tokens only. `trace` may be null.
  Client(const ClientPlan& plan, const RandomSource& random, TimerQueue& timers, FramePool& frames,
         ApiPort& port, Recorder& recorder, std::span<const ModelPlan> models = {},
         RunTrace* trace = nullptr);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  FramePool& frames() noexcept { return frames_; }

  // One request to carry: when the user wanted it, until when, and how it ranks in the queue.
  struct Order {
    TimePoint planned{};
    TimePoint deadline = kNever;
    std::int64_t priority = 0;
  };

  // The request that is all of its session, made in the frame that carries it.
  struct Single {
    const WorkloadGenerator& generator;
    WorkloadId workload;
    std::uint64_t session;
    TaskScope& owner;
    TaskScope& scope() const noexcept { return owner; }
  };

  // Carries one request to its end and records it; `succeeded` (may be null) tells how it ended.
  // `wanted` is copied before the task first waits; what its cache_blocks refer to must live as
  // long as the task.
  Task perform(const RequestSpec& wanted, Order order, bool* succeeded) {
    return carry(wanted, order, succeeded);
  }
  // The same as a task of request.scope(), begun at once.
  void start(const Single& request, Order order);

 private:
  struct PlaceAwaiter;
  struct TurnAwaiter;

  // A request on its way: the attempt in flight and what is remembered between attempts. To await
  // it is to send it or, when it pauses, to wait until again(): one awaiter for both keeps the
  // frame small, of which there is one in memory for every request in flight.
  struct Progress : AttemptInFlight {
    Progress(ApiPort& to, const RequestSpec& wanted)
        : AttemptInFlight(to, [&] { return wanted; }) {}
    Progress(ApiPort& to, const Single& request)
        : AttemptInFlight(
              to, [&] { return request.generator.single(request.session, request.workload); }) {}

    ErrorKind error = ErrorKind::kNone;
    std::optional<LimitCause> limit;
    bool pauses = false;  // between two attempts
    TimePoint first_sent = kNever;
    Duration waited{};
    Duration backoff{};  // the last, as RetryState::previous

    // While it pauses nothing is to be given up.
    TimePoint& again() noexcept { return give_up_at; }
    TimePoint last_sent() const noexcept { return admitted.started; }

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> handle);
    void await_resume() const noexcept {}
  };

  template <class Wanted>
  Task carry(const Wanted& wanted, Order order, bool* succeeded);
  // Whether the next attempt may go, or has been decided about, without waiting.
  bool is_its_turn(const Order& order, Progress& progress, bool& in_place);
  Task wait_for_turn(Order order, Progress& progress, bool& in_place);
  Leave leave_of(const Progress& progress, bool in_place) const noexcept;
  bool enter() noexcept;
  void begin_attempt(const Order& order, Progress& progress) const;
  // After an attempt: records it, and says whether there is a next one, before which to pause.
  bool settle(const Order& order, Progress& progress);
  // Instead of an attempt: the client itself has refused it. Is there a next one?
  bool refuse(const Order& order, Progress& progress) const;
  // After one that did not succeed.
  bool plan_retry(const Order& order, Progress& progress, const Outcome& outcome) const;
  std::int64_t retries_of(const Progress& progress) const noexcept;
  std::optional<Duration> governed_wait(Progress& progress, const Outcome& outcome) const;
  std::optional<Duration> wait_before_retry(Progress& progress, const Outcome& outcome) const;
  void close(const Order& order, const Progress& progress);
  void trace_attempt(const Order& order, const Progress& progress, const Outcome& outcome) const;
  void trace_request(const Order& order, const Progress& progress) const;
  bool is_queue_full() const noexcept;
  void leave_place();

  ClientPlan plan_;
  RandomSource random_;
  TimerQueue& timers_;
  FramePool& frames_;
  ApiPort& port_;
  Recorder& recorder_;
  std::int64_t in_use_ = 0;
  WaitingLine<Waiter> line_;            // for a place
  std::unique_ptr<Governor> governor_;  // empty: nothing but the retry policy
  bool may_wait_;                       // before an attempt: for a place, or as the governor says
  RunTrace* trace_;                     // empty: nothing is kept of single requests
};

}  // namespace sluice
