#include "stats/selection.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.hpp"

namespace sluice::stats {
namespace {

// Whole numbers that sum to `total`, in proportion to the weights (>= 0, not all 0): rounded down,
// and what is left goes to the largest remainders, the first among equals.
std::vector<std::int64_t> in_proportion(const std::vector<double>& weights, std::int64_t total) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  SLUICE_CHECK(sum > 0);
  std::vector<std::int64_t> parts;
  std::vector<double> remainders;
  std::int64_t left = total;
  for (const double weight : weights) {
    const double exact = static_cast<double>(total) * weight / sum;
    parts.push_back(std::min(left, static_cast<std::int64_t>(std::floor(exact))));
    remainders.push_back(exact - std::floor(exact));
    left -= parts.back();
  }
  for (; left > 0; --left) {
    const auto largest = std::max_element(remainders.begin(), remainders.end());
    parts[static_cast<std::size_t>(largest - remainders.begin())] += 1;
    *largest = -1;
  }
  return parts;
}

}  // namespace

std::size_t best_of(std::span<const Performance> candidates) {
  SLUICE_CHECK(!candidates.empty());
  const auto best =
      std::min_element(candidates.begin(), candidates.end(),
                       [](const Performance& a, const Performance& b) { return a.mean < b.mean; });
  return static_cast<std::size_t>(best - candidates.begin());
}

std::vector<double> ocba_shares(std::span<const Performance> candidates, double indifference) {
  SLUICE_CHECK(indifference > 0);
  const std::size_t best = best_of(candidates);
  std::vector<double> shares(candidates.size(), 0.0);
  double squares = 0;  // sum over the others of N_i^2 / s_i^2
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (i == best) continue;
    const double gap = std::max(candidates[i].mean - candidates[best].mean, indifference);
    shares[i] = candidates[i].variance / (gap * gap);
    if (candidates[i].variance > 0) squares += shares[i] * shares[i] / candidates[i].variance;
  }
  shares[best] = std::sqrt(candidates[best].variance * squares);
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (sum == 0) {
    shares.assign(shares.size(), 1.0 / static_cast<double>(shares.size()));
    return shares;
  }
  for (double& share : shares) share /= sum;
  return shares;
}

std::vector<std::int64_t> ocba_next(std::span<const Performance> candidates, std::int64_t more,
                                    double indifference) {
  SLUICE_CHECK(more >= 0);
  const std::vector<double> shares = ocba_shares(candidates, indifference);
  std::int64_t total = more;
  for (const Performance& candidate : candidates) total += candidate.replications;
  // What each lacks of its part of the total. Those that have more than their part cannot give it
  // back, so the others' lacks may exceed what there is: it is shared out in proportion.
  std::vector<double> lacks;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const double wanted = shares[i] * static_cast<double>(total);
    lacks.push_back(std::max(0.0, wanted - static_cast<double>(candidates[i].replications)));
  }
  if (std::accumulate(lacks.begin(), lacks.end(), 0.0) == 0) lacks = shares;
  return in_proportion(lacks, more);
}

std::vector<HalvingRound> halving_schedule(std::int64_t candidates, std::int64_t first_replications,
                                           std::int64_t survivors, std::int64_t eta) {
  SLUICE_CHECK(candidates >= 1 && first_replications >= 1 && survivors >= 1 && eta >= 2);
  std::vector<HalvingRound> schedule{{candidates, first_replications}};
  while (schedule.back().candidates > survivors) {
    const HalvingRound& last = schedule.back();
    const std::int64_t kept = std::max(survivors, (last.candidates + eta - 1) / eta);
    schedule.push_back({kept, last.replications * eta});
  }
  return schedule;
}

std::int64_t halving_cost(std::span<const HalvingRound> schedule) {
  std::int64_t cost = 0;
  std::int64_t before = 0;
  for (const HalvingRound& round : schedule) {
    cost += round.candidates * (round.replications - before);
    before = round.replications;
  }
  return cost;
}

}  // namespace sluice::stats
