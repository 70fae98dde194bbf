// Seeded draws for property tests: small ranges, no distributions. A test prints its seed when it
// fails (INFO).
#pragma once

#include <cstdint>

#include "base/hash.hpp"

namespace sluice {

class PropertyRandom {
 public:
  explicit PropertyRandom(std::uint64_t seed) : state_(mix64(seed)) {}

  // 0 <= result < bound.
  std::int64_t below(std::int64_t bound) {
    state_ += 0x9e3779b97f4a7c15U;
    return static_cast<std::int64_t>(mix64(state_) % static_cast<std::uint64_t>(bound));
  }
  // first <= result <= last.
  std::int64_t between(std::int64_t first, std::int64_t last) {
    return first + below(last - first + 1);
  }
  bool one_in(std::int64_t count) { return below(count) == 0; }

 private:
  std::uint64_t state_;
};

}  // namespace sluice
