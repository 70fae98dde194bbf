#include "stats/validation.hpp"

#include <cmath>

namespace sluice::stats {

bool agrees(const Figure& printed, double computed) {
  constexpr double kRounding = 1 + 1e-6;
  return std::abs(computed - printed.value) <= 0.5 * std::pow(10, -printed.decimals) * kRounding;
}

Verdict judge(double exact, const Estimate& simulated) {
  const double distance = std::abs(simulated.mean - exact);
  const bool equal = distance <= 1e-12 * std::abs(exact);
  const double sigmas = equal ? 0 : distance / simulated.standard_error;
  return Verdict{.exact = exact,
                 .simulated = simulated.mean,
                 .standard_error = simulated.standard_error,
                 .sigmas = sigmas,
                 .pass = sigmas <= kSigmasMax};
}

}  // namespace sluice::stats
