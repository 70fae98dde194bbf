// All waiting work of a run, and its clock. Coroutines wait here for an instant; a driver tells it
// the time: the virtual driver jumps from event to event (run_until), a live one says what the
// clock reads (advance_to). The clock is set first, then what is due fires in (due, insertion)
// order.
//
//   co_await timers.until(now + seconds(30));
//   timers.push(now + seconds(30), call);                          // calls call.fire(call)
//   const auto ticket = timers.arm(deadline, handle); ... timers.cancel(ticket);
#pragma once

#include <array>
#include <coroutine>
#include <cstdint>
#include <vector>

#include "base/check.hpp"
#include "base/time.hpp"
#include "engine/heap_queue.hpp"
#include "engine/radix_queue.hpp"

namespace sluice {

// Work that is no coroutine of its own: lives in somebody's frame or object and is called when it
// is due. The object must stay in place until then.
struct TimedCall {
  void (*fire)(TimedCall& call) = nullptr;
  std::uint32_t tag = 0;  // what the order digest sees of it when it fires
};

enum class QueueKind : std::uint8_t { kRadix, kHeap };

class TimerQueue {
 public:
  explicit TimerQueue(QueueKind kind = QueueKind::kRadix) : kind_(kind) {}
  TimerQueue(const TimerQueue&) = delete;
  TimerQueue& operator=(const TimerQueue&) = delete;

  TimePoint now() const noexcept { return now_; }
  // The instant for which what happens now was due: of the event that advance_to() fires, which is
  // late by now() - due(); now() where no event is being fired.
  TimePoint due() const noexcept { return due_ != kNever ? due_ : now_; }
  std::size_t pending() const noexcept {
    return planned_count_ + (kind_ == QueueKind::kRadix ? radix_.size() : heap_.size());
  }
  std::uint64_t fired() const noexcept { return fired_; }
  // A hash over (due, tag) of every event in the order in which it fired.
  std::uint64_t order_digest() const noexcept { return digest_.value(); }

  class UntilAwaiter : TimedCall {
   public:
    UntilAwaiter(TimerQueue& timers, TimePoint due, std::uint32_t tag_seen)
        : timers_(timers), due_(due) {
      tag = tag_seen;
      fire = [](TimedCall& call) { static_cast<UntilAwaiter&>(call).handle_.resume(); };
    }
    UntilAwaiter(const UntilAwaiter&) = delete;
    UntilAwaiter& operator=(const UntilAwaiter&) = delete;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      handle_ = handle;
      timers_.push(due_, *this);
    }
    void await_resume() const noexcept {}

   private:
    TimerQueue& timers_;
    TimePoint due_;
    std::coroutine_handle<> handle_;
  };
  // Resumes at `due`, or at once (but after what is already due now) if that has passed. The tag is
  // what the order digest sees of the event.
  UntilAwaiter until(TimePoint due, std::uint32_t tag = 0) noexcept { return {*this, due, tag}; }

  // Resumes the coroutine at `due`.
  void push(TimePoint due, std::coroutine_handle<> handle) {
    push_event(event_of(due, reinterpret_cast<std::uintptr_t>(handle.address()) | kCoroutine));
  }

  // Calls call.fire(call) at `due`.
  void push(TimePoint due, TimedCall& call) { push_event(event_of(due, what_of(call))); }

  // The same for a process that plans one event after the other (arrivals): its next one waits
  // beside the queue, which spares it the way through. Order and digest do not differ.
  void plan(TimePoint due, TimedCall& call) {
    const TimedEvent event = event_of(due, what_of(call));
    bool has_room = planned_count_ < kPlannedAtMost;
    for (std::size_t i = 0; i < planned_count_; ++i) has_room &= planned_[i].due != event.due;
    if (!has_room) return push_event(event);
    planned_[planned_count_].assign(event);
    if (planned_count_ == 0 || event.due < planned_[first_planned_].due) {
      first_planned_ = planned_count_;
    }
    ++planned_count_;
  }

  // Cancellable waits: arm() returns a ticket; cancel() makes the event void if it has not fired.
  using Ticket = std::uint64_t;
  static constexpr Ticket kNoTicket = 0;
  Ticket arm(TimePoint due, std::coroutine_handle<> handle);
  void cancel(Ticket ticket) noexcept;

