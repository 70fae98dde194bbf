// What a long computation and whoever watches it share: how far it is, and the wish that it stop.
// The only state that crosses threads here.
#pragma once

#include <atomic>
#include <cstdint>

namespace sluice {

struct Monitor {
  std::atomic<bool> stop{false};
  std::atomic<std::int64_t> done_ppm{0};  // of the whole, parts per million
  std::atomic<std::uint64_t> events{0};   // fired so far, over all replications
  const Monitor* whole = nullptr;         // this is a part of that: its stop is also ours

  bool stopped() const noexcept { return stop || (whole != nullptr && whole->stopped()); }
};

}  // namespace sluice
