// What waits in an event queue, and when it is due. Two words, so that a queue of a million of them
// is read in streams. Order is (due, insertion), never what it is.
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace sluice {

struct TimedEvent {
  std::int64_t due = 0;    // ns since the run's start, >= 0
  std::uint64_t what = 0;  // as a rule an address (timer_queue.hpp), which a queue only fetches

  // A copy word by word. The compiler's reads 16 bytes at once, which waits for the two stores of
  // eight bytes that have just written them.
  void assign(const TimedEvent& other) noexcept {
    due = other.due;
    what = other.what;
  }
};

// A hash over (due, tag) of events in the order in which they fire.
class OrderDigest {
 public:
  void add(std::int64_t due, std::uint32_t tag) noexcept {
    value_ = (value_ ^ static_cast<std::uint64_t>(due)) * 0x9e3779b97f4a7c15ULL;
    value_ ^= (value_ >> 29) + tag;
  }
  std::uint64_t value() const noexcept { return value_; }

 private:
  std::uint64_t value_ = 0;
};

}  // namespace sluice
