#include "stats/validation.hpp"

#include <cmath>
#include <limits>

namespace sluice::stats {

bool agrees(const Figure& printed, double computed) {
  constexpr double kRounding = 1 + 1e-6;
  return std::abs(computed - printed.value) <= 0.5 * std::pow(10, -printed.decimals) * kRounding;
}

Verdict judge(double exact, const Estimate& simulated) {
  const double distance = std::abs(simulated.mean - exact);
  const bool equal = distance <= 1e-12 * std::abs(exact);
  // Without spread every difference is one too many.
  const double spread = simulated.standard_error;
  const double apart = spread > 0 ? distance / spread : std::numeric_limits<double>::infinity();
  const double sigmas = equal ? 0 : apart;
  return Verdict{.exact = exact,
                 .simulated = simulated.mean,
                 .standard_error = simulated.standard_error,
                 .sigmas = sigmas,
                 .pass = sigmas <= kSigmasMax};
}

}  // namespace sluice::stats
