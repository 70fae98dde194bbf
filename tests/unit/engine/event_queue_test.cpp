#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/heap_queue.hpp"
#include "engine/radix_queue.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

struct Mixer {
  std::uint64_t state;
  std::uint64_t operator()() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
};

// Pushes and pops at random; both queues must give the same events in the same order.
void compare(std::uint64_t seed, std::uint64_t spread, std::size_t pending, int operations) {
  Mixer next{seed};
  RadixQueue radix;
  HeapQueue heap;
  std::int64_t now = 0;
  std::uint64_t tag = 0;
  for (int i = 0; i < operations; ++i) {
    const bool push = radix.size() < pending ? next() % 8 != 0 : next() % 2 == 0;
    if (push) {
      const std::uint64_t range = next() % 16 == 0 ? spread * 1000 : spread;
      const TimedEvent event{.due = now + static_cast<std::int64_t>(next() % range), .what = ++tag};
      radix.push(event);
      heap.push(event);
    } else {
      const std::int64_t limit =
          next() % 2 == 0 ? INT64_MAX : now + static_cast<std::int64_t>(next() % spread);
      TimedEvent a;
      TimedEvent b;
      const bool got = radix.pop_before(limit, a);
      REQUIRE(got == heap.pop_before(limit, b));
      if (got) {
        REQUIRE(a.due == b.due);
        REQUIRE(a.what == b.what);
        now = a.due;
      } else if (limit != INT64_MAX) {
        now = limit;
      }
    }
    REQUIRE(radix.size() == heap.size());
    if (i % 64 == 0) REQUIRE(radix.peek() == heap.peek());
  }
}

TEST_CASE("the radix queue gives the events of the heap in the heap's order") {
  for (const std::uint64_t spread : {1ULL, 3ULL, 100ULL, 100'000ULL, 10'000'000'000ULL}) {
    for (const std::size_t pending : {2U, 30U, 500U, 20'000U}) {
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        CAPTURE(spread, pending, seed);
        compare(seed, spread, pending, 60'000);
      }
    }
  }
}

TEST_CASE("events whose times differ by nanoseconds and by centuries keep their order") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Mixer next{seed};
    RadixQueue radix;
    HeapQueue heap;
    for (std::uint64_t tag = 0; tag < 3000; ++tag) {
      // Each group of events is 2^0 to 2^63 ns wide and begins at some such distance.
      const std::uint64_t begin = next() >> (1 + next() % 63);
      const std::uint64_t due = begin + (next() >> (1 + next() % 63));
      const TimedEvent event{
          .due = static_cast<std::int64_t>(std::min<std::uint64_t>(due, INT64_MAX)), .what = tag};
      radix.push(event);
      heap.push(event);
    }
    TimedEvent a;
    TimedEvent b;
    while (heap.pop_before(INT64_MAX, b)) {
      REQUIRE(radix.pop_before(INT64_MAX, a));
      REQUIRE(a.due == b.due);
      REQUIRE(a.what == b.what);
    }
    CHECK_FALSE(radix.pop_before(INT64_MAX, a));
  }
}

TEST_CASE("events of one instant leave in the order in which they came") {
  RadixQueue queue;
  for (std::uint64_t i = 0; i < 1000; ++i) queue.push({.due = 1'000'000, .what = i});
  TimedEvent event;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    REQUIRE(queue.pop_before(INT64_MAX, event));
    REQUIRE(event.what == i);
  }
  CHECK_FALSE(queue.pop_before(INT64_MAX, event));
}

TEST_CASE("a look for events before a limit does not keep later pushes from being earlier") {
  RadixQueue queue;
  queue.push({.due = 1'000'000, .what = 1});
  TimedEvent event;
  CHECK_FALSE(queue.pop_before(500, event));
  queue.push({.due = 700, .what = 2});
  REQUIRE(queue.pop_before(INT64_MAX, event));
  CHECK(event.what == 2);
}

}  // namespace
}  // namespace sluice
