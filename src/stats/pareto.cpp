#include "stats/pareto.hpp"

#include <algorithm>
#include <optional>

#include "base/check.hpp"
#include "stats/compare.hpp"

namespace sluice::stats {
namespace {

// Goals as numbers of which smaller is better.
std::vector<double> costs(const GoalValues& values, std::span<const Better> goals) {
  SLUICE_CHECK(values.size() == goals.size());
  std::vector<double> means;
  for (std::size_t g = 0; g < goals.size(); ++g) {
    means.push_back(goals[g] == Better::kSmaller ? mean(values[g]) : -mean(values[g]));
  }
  return means;
}

bool dominates(const std::vector<double>& a, const std::vector<double>& b) {
  bool better = false;
  for (std::size_t g = 0; g < a.size(); ++g) {
    if (a[g] > b[g]) return false;
    better = better || a[g] < b[g];
  }
  return better;
}

bool tied(const GoalValues& a, const GoalValues& b, double confidence) {
  for (std::size_t g = 0; g < a.size(); ++g) {
    const std::size_t shared = std::min(a[g].size(), b[g].size());
    const std::optional<PairedDifference> paired =
        paired_difference(std::span(a[g]).first(shared), std::span(b[g]).first(shared), confidence);
    if (paired && !paired->difference.contains(0)) return false;
  }
  return true;
}

}  // namespace

std::vector<ParetoPoint> pareto_front(std::span<const GoalValues> candidates,
                                      std::span<const Better> goals, double confidence) {
  SLUICE_CHECK(!goals.empty());
  const double each = simultaneous_confidence(confidence, goals.size());
  std::vector<std::vector<double>> means;
  for (const GoalValues& candidate : candidates) means.push_back(costs(candidate, goals));

  std::vector<ParetoPoint> points(candidates.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i].on_front =
        std::none_of(means.begin(), means.end(),
                     [&](const std::vector<double>& other) { return dominates(other, means[i]); });
    for (std::size_t j = 0; j < points.size(); ++j) {
      if (i != j && tied(candidates[i], candidates[j], each)) points[i].ties.push_back(j);
    }
  }
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i].nearly_on_front =
        !points[i].on_front &&
        std::any_of(points[i].ties.begin(), points[i].ties.end(), [&](std::size_t j) {
          return points[j].on_front && dominates(means[j], means[i]);
        });
  }
  return points;
}

}  // namespace sluice::stats
