#include "engine/timer_queue.hpp"

#include <algorithm>

namespace sluice {
namespace {

constexpr std::uint64_t kSlotMask = 0x3fffffffU;  // of slots and of generations
constexpr int kSlotShift = 2;                     // above the kind
constexpr int kGenerationShift = 32;

std::uint32_t slot_of(std::uint64_t ticket) noexcept {
  return static_cast<std::uint32_t>((ticket >> kSlotShift) & kSlotMask);
}
std::uint64_t generation_of(std::uint64_t ticket) noexcept { return ticket >> kGenerationShift; }

}  // namespace

// A ticket is what its event is: its kind, the slot, the slot's generation.
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
  const Ticket ticket =
      (generation << kGenerationShift) | (std::uint64_t{slot} << kSlotShift) | kCancellable;
  push_event(event_of(due, ticket));
  return ticket;
}

void TimerQueue::cancel(Ticket ticket) noexcept {
  if (ticket == kNoTicket) return;
  const std::uint32_t slot = slot_of(ticket);
  if ((slots_[slot].generation & kSlotMask) != generation_of(ticket)) return;
  ++slots_[slot].generation;
  slots_[slot].address = nullptr;
  free_slots_.push_back(slot);
}

void TimerQueue::fire_handle(const TimedEvent& event) {
  if ((event.what & kKindMask) == kCoroutine) {
    digest_.add(event.due, 0);
    const std::uint64_t address = event.what & ~kKindMask;
    return std::coroutine_handle<>::from_address(reinterpret_cast<void*>(address)).resume();
  }
  const std::uint32_t slot = slot_of(event.what);
  digest_.add(event.due, slot);
  if ((slots_[slot].generation & kSlotMask) != generation_of(event.what)) return;
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
