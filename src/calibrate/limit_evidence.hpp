// What the fit of a limiter's bucket says, and whether the run could tell: estimates in words and
// numbers, with the evidence for each.
#pragma once

#include <string>
#include <vector>

#include "calibrate/limit_places.hpp"
#include "calibrate/limit_search.hpp"
#include "results/calibration.hpp"

namespace sluice::calibrate {

struct FittedLimiter {
  FoundLimiter found;
  std::string group;
  std::string workspace;  // empty: the organization's
  LimitFit fit;
  bool has_reads = false;  // cached input was read, so that plain and cache-aware limits differ
  double missing = 0;      // s of refill that the bucket lacked at the start
};
LimiterCalibration limiter_calibration(const FittedLimiter& fitted);

// Of the output limiter by charge mode, all by the scales of the best.
struct TriedMode {
  ChargeMode mode;
  double loss;
  double off_by;  // tokens, in the mean
};
// `tried` is not empty, the best first.
Estimate charge_mode_estimate(const std::string& group, const FittedLimiter& output,
                              const std::vector<TriedMode>& tried);
std::string_view name_of(ChargeMode mode) noexcept;

// The traffic hardly touched it: nothing to be fitted.
bool is_untouched(const FoundLimiter& found, const LimitFit& fit) noexcept;

// Why the run cannot tell how large the bucket is; empty: it can.
std::string why_unknown(const FittedLimiter& fitted);

}  // namespace sluice::calibrate
