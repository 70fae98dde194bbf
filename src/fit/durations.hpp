// From measured durations to a DurationSpec, with intervals for the two figures that people state:
// p50 and p95, by order statistics, so that no distribution is assumed. Streaming; a histogram of
// 0.1 % resolution, about a megabyte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "fit/log_histogram.hpp"
#include "policy/sizes.hpp"
#include "stats/intervals.hpp"

namespace sluice::fit {

// A lognormal farther from the data than this is replaced by the quantiles.
inline constexpr double kDurationKsMax = 0.03;

struct FittedDuration {
  DurationSpec spec = DurationFixed{};
  std::string name;  // "lognormal", "fixed" or "empirical"
  std::int64_t count = 0;
  double mean = 0;  // in seconds, as all below
  // With an interval at 95 % (stats::kConfidence) where the values are enough for one: 8 for p50,
  // 110 or so for p95.
  double p50 = 0;
  double p95 = 0;
  std::optional<stats::Interval> p50_interval;
  std::optional<stats::Interval> p95_interval;
  // The lognormal that was tried, whether it was chosen or not; no spec where values are not
  // positive.
  std::optional<DurationLognormal> lognormal;
  double lognormal_ks = 0;
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
