// What a long computation and whoever watches it share: how far it is, and the wish that it stop.
// The only state that crosses threads here.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

namespace sluice {

struct Monitor {
  std::atomic<bool> stop{false};
  std::atomic<std::int64_t> done_ppm{0};  // of the whole, parts per million
  std::atomic<std::uint64_t> events{0};   // fired so far, over all replications
  const Monitor* whole = nullptr;         // this is a part of that: its stop is also ours

  // Set before it begins: a simulation with more requests in flight, each of which takes memory,
  // stops itself, and says so in `is_flooded`.
  std::int64_t in_flight_at_most = std::numeric_limits<std::int64_t>::max();
  std::atomic<bool> is_flooded{false};

  bool stopped() const noexcept { return stop || (whole != nullptr && whole->stopped()); }
};

}  // namespace sluice
