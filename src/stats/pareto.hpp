// The Pareto front over several goals, with what is not known said: two candidates whose paired
// differences have intervals around zero in every goal are tied, whatever their means say.
//
//   std::vector<ParetoPoint> points = pareto_front(candidates, goals);
//   if (points[3].on_front && !points[3].ties.empty()) ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stats/intervals.hpp"

namespace sluice::stats {

enum class Better : std::uint8_t { kSmaller, kLarger };

// One candidate: values[goal][replication], every goal with the same number of replications, at
// least one. Replication i of all candidates ran with the same random numbers.
using GoalValues = std::vector<std::vector<double>>;

struct ParetoPoint {
  // By the means nobody is at least as good in every goal and better in one.
  bool on_front = false;
  // Not on the front, but tied with a point of it that by its mean dominates this one.
  bool nearly_on_front = false;
  // The other candidates from which no goal tells this one apart, ascending. Not transitive.
  std::vector<std::size_t> ties;

  bool operator==(const ParetoPoint&) const = default;
};

// In the order of the candidates. Paired over the replications that two candidates share (the first
// ones); with fewer than two shared everything is tied. The confidence holds for all goals of a
// pair together (Bonferroni).
std::vector<ParetoPoint> pareto_front(std::span<const GoalValues> candidates,
                                      std::span<const Better> goals,
                                      double confidence = kConfidence);

}  // namespace sluice::stats