  // Virtual time: fires event after event up to `end` (the clock follows each), calling tick(fired)
  // every 64k events; stops when it returns false. True if it stopped because nothing was left to
  // fire.
  template <class Tick>
  bool run_until(TimePoint end, Tick&& tick) {
    TimedEvent event;
    while (pop_before(ns(end), event)) {
      now_ = TimePoint{Duration{event.due}};
      fire(event);
      if ((fired_ & 0xffff) == 0 && !tick(fired_)) return false;
    }
    return true;
  }

  // Live time: the clock reads `now`; fires all that is due by then.
  void advance_to(TimePoint now);
  // When the next event is due, kNever if none waits.
  TimePoint next_due() const noexcept;

 private:
  struct Slot {
    void* address = nullptr;
    std::uint32_t generation = 0;
  };
  // The kind of an event, in the lowest bits of what it is: the address of a TimedCall or of a
  // coroutine, or a ticket. The order digest sees a coroutine as 0 and a ticket as its slot.
  static constexpr std::uint64_t kKindMask = 3;
  static constexpr std::uint64_t kCall = 0;
  static constexpr std::uint64_t kCoroutine = 1;
  static constexpr std::uint64_t kCancellable = 2;

  static std::uint64_t what_of(const TimedCall& call) noexcept {
    static_assert(alignof(TimedCall) > kKindMask);
    return reinterpret_cast<std::uintptr_t>(&call);
  }
  TimedEvent event_of(TimePoint due, std::uint64_t what) const noexcept {
    return {.due = ns(due < now_ ? now_ : due), .what = what};
  }

  // What is pushed at the instant of a planned event comes after it: the planned one then takes its
  // place in the queue first. So whatever the queue holds for that instant was there before.
  void push_event(const TimedEvent& event) {
    for (std::size_t i = 0; i < planned_count_; ++i) {
      if (planned_[i].due == event.due) [[unlikely]] {
        TimedEvent first;
        take_planned(i, first);
        enqueue(first);
        break;  // no two planned events are due at one instant
      }
    }
    enqueue(event);
  }
  void take_planned(std::size_t at, TimedEvent& event) noexcept {
    event.assign(planned_[at]);
    planned_[at].assign(planned_[--planned_count_]);
    first_planned_ = 0;
    for (std::size_t i = 1; i < planned_count_; ++i) {
      if (planned_[i].due < planned_[first_planned_].due) first_planned_ = i;
    }
  }

  void enqueue(const TimedEvent& event) {
    if (kind_ == QueueKind::kRadix) [[likely]] {
      radix_.push(event);
    } else {
      heap_.push(event);
    }
  }
  bool pop_before(std::int64_t limit, TimedEvent& event) {
    const bool is_planned = planned_count_ > 0 && planned_[first_planned_].due <= limit;
    if (is_planned) limit = planned_[first_planned_].due;
    if (kind_ == QueueKind::kRadix) [[likely]] {
      if (radix_.pop_before(limit, event)) return true;
    } else if (heap_.pop_before(limit, event)) {
      return true;
    }
    if (is_planned) take_planned(first_planned_, event);
    return is_planned;
  }
  void fire(const TimedEvent& event) {
    ++fired_;
    if ((event.what & kKindMask) != kCall) [[unlikely]]
      return fire_handle(event);
    auto& call = *reinterpret_cast<TimedCall*>(event.what);
    digest_.add(event.due, call.tag);
    call.fire(call);
  }
  void fire_handle(const TimedEvent& event);

  TimePoint now_ = kRunStart;
  TimePoint due_ = kNever;  // set while advance_to() fires
  QueueKind kind_;
  std::uint64_t fired_ = 0;
  OrderDigest digest_;
  static constexpr std::size_t kPlannedAtMost = 4;  // of more workloads the rest goes to the queue
  std::array<TimedEvent, kPlannedAtMost> planned_;
  std::size_t planned_count_ = 0;
  std::size_t first_planned_ = 0;  // the one that is due first
  RadixQueue radix_;
  HeapQueue heap_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
};

}  // namespace sluice
