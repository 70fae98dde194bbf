// A monotone event queue: radix-16 buckets over integer time (related: Ahuja et al. 1990, radix
// heaps). Stable among equal times without sequence numbers. Each event moves about log16 of the
// pending number of times, always streaming, so the cost hardly grows from a hundred to a million
// pending events, and there is nothing to tune.
//
// Contract: a push must not be earlier than the last popped event, nor than the last `limit` of
// pop_before().
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/check.hpp"
#include "engine/timed_event.hpp"

namespace sluice {

// A growable array whose append is a store and a compare; std::vector's is a call here.
class EventList {
 public:
  void append(const TimedEvent& event) {
    if (size_ == capacity_) [[unlikely]]
      grow();
    events_[size_++].assign(event);
  }
  void clear() noexcept { size_ = 0; }
  void shrink(std::size_t size) noexcept { size_ = size; }
  void drop_first(std::size_t count) noexcept {
    std::copy(begin() + count, end(), events_.get());
    size_ -= count;
  }
  bool is_full() const noexcept { return size_ == capacity_; }
  void swap(EventList& other) noexcept {
    events_.swap(other.events_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }
  std::size_t size() const noexcept { return size_; }
  TimedEvent& operator[](std::size_t at) noexcept { return events_[at]; }
  const TimedEvent& operator[](std::size_t at) const noexcept { return events_[at]; }
  const TimedEvent* begin() const noexcept { return events_.get(); }
  const TimedEvent* end() const noexcept { return events_.get() + size_; }

 private:
  void grow();

  std::unique_ptr<TimedEvent[]> events_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

class RadixQueue {
 public:
  void push(const TimedEvent& event) {
    ++size_;
    if (event.due < active_end_) return insert_active(event);
    place(event);
  }

  // Takes the first event if it is due at or before `limit`.
  bool pop_before(std::int64_t limit, TimedEvent& out) {
    while (head_ == active_.size()) {
      if (!open_next(limit)) return false;
    }
    const TimedEvent& first = active_[head_];
    if (first.due > limit) return false;
    out.assign(first);
    ++head_;
    --size_;
    return true;
  }

  // Due time of the first event without moving anything; INT64_MAX when empty.
  std::int64_t peek() const noexcept;

  std::size_t size() const noexcept { return size_; }

 private:
  static constexpr int kLevels = 16;
  static constexpr std::size_t kSortAtMost = 24;
  static constexpr std::size_t kSpillAbove = 64;

  // What is due soon is fetched while what is due now runs. An event may lie within a coroutine's
  // frame: the lines around it are part of the same request.
  [[gnu::always_inline]] static void prefetch(const TimedEvent& event) noexcept {
    const auto at = reinterpret_cast<std::uintptr_t>(event.address);  // 0 for cancellable waits
    for (int line = -1; line <= 4; ++line) {
      __builtin_prefetch(
          reinterpret_cast<const void*>(at + static_cast<std::uintptr_t>(64 * line)));
    }
  }
  // The bucket that is likely to be opened next, if it will not be spread first. Inline by force:
  // GCC takes a function that only prefetches for one without effects and drops the call.
  [[gnu::always_inline]] void prefetch_next() const noexcept {
    if (levels_ == 0) return;
    const auto level = static_cast<std::size_t>(std::countr_zero(levels_));
    const auto digit = static_cast<std::size_t>(std::countr_zero(occupied_[level]));
    const EventList& next = buckets_[level * 16 + digit];
    if (next.size() > kSortAtMost) return;
    for (const TimedEvent& event : next) prefetch(event);
  }

  void place(const TimedEvent& event) {
    const auto due = static_cast<std::uint64_t>(event.due);
    const std::uint64_t difference = due ^ base_;
    const int level = difference == 0 ? 0 : (63 - std::countl_zero(difference)) / 4;
    const auto digit = static_cast<unsigned>((due >> (4 * level)) & 15U);
    buckets_[static_cast<std::size_t>(level) * 16 + digit].append(event);
    occupied_[static_cast<std::size_t>(level)] |= static_cast<std::uint16_t>(1U << digit);
    levels_ |= static_cast<std::uint16_t>(1U << level);
  }

  void insert_active(const TimedEvent& event) {
    if (active_.size() - head_ >= kSpillAbove && event.due != active_[active_.size() - 1].due)
      spill();
    if (event.due >= active_end_) return place(event);
    if (active_.is_full()) make_room();
    std::size_t at = active_.size();
    active_.append(event);
    while (at > head_ && active_[at - 1].due > event.due) {
      active_[at] = active_[at - 1];
      --at;
    }
    active_[at].assign(event);
  }

  // A full active list forgets what has been taken before it grows: with few events pending it may
  // serve for long.
  void make_room() {
    if (head_ < active_.size() / 2) return;
    active_.drop_first(head_);
    head_ = 0;
  }
  bool open_next(std::int64_t limit);
  void spill();

  EventList active_;  // sorted; [head_, size) is to come
  std::size_t head_ = 0;
  std::int64_t active_end_ = 0;  // what is due before this belongs into active_
  std::uint64_t base_ = 0;       // buckets are digits of the difference to this time
  std::uint16_t levels_ = 0;     // levels with an occupied bucket
  std::array<std::uint16_t, kLevels> occupied_{};
  std::array<EventList, kLevels * 16> buckets_;
  EventList opened_;
  std::size_t size_ = 0;
};

}  // namespace sluice
