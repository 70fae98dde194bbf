// One request's life: client queue, attempts, backoff, final outcome (model.md, Client). The same code in virtual time and
// against sockets; what differs is the port. Latency runs from the planned arrival.
#pragma once

#include <coroutine>
#include <cstdint>

#include "base/draw.hpp"
#include "engine/api_port.hpp"
#include "engine/timer_queue.hpp"
#include "metrics/recorder.hpp"
#include "policy/run_plan.hpp"

namespace sluice {

// One client process: its settings and its places for concurrent requests.
class Client {
 public:
  Client(const ClientPlan& plan, const RandomSource& random, TimerQueue& timers, FramePool& frames,
         ApiPort& port, Recorder& recorder);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  FramePool& frames() noexcept { return frames_; }

  // Carries one request to its end and records it. `record` comes with workload, planned and deadline set and leaves
  // complete; record.error tells how it ended.
  Task perform(const RequestSpec& spec, std::int64_t priority, RequestRecord& record);

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

  Task attempt_until_final(const RequestSpec& spec, std::int64_t priority, TimePoint deadline,
                           RequestRecord& record);
  void record_attempt(const RequestSpec& spec, const Exchange& exchange, RequestRecord& record);
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
