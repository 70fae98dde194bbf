// The cheapest mix of models: shares s, summing to 1, that minimise the cost per request
// sum s_m c_m such that the mean quality sum s_m q_m is at least Q and the share of requests that
// are answered in time, sum s_m F_m, is at least P. Both constraints are linear, for a p95 of a
// mixture is at most L exactly if 95 % of its requests take at most L. Exact: the optimum of a
// linear program is a vertex, and all vertices are looked at.
//
//   std::optional<MixOptimum> best = cheapest_mix(models, {.min_quality = 0.85});
#pragma once

#include <optional>
#include <vector>

namespace sluice {

struct MixCandidate {
  double cost = 0;     // per request
  double quality = 0;  // its weight
  double in_time = 0;  // share of its requests
};

struct MixConstraints {
  std::optional<double> min_quality{};
  std::optional<double> min_in_time{};
};

struct MixOptimum {
  std::vector<double> shares;  // by candidate, summing to 1
  double cost = 0;
};

// None: no mix keeps the constraints. A vertex has at most as many models as there are constraints,
// plus one. Of mixes that cost the same the one with fewer models, then of earlier candidates.
std::optional<MixOptimum> cheapest_mix(const std::vector<MixCandidate>& candidates,
                                       const MixConstraints& constraints);

}  // namespace sluice
