// Which of several policies is better, from samples over common replications: by the goals in the
// scenario's order of importance. Differences that chance explains, or that nobody would notice,
// decide nothing. Pure functions.
//
// A series holds one number a replication, in the order of replications; all series of a call share
// those they have in common.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "experiment/requirements.hpp"
#include "results/tune_result.hpp"
#include "stats/compare.hpp"
#include "stats/intervals.hpp"

namespace sluice {

// As a scenario writes it in /objectives/optimise: "goodput", "latency_p95", ...
std::string_view name(scenario::Goal goal) noexcept;
std::optional<scenario::Goal> goal_named(std::string_view name) noexcept;
std::span<const std::string_view> goal_names() noexcept;

using Series = std::vector<double>;

// What a policy showed: scores[goal], and how many bounds of the scenario it breaks.
struct Scores {
  std::vector<Series> goals;
  std::int64_t broken_bounds = 0;
  std::int64_t complexity = 0;
};

// kNoticedShare and kNoticedPart of results/tune_result.hpp as a rule.
bool is_noticed(double difference, double reference, Unit unit) noexcept;

enum class Order { kBetter, kWorse, kTied };
// The first against the second in one goal: tied where the 95 % interval of the paired difference
// holds zero, or where the difference is not noticed. With fewer than two common replications only
// the latter counts.
Order order_of(std::span<const double> first, std::span<const double> second,
               const GoalMetric& goal);
// Whether the interval alone tells them apart, noticed or not.
Order order_by_interval(const stats::Interval& difference, bool more_is_better) noexcept;

// The policies from the most to the least promising, for a search: by the share of the others that
// are noticeably better in each goal on the mean, the first goal twice as weighty as the second and
// so on; whoever breaks fewer bounds comes first. Stable.
std::vector<std::size_t> ranked(std::span<const Scores> all, std::span<const GoalMetric> goals);

// The best: of those that break fewest bounds, those tied with the best in the first goal, of them
// in the second, and so on; of what is left the least complex. `all` is not empty.
std::size_t best_of(std::span<const Scores> all, std::span<const GoalMetric> goals);

// Whether the first beats the second in the first goal that tells them apart.
Order overall_order(const Scores& first, const Scores& second, std::span<const GoalMetric> goals);

// The first goal that does not hold all of them tied with its best: where more replications decide
// something. The last goal where all do.
std::size_t deciding_goal(std::span<const Scores> all, std::span<const GoalMetric> goals);

}  // namespace sluice
