// What the tests of retry policies share: the presets by name and the draws at the ends and in the
// middle of a range.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "policy/retry_policy.hpp"
#include "support/catch.hpp"

namespace sluice::testing {

inline constexpr std::uint64_t kLeastBits = 0;
inline constexpr std::uint64_t kMostBits = std::numeric_limits<std::uint64_t>::max();
inline constexpr std::uint64_t kHalfBits = std::uint64_t{1} << 63;
// Of a delay whose distribution is looked at.
inline constexpr int kDelaySamples = 20'000;

inline double in_seconds(Duration duration) { return static_cast<double>(ns(duration)) / 1e9; }

// A name that is none fails the test.
inline RetrySpec preset(std::string_view name) {
  const auto spec = retry_preset(name);
  REQUIRE(spec.has_value());
  return *spec;
}

}  // namespace sluice::testing
