// What the tests of this folder draw from: the program's own samplers and arrival process, keyed by
// a seed, and a check that most of many seeds came out right.
#pragma once

#include <cstdint>
#include <vector>

#include "base/draw.hpp"
#include "policy/arrival_process.hpp"
#include "policy/sizes.hpp"

namespace sluice::fit {

// Not picked by hand: every property is shown for seeds 0 to 49.
inline constexpr std::uint64_t kSeeds = 50;

inline std::uint64_t bits_of(std::uint64_t seed, std::uint64_t number) {
  return RandomSource(seed, 7).bits(Purpose::kTest, {.session = number}).first;
}

template <class Fitter>
void add_sizes(Fitter& fitter, const SizeSpec& spec, std::uint64_t seed, std::uint64_t count) {
  const SizeSampler sampler(spec);
  for (std::uint64_t i = 0; i < count; ++i) fitter.add(sampler(bits_of(seed, i)));
}

inline std::vector<Duration> arrivals_of(const ArrivalSpec& spec, std::uint64_t seed,
                                         Duration until, const ArrivalOrigin& origin = {}) {
  std::vector<Duration> times;
  ArrivalProcess process(spec, {}, RandomSource(seed, 3).stream(Purpose::kTest, {}), origin);
  for (TimePoint at = process.next(); at < kRunStart + until; at = process.next()) {
    times.push_back(at - kRunStart);
  }
  return times;
}

}  // namespace sluice::fit
