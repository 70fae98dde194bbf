// Statistics of order: rank correlation, and the distance of a sample from a distribution. Pure
// functions of their arguments.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>

namespace sluice::stats {

// Spearman's rank correlation of pairs, -1 to 1, ties at their mean rank. Equal lengths; none for
// fewer than two pairs or where all values of one side are equal.
std::optional<double> rank_correlation(std::span<const double> first,
                                       std::span<const double> second);

// Kolmogorov-Smirnov: the largest difference between the distribution function of the values, which
// must ascend, and `cumulative`, which must be continuous. 0 of no values.
double ks_distance(std::span<const double> ascending,
                   const std::function<double(double)>& cumulative);

}  // namespace sluice::stats
