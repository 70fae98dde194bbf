#include "stats/rank.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/check.hpp"

namespace sluice::stats {
namespace {

// Ranks from 1, ties at their mean.
std::vector<double> ranks_of(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return values[a] != values[b] ? values[a] < values[b] : a < b;
  });
  std::vector<double> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first + 1;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    const double rank = static_cast<double>(first + 1 + end) / 2;
    for (std::size_t i = first; i < end; ++i) ranks[order[i]] = rank;
    first = end;
  }
  return ranks;
}

}  // namespace

std::optional<double> rank_correlation(std::span<const double> first,
                                       std::span<const double> second) {
  SLUICE_CHECK(first.size() == second.size());
  if (first.size() < 2) return std::nullopt;
  const std::vector<double> x = ranks_of(first);
  const std::vector<double> y = ranks_of(second);
  const double center = (static_cast<double>(first.size()) + 1) / 2;
  double products = 0;
  double squares_x = 0;
  double squares_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    products += (x[i] - center) * (y[i] - center);
    squares_x += (x[i] - center) * (x[i] - center);
    squares_y += (y[i] - center) * (y[i] - center);
  }
  if (squares_x == 0 || squares_y == 0) return std::nullopt;
  return products / std::sqrt(squares_x * squares_y);
}

double ks_distance(std::span<const double> ascending,
                   const std::function<double(double)>& cumulative) {
  double most = 0;
  const auto count = static_cast<double>(ascending.size());
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    const double share = cumulative(ascending[i]);
    const auto below = static_cast<double>(i);
    most = std::max({most, share - below / count, (below + 1) / count - share});
  }
  return most;
}

}  // namespace sluice::stats
