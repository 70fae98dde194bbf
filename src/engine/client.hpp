// One request's life: client queue, pacing, attempts, backoff, final outcome (docs/model.md,
// Client). The same code in virtual time and against sockets; what differs is the port. Latency
// runs from the planned arrival.
//
//   begin -> ask (a place, the governor) -> send -> on_answer -> settle -> close
//             ^                                                    |
//             +------------------- pause ------------------------- +
#pragma once

#include <algorithm>
#include <concepts>
#include <coroutine>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "base/draw.hpp"
#include "engine/api_port.hpp"
#include "engine/governor.hpp"
#include "engine/task.hpp"
#include "engine/timer_queue.hpp"
#include "engine/waiting_line.hpp"
#include "metrics/recorder.hpp"
#include "policy/retry_policy.hpp"
#include "policy/run_plan.hpp"
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

  // A request on its way: the attempt in flight and what is remembered between attempts. Steps
  // rather than a coroutine carry it: there is one in memory for every request in flight, and a
  // frame would be larger by a line of the caches.
  struct Carried : AttemptInFlight {
    template <std::invocable Make>
    Carried(Client& by, const Order& order, Make&& make)
        : AttemptInFlight(by.port_, &Client::on_answer, std::forward<Make>(make)),
          client(&by),
          deadline(order.deadline),
          priority(order.priority) {
      planned = order.planned;
    }

    // While it pauses nothing is to be given up.
    TimePoint& again() noexcept { return give_up_at; }
    TimePoint last_sent() const noexcept { return admitted.started; }

    ErrorKind error = ErrorKind::kNone;
    std::optional<LimitCause> limit;
    bool in_place = false;  // has one of the client's places for concurrent requests
    Client* client;
    // It has ended and is recorded. Empty: nobody waits for it, and its place is given back.
    void (*over)(Carried& request) = nullptr;
    TimePoint deadline;
    std::int64_t priority;
    TimePoint first_sent = kNever;
    Duration waited{};
    Duration backoff{};  // the last, as RetryState::previous
  };

  static_assert(sizeof(Carried) + sizeof(FramePool*) <= 4 * std::size_t{64});  // lines of a cache
  static_assert(std::is_trivially_destructible_v<Carried>);  // its place is given back as it is

  // Carries one request to its end and records it, for a coroutine, in whose frame it lives:
  //
  //   Client::Performance request(client, spec, order);
  //   const bool succeeded = co_await request;
  //
  // What the spec's cache_blocks refer to must live until then.
  class Performance : Carried {
   public:
    Performance(Client& by, const RequestSpec& wanted, const Order& order)
        : Carried(by, order, [&] { return wanted; }) {}
    Performance(const Performance&) = delete;
    Performance& operator=(const Performance&) = delete;

    bool await_ready() const noexcept { return false; }
    // It may be over at once; the coroutine is resumed within this call then.
    void await_suspend(std::coroutine_handle<> handle) {
      handle_ = handle;
      over = [](Carried& request) { static_cast<Performance&>(request).handle_.resume(); };
      client->begin(*this);
    }
    bool await_resume() const noexcept { return error == ErrorKind::kNone; }

   private:
    std::coroutine_handle<> handle_;
  };

  // The same for nobody who waits; `make` gives the request, which is made where it is kept.
  template <std::invocable Make>
  void start(const Order& order, Make&& make) {
    void* place = frames_.allocate(sizeof(Carried));
    auto& request = *new (place) Carried(*this, order, std::forward<Make>(make));
    return may_wait_ ? begin(request) : send(request);
  }

 private:
  struct PlaceAwaiter;
  struct TurnAwaiter;

  void begin(Carried& request);
  // Before every attempt: goes on when a place is free and the governor lets it.
  void ask(Carried& request);
  // Whether the next attempt may go, or has been decided about, without waiting.
  bool is_its_turn(Carried& request);
  Task wait_for_turn(Carried& request);
  void take_turn(Carried& request);
  Leave leave_of(const Carried& request) const noexcept;
  bool enter() noexcept;
  void send(Carried& request);
  static void on_answer(AttemptInFlight& attempt);
  // After an attempt: records it, and says whether there is a next one, before which to pause.
  inline bool settle(Carried& request);
  // Instead of an attempt: the client itself has refused it. Is there a next one?
  bool refuse(Carried& request) const;
  // After one that did not succeed.
  bool plan_retry(Carried& request, const Outcome& outcome) const;
  std::int64_t retries_of(const Carried& request) const noexcept;
  std::uint64_t retry_bits(const Carried& request, const RetryState& retries) const noexcept;
  void pause(Carried& request);
  static void on_pause_over(TimedCall& call);
  inline void close(Carried& request);
  // Ends the request with an error that is not its last answer's.
  void give_up(Carried& request, ErrorKind error);
  RequestRecord record_of(const Carried& request) const;
  void trace_attempt(const Carried& request, const Outcome& outcome) const;
  void trace_request(const Carried& request) const;
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
  TaskScope waits_;                     // of requests that wait for their turn
};

// Here, because every request passes it where it begins.
inline void Client::send(Carried& request) {
  const TimePoint now = timers_.now();
  if (request.number == 0) request.first_sent = now;
  request.admitted.started = now;
  if (governor_) governor_->went(request);
  ++request.number;
  // The time limit of one attempt, or the request's deadline if that is nearer.
  TimePoint give_up_at = request.deadline;
  if (plan_.attempt_timeout) give_up_at = std::min(give_up_at, now + *plan_.attempt_timeout);
  request.give_up_at = give_up_at;
  if (port_.start(request)) on_answer(request);
}

}  // namespace sluice
