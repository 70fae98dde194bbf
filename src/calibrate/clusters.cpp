#include "calibrate/clusters.hpp"

#include <algorithm>
#include <cmath>

#include "base/deterministic_math.hpp"

namespace sluice::calibrate {
namespace {

constexpr double kChance = 1e-3 / 2;  // of each of the two tests
constexpr std::size_t kFewestHits = 5;
constexpr std::size_t kHitsAPart = 5;
constexpr std::size_t kMostParts = 50;

// P(Poisson(mean) >= count).
double poisson_at_least(std::size_t count, double mean) {
  return count == 0 ? 1 : deterministic::gamma_lower(static_cast<double>(count), mean);
}

bool has_too_many_neighbours(const std::vector<bool>& hits, double count) {
  std::size_t pairs = 0;
  for (std::size_t i = 1; i < hits.size(); ++i) pairs += hits[i - 1] && hits[i] ? 1 : 0;
  const double expected = count * (count - 1) / static_cast<double>(hits.size());
  return poisson_at_least(pairs, expected) < kChance;
}

bool is_uneven(const std::vector<bool>& hits, std::size_t count) {
  const std::size_t parts = std::min(count / kHitsAPart, kMostParts);
  if (parts < 2) return false;
  const double share = static_cast<double>(count) / static_cast<double>(hits.size());
  double squares = 0;
  for (std::size_t part = 0; part < parts; ++part) {
    const std::size_t from = hits.size() * part / parts;
    const std::size_t to = hits.size() * (part + 1) / parts;
    const double trials = static_cast<double>(to - from);
    const auto begin = hits.begin();
    const double seen = static_cast<double>(std::count(
        begin + static_cast<std::ptrdiff_t>(from), begin + static_cast<std::ptrdiff_t>(to), true));
    const double variance = trials * share * (1 - share);
    squares += (seen - trials * share) * (seen - trials * share) / variance;
  }
  return deterministic::gamma_upper(static_cast<double>(parts - 1) / 2, squares / 2) < kChance;
}

}  // namespace

bool is_clustered(const std::vector<bool>& hits) {
  const auto count = static_cast<std::size_t>(std::count(hits.begin(), hits.end(), true));
  if (count < kFewestHits || count == hits.size()) return false;
  return has_too_many_neighbours(hits, static_cast<double>(count)) || is_uneven(hits, count);
}

std::vector<Cluster> clusters_of(const std::vector<bool>& hits) {
  const auto count = static_cast<double>(std::count(hits.begin(), hits.end(), true));
  std::vector<Cluster> found;
  if (count == 0) return found;
  // Between the gaps within a cluster and the mean gap of all.
  const double mean_gap = static_cast<double>(hits.size()) / count;
  const auto widest = static_cast<std::size_t>(std::max(3.0, std::ceil(2 * std::sqrt(mean_gap))));
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (!hits[i]) continue;
    if (found.empty() || i - found.back().last > widest) found.push_back({.first = i, .last = i});
    found.back().last = i;
    ++found.back().hits;
  }
  return found;
}

}  // namespace sluice::calibrate
