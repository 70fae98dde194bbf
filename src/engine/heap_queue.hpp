// The obvious event queue: a binary heap over (due, sequence). The reference that RadixQueue must
// agree with, event by event, and a second opinion in the selftest's order digest.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "engine/timed_event.hpp"

namespace sluice {

class HeapQueue {
 public:
  void push(const TimedEvent& event) {
    heap_.push_back({event, sequence_++});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }

  bool pop_before(std::int64_t limit, TimedEvent& out) {
    if (heap_.empty() || heap_.front().event.due > limit) return false;
    std::pop_heap(heap_.begin(), heap_.end(), later);
    out = heap_.back().event;
    heap_.pop_back();
    return true;
  }

  std::int64_t peek() const noexcept {
    return heap_.empty() ? std::numeric_limits<std::int64_t>::max() : heap_.front().event.due;
  }
  std::size_t size() const noexcept { return heap_.size(); }

 private:
  struct Entry {
    TimedEvent event;
    std::uint64_t sequence;
  };
  static bool later(const Entry& a, const Entry& b) noexcept {
    return a.event.due != b.event.due ? a.event.due > b.event.due : a.sequence > b.sequence;
  }

  std::vector<Entry> heap_;
  std::uint64_t sequence_ = 0;
};

}  // namespace sluice
