#include "results/distribution.hpp"

#include <algorithm>

namespace sluice {

std::vector<DistributionPoint> distribution_of(const Histogram& histogram) {
  constexpr std::int64_t kWhole = 1'000'000'000'000;
  constexpr std::uint64_t kPoints = 5;  // in every halving
  std::vector<DistributionPoint> points;
  const std::uint64_t count = histogram.count();
  if (count == 0) return points;
  points.push_back({.quantile = 0, .value = *histogram.min()});
  // The quantile is 1 - (1 - point / 10) / 2^halvings, in parts of 10 x 2^halvings.
  for (int halvings = 0; (count >> halvings) > 1; ++halvings) {
    const uint128 parts = uint128{2 * kPoints} << halvings;
    for (std::uint64_t point = 0; point < kPoints; ++point) {
      const uint128 quantile = parts - 2 * kPoints + point;
      const auto rank = static_cast<std::uint64_t>((quantile * count + parts - 1) / parts);
      if (rank == 0) continue;
      points.push_back(
          {.quantile = static_cast<std::int64_t>(quantile * static_cast<uint128>(kWhole) / parts),
           .value = *histogram.value_at_rank(rank)});
    }
  }
  points.push_back({.quantile = kWhole, .value = *histogram.max()});
  return points;
}

}  // namespace sluice
