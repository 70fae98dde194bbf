#include "stats/binomial.hpp"

#include <boost/math/special_functions/beta.hpp>

#include "base/check.hpp"

namespace sluice::stats {

Interval binomial_interval(std::int64_t hits, std::int64_t trials, double confidence) {
  SLUICE_CHECK(trials >= 1 && hits >= 0 && hits <= trials);
  SLUICE_CHECK(confidence > 0 && confidence < 1);
  const double k = static_cast<double>(hits);
  const double n = static_cast<double>(trials);
  const double tail = (1 - confidence) / 2;
  return {.value = k / n,
          .low = hits == 0 ? 0 : boost::math::ibeta_inv(k, n - k + 1, tail),
          .high = hits == trials ? 1 : boost::math::ibetac_inv(k + 1, n - k, tail)};
}

}  // namespace sluice::stats
