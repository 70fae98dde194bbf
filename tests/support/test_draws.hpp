// The random draws of a test: streams of one seed, each for a purpose of its own. The seed is a
// test's own choice and is printed when the test fails.
#pragma once

#include <cstdint>

#include "base/draw.hpp"

namespace sluice::testing {

struct TestDraws {
  std::uint64_t seed = 0;
  std::uint64_t replication = 0;

  constexpr RandomSource source() const noexcept { return RandomSource(seed, replication); }
  // One stream a session: they are independent of each other.
  constexpr DrawStream stream(std::uint64_t session = 0) const noexcept {
    return source().stream(Purpose::kTest, {.session = session});
  }
};

}  // namespace sluice::testing
