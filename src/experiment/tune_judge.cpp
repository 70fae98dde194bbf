#include "experiment/tune_judge.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/check.hpp"

namespace sluice {
namespace {

// In the order of the enum.
constexpr std::array<std::string_view, 6> kGoalNames = {
    "goodput", "latency_p95", "latency_p99", "rate_limited", "attempts_per_success", "cost"};

// Whether a is better than b by more than the least that is noticed.
bool is_noticeably_better(double a, double b, const GoalMetric& goal) {
  const bool better = goal.more_is_better ? a > b : a < b;
  return better && is_noticed(a - b, b, goal.unit);
}

std::vector<double> means_of(std::span<const Scores> all, std::size_t goal) {
  std::vector<double> means;
  means.reserve(all.size());
  for (const Scores& scores : all) means.push_back(stats::mean(scores.goals[goal]));
  return means;
}

std::int64_t fewest_broken(std::span<const Scores> all) {
  std::int64_t fewest = all.front().broken_bounds;
  for (const Scores& scores : all) fewest = std::min(fewest, scores.broken_bounds);
  return fewest;
}

// Those of `left` that are not worse than the best of them in the goal.
std::vector<std::size_t> tied_with_best(std::span<const Scores> all, std::size_t goal,
                                        const GoalMetric& metric,
                                        const std::vector<std::size_t>& left) {
  const std::vector<double> means = means_of(all, goal);
  const std::size_t best =
      *std::min_element(left.begin(), left.end(), [&](std::size_t a, std::size_t b) {
        return metric.more_is_better ? means[a] > means[b] : means[a] < means[b];
      });
  std::vector<std::size_t> kept;
  for (const std::size_t i : left) {
    const Order order = order_of(all[i].goals[goal], all[best].goals[goal], metric);
    if (order != Order::kWorse) kept.push_back(i);
  }
  return kept;
}

}  // namespace

std::string_view name(scenario::Goal goal) noexcept {
  return kGoalNames[static_cast<std::size_t>(goal)];
}

std::optional<scenario::Goal> goal_named(std::string_view name) noexcept {
  const auto* const found = std::find(kGoalNames.begin(), kGoalNames.end(), name);
  if (found == kGoalNames.end()) return std::nullopt;
  return static_cast<scenario::Goal>(found - kGoalNames.begin());
}

std::span<const std::string_view> goal_names() noexcept { return kGoalNames; }

bool is_noticed(double difference, double reference, Unit unit) noexcept {
  return std::fabs(difference) > least_noticed(reference, unit);
}

Order order_by_interval(const stats::Interval& difference, bool more_is_better) noexcept {
  if (difference.low <= 0 && difference.high >= 0) return Order::kTied;
  return (difference.low > 0) == more_is_better ? Order::kBetter : Order::kWorse;
}

Order order_of(std::span<const double> first, std::span<const double> second,
               const GoalMetric& goal) {
  const std::size_t common = std::min(first.size(), second.size());
  SLUICE_CHECK(common > 0);
  const double a = stats::mean(first.first(common));
  const double b = stats::mean(second.first(common));
  if (!is_noticed(a - b, b, goal.unit)) return Order::kTied;
  const auto paired = stats::paired_difference(first.first(common), second.first(common));
  if (paired) return order_by_interval(paired->difference, goal.more_is_better);
  return (a > b) == goal.more_is_better ? Order::kBetter : Order::kWorse;
}

std::vector<std::size_t> ranked(std::span<const Scores> all, std::span<const GoalMetric> goals) {
  std::vector<double> loss(all.size(), 0);
  double weight = 1;
  for (std::size_t goal = 0; goal < goals.size(); ++goal, weight /= 2) {
    const std::vector<double> means = means_of(all, goal);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto better = std::count_if(means.begin(), means.end(), [&](double other) {
        return is_noticeably_better(other, means[i], goals[goal]);
      });
      loss[i] += weight * static_cast<double>(better);
    }
  }
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (all[a].broken_bounds != all[b].broken_bounds)
      return all[a].broken_bounds < all[b].broken_bounds;
    return loss[a] < loss[b];
  });
  return order;
}

std::size_t best_of(std::span<const Scores> all, std::span<const GoalMetric> goals) {
  SLUICE_CHECK(!all.empty());
  const std::int64_t fewest = fewest_broken(all);
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].broken_bounds == fewest) left.push_back(i);
  }
  for (std::size_t goal = 0; goal < goals.size(); ++goal) {
    left = tied_with_best(all, goal, goals[goal], left);
  }
  return *std::min_element(left.begin(), left.end(), [&](std::size_t a, std::size_t b) {
    return all[a].complexity < all[b].complexity;
  });
}

Order overall_order(const Scores& first, const Scores& second, std::span<const GoalMetric> goals) {
  if (first.broken_bounds != second.broken_bounds)
    return first.broken_bounds < second.broken_bounds ? Order::kBetter : Order::kWorse;
  for (std::size_t goal = 0; goal < goals.size(); ++goal) {
    const Order order = order_of(first.goals[goal], second.goals[goal], goals[goal]);
    if (order != Order::kTied) return order;
  }
  return Order::kTied;
}

std::size_t deciding_goal(std::span<const Scores> all, std::span<const GoalMetric> goals) {
  std::vector<std::size_t> everyone(all.size());
  std::iota(everyone.begin(), everyone.end(), std::size_t{0});
  for (std::size_t goal = 0; goal < goals.size(); ++goal) {
    if (tied_with_best(all, goal, goals[goal], everyone).size() < all.size()) return goal;
  }
  return goals.size() - 1;
}

}  // namespace sluice
