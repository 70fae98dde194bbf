#include "engine/timer_queue.hpp"

#include <algorithm>

namespace sluice {
namespace {

constexpr std::uint64_t kSlotMask = 0x3fffffffU;  // of slots and of generations

}  // namespace

// A ticket is the event's tag: the cancellable bit, the slot's generation, the slot.
TimerQueue::Ticket TimerQueue::arm(TimePoint due, std::coroutine_handle<> handle) {
  std::uint32_t slot = 0;
  if (free_slots_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    SLUICE_CHECK(slot <= kSlotMask);
    slots_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  slots_[slot].address = handle.address();
  const std::uint64_t generation = slots_[slot].generation & kSlotMask;
  const Ticket ticket = kCancellable | (generation << 32) | slot;
  push_event({.due = ns(due < now_ ? now_ : due), .address = nullptr, .tag = ticket});
  return ticket;
}

void TimerQueue::cancel(Ticket ticket) noexcept {
  if (ticket == kNoTicket) return;
  const auto slot = static_cast<std::uint32_t>(ticket & kSlotMask);
  if ((slots_[slot].generation & kSlotMask) != ((ticket >> 32) & kSlotMask)) return;
  ++slots_[slot].generation;
  slots_[slot].address = nullptr;
  free_slots_.push_back(slot);
}

void TimerQueue::fire_cancellable(const TimedEvent& event) {
  const auto slot = static_cast<std::uint32_t>(event.tag & kSlotMask);
  if ((slots_[slot].generation & kSlotMask) != ((event.tag >> 32) & kSlotMask)) return;
  void* address = slots_[slot].address;
  ++slots_[slot].generation;
  free_slots_.push_back(slot);
  std::coroutine_handle<>::from_address(address).resume();
}

void TimerQueue::advance_to(TimePoint now) {
  if (now > now_) now_ = now;
  TimedEvent event;
  while (pop_before(ns(now_), event)) {
    due_ = TimePoint{Duration{event.due}};
    fire(event);
  }
  due_ = kNever;
}

TimePoint TimerQueue::next_due() const noexcept {
  std::int64_t due = kind_ == QueueKind::kRadix ? radix_.peek() : heap_.peek();
  if (planned_count_ > 0) due = std::min(due, planned_[first_planned_].due);
  return TimePoint{Duration{due}};
}

}  // namespace sluice
