// From measured durations to a DurationSpec: fixed, lognormal where one is near enough, else the
// quantiles themselves. Streaming; a histogram of 0.1 % resolution, about a megabyte.
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "fit/log_histogram.hpp"
#include "policy/sizes.hpp"

namespace sluice::fit {

// A lognormal farther from the data than this is replaced by the quantiles.
inline constexpr double kDurationKsMax = 0.03;

struct FittedDuration {
  DurationSpec spec = DurationFixed{};
  double p50 = 0;  // in seconds, by nearest rank
  double p95 = 0;
};

class DurationFitter {
 public:
  // Negative counts as 0, more than kDurationMax as that.
  void add(Duration duration);
  const LogHistogram& histogram() const noexcept { return histogram_; }
  // Of nothing: fixed at 0.
  FittedDuration fit() const;

 private:
  LogHistogram histogram_;  // of nanoseconds
};

}  // namespace sluice::fit
