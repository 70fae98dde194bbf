// A lognormal base with two costs on top: y = B + slope0 x0 + slope1 x1, where log B is normal. By
// maximum likelihood of B = y - slopes x, for the base is heavy-tailed and its noise
// multiplicative: least squares would listen to the slow answers, the likelihood listens to the
// quick ones. Intervals are sandwich estimates, so they hold too where B is only nearly lognormal.
// Same values in any order of summation are not promised; the same values in the same order give
// the same bits.
//
//   auto fit = fit_lognormal(samples, {std::nullopt, 1e-7});   // slope1 is known
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "stats/intervals.hpp"

namespace sluice::calibrate {

inline constexpr double kNormalP95 = 1.6448536269514722;  // of the standard normal

struct Sample {
  double y = 0;  // above what the held slopes explain
  std::array<double, 2> x{};
};

// A slope that is held at a value; empty: to be fitted.
using HeldSlopes = std::array<std::optional<double>, 2>;

struct LognormalFit {
  stats::Interval p50{};
  stats::Interval p95{};
  std::array<std::optional<stats::Interval>, 2> slopes{};  // of those fitted; may include zero
  std::size_t used = 0;
  std::size_t left_out = 0;  // so far off that the rest forbids them (stalls): 5 deviations
  // Kolmogorov's: how far the base's distribution is from a lognormal one, 0 to 1.
  double distance = 0;
  bool by_quantiles = false;  // so far that p50 and p95 are the quantiles of the base itself
};

// None where fewer than kFewestSamples are above what the held slopes explain, or no maximum is
// found. A slope whose x is the same everywhere has to be held.
inline constexpr std::size_t kFewestSamples = 20;
std::optional<LognormalFit> fit_lognormal(std::span<const Sample> samples, const HeldSlopes& held);

}  // namespace sluice::calibrate
