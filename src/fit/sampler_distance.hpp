// How far a sampler of this program is from data: its distribution function is read off by asking
// for the bits at which it passes a value, so that rounding, clamping and tables are judged as they
// are drawn.
#pragma once

#include <cstdint>

#include "fit/log_histogram.hpp"

namespace sluice::fit {

// The share of all 64-bit words for which `sampler` gives at most `value`. It must not decrease
// with its bits.
template <class Sampler>
double share_up_to(const Sampler& sampler, std::int64_t value) {
  if (sampler(0) > value) return 0;
  std::uint64_t low = 0;  // gives at most value
  for (int bit = 63; bit >= 0; --bit) {
    const std::uint64_t step = std::uint64_t{1} << bit;
    if (sampler(low + step) <= value) low += step;
  }
  return (static_cast<double>(low) + 1) * 0x1p-64;
}

// Kolmogorov-Smirnov distance of the two distribution functions at the ends of the data's cells,
// between which nothing is known.
template <class Sampler>
double sampler_distance(const LogHistogram& data, const Sampler& sampler) {
  double most = 0;
  std::int64_t below = 0;
  const auto all = static_cast<double>(data.count());
  const auto compare = [&](std::int64_t value) {
    const double difference = static_cast<double>(below) / all - share_up_to(sampler, value);
    most = difference > most ? difference : -difference > most ? -difference : most;
  };
  for (const LogHistogram::Cell& cell : data.cells()) {
    if (cell.low > 0) compare(cell.low - 1);
    below += cell.count;
    compare(cell.high);
  }
  return most;
}

}  // namespace sluice::fit
