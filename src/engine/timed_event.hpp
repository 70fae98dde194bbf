// What waits in an event queue: a coroutine or a TimedCall (timer_queue.hpp), and when it is due.
// Self-contained, so that a queue of a million of them is read in streams. Order is (due,
// insertion), never address or kind.
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace sluice {

struct TimedEvent {
  std::int64_t due = 0;     // ns since the run's start, >= 0
  void* address = nullptr;  // coroutine_handle<>::address(), unused for a cancellable wait
  std::uint64_t tag =
      0;  // cancellable waits: slot and generation; others: what an order digest should see

  // A copy word by word. The compiler's reads 16 bytes at once, which waits for the two stores of
  // eight bytes that have just written them.
  void assign(const TimedEvent& other) noexcept {
    due = other.due;
    address = other.address;
    tag = other.tag;
  }
};

// A hash over (due, tag) of events in the order in which they fire.
class OrderDigest {
 public:
  void add(std::int64_t due, std::uint64_t tag) noexcept {
    value_ = (value_ ^ static_cast<std::uint64_t>(due)) * 0x9e3779b97f4a7c15ULL;
    value_ ^= (value_ >> 29) + (tag & 0xffffffffU);
  }
  std::uint64_t value() const noexcept { return value_; }

 private:
  std::uint64_t value_ = 0;
};

}  // namespace sluice
