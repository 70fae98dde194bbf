// One request's life: client queue, attempts, backoff, final outcome (docs/model.md, Client). The
// same code in virtual time and against sockets; what differs is the port. Latency runs from the
// planned arrival.
#pragma once

#include <coroutine>
#include <cstdint>

#include "base/draw.hpp"
#include "engine/api_port.hpp"
#include "engine/task.hpp"
#include "engine/timer_queue.hpp"
#include "metrics/recorder.hpp"
#include "policy/run_plan.hpp"
#include "policy/workload_generator.hpp"

namespace sluice {

// One client process: its settings and its places for concurrent requests.
class Client {
 public:
  Client(const ClientPlan& plan, const RandomSource& random, TimerQueue& timers, FramePool& frames,
         ApiPort& port, Recorder& recorder);
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
  // A request that waits for a place; higher priority first, then first come.
  struct Waiter {
    Waiter* previous = nullptr;
    Waiter* next = nullptr;
    std::int64_t priority = 0;
    std::coroutine_handle<> handle;
    TimerQueue::Ticket deadline = TimerQueue::kNoTicket;
    bool got_place = false;
  };
  struct PlaceAwaiter;

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
  Task wait_for_place(Order order, bool& got_place);
  bool enter() noexcept;
  void begin_attempt(const Order& order, Progress& progress) const;
  // After an attempt: records it, and says whether there is a next one, before which to pause.
  bool settle(const Order& order, Progress& progress);
  // After one that did not succeed.
  bool plan_retry(const Order& order, Progress& progress) const;
  void close(const Order& order, const Progress& progress);
  bool is_queue_full() const noexcept;
  void enqueue(Waiter& waiter) noexcept;
  void remove(Waiter& waiter) noexcept;
  void leave_place();

  ClientPlan plan_;
  RandomSource random_;
  TimerQueue& timers_;
  FramePool& frames_;
  ApiPort& port_;
  Recorder& recorder_;
  std::int64_t in_use_ = 0;
  std::int64_t waiting_ = 0;
  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
};

}  // namespace sluice
