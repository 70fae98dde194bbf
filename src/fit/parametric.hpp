// Estimates of the parameters of sizes from their histogram: lognormal by its quantiles and by its
// moments, zipf by maximum likelihood.
#pragma once

#include <optional>
#include <vector>

#include "fit/log_histogram.hpp"
#include "policy/sizes.hpp"

namespace sluice::fit {

// By the data's p50 and p95, and by mean and variance of the logarithms of the positive values;
// min and max are the data's. Empty where the data is mostly 0.
std::vector<SizeLognormal> lognormals_for(const LogHistogram& data);

// Over the data's range. None for data with zeros.
std::optional<SizeZipf> zipf_for(const LogHistogram& data);

// The place of the maximum of a function with one maximum between low and high, to a part in 10^7
// of the range (golden section).
template <class Function>
double maximum_of(double low, double high, const Function& function) {
  constexpr double kGolden = 0.6180339887498949;
  double left = high - kGolden * (high - low);
  double right = low + kGolden * (high - low);
  double at_left = function(left);
  double at_right = function(right);
  for (int i = 0; i < 34; ++i) {
    if (at_left < at_right) {
      low = left;
      left = right;
      at_left = at_right;
      right = low + kGolden * (high - low);
      at_right = function(right);
    } else {
      high = right;
      right = left;
      at_right = at_left;
      left = high - kGolden * (high - low);
      at_left = function(left);
    }
  }
  return (low + high) / 2;
}

}  // namespace sluice::fit
