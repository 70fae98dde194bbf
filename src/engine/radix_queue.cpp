#include "engine/radix_queue.hpp"

#include <algorithm>
#include <limits>

namespace sluice {

void EventList::grow() {
  const std::size_t capacity = capacity_ == 0 ? 8 : 2 * capacity_;
  auto events = std::make_unique_for_overwrite<TimedEvent[]>(capacity);
  std::copy(begin(), end(), events.get());
  events_ = std::move(events);
  capacity_ = capacity;
}

// Opens the earliest bucket: few events become the active list, many are spread one level down.
bool RadixQueue::open_next(std::int64_t limit) {
  while (levels_ != 0) {
    const int level = std::countr_zero(levels_);
    std::uint16_t& occupied = occupied_[static_cast<std::size_t>(level)];
    const auto digit = static_cast<unsigned>(std::countr_zero(occupied));
    const std::uint64_t span = std::uint64_t{1} << (4 * level);
    const std::uint64_t above = level == 15 ? 0 : ~((span << 4) - 1);
    const std::uint64_t start = (base_ & above) | (span * digit);
    if (static_cast<std::int64_t>(start) > limit) return false;

    EventList& bucket = buckets_[static_cast<std::size_t>(level) * 16 + digit];
    occupied = static_cast<std::uint16_t>(occupied & ~(1U << digit));
    if (occupied == 0) levels_ = static_cast<std::uint16_t>(levels_ & ~(1U << level));
    base_ = start;
    if (bucket.size() <= kSortAtMost || level == 0) {
      active_.clear();
      head_ = 0;
      active_.swap(bucket);
      const std::uint64_t end = start + span;
      constexpr std::uint64_t kEnd = std::numeric_limits<std::int64_t>::max();
      active_end_ = static_cast<std::int64_t>(std::min(end, kEnd));
      for (std::size_t i = 1; level != 0 && i < active_.size(); ++i) {
        const TimedEvent event = active_[i];
        std::size_t at = i;
        for (; at > 0 && active_[at - 1].due > event.due; --at) active_[at] = active_[at - 1];
        active_[at] = event;
      }
      prefetch_next();
      return true;
    }
    opened_.clear();
    opened_.swap(bucket);
    active_end_ = static_cast<std::int64_t>(start);
    for (const TimedEvent& event : opened_) place(event);
  }
  return false;
}

// Too many pushes fell into the active list: all but its first events go back to the buckets. Equal
// times stay together, so that insertion order among them holds.
void RadixQueue::spill() {
  std::size_t keep = head_ + kSortAtMost;
  while (keep < active_.size() && active_[keep].due == active_[keep - 1].due) ++keep;
  if (keep == active_.size()) return;
  active_end_ = active_[keep].due;
  for (std::size_t i = keep; i < active_.size(); ++i) place(active_[i]);
  active_.shrink(keep);
}

std::int64_t RadixQueue::peek() const noexcept {
  if (head_ < active_.size()) return active_[head_].due;
  if (levels_ == 0) return std::numeric_limits<std::int64_t>::max();
  const auto level = static_cast<std::size_t>(std::countr_zero(levels_));
  const auto digit = static_cast<std::size_t>(std::countr_zero(occupied_[level]));
  std::int64_t earliest = std::numeric_limits<std::int64_t>::max();
  for (const TimedEvent& event : buckets_[level * 16 + digit]) {
    earliest = std::min(earliest, event.due);
  }
  return earliest;
}

}  // namespace sluice
