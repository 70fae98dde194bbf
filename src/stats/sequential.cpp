#include "stats/sequential.hpp"

#include <cmath>
#include <optional>

#include "base/check.hpp"

namespace sluice::stats {

bool is_precise(std::span<const double> values, double relative, double confidence) {
  SLUICE_CHECK(relative > 0);
  if (values.size() < kReplicationsToStop) return false;
  const std::optional<Interval> interval = t_interval(values, confidence);
  return interval->half_width() <= std::abs(interval->value) * relative / (1 + relative);
}

}  // namespace sluice::stats
