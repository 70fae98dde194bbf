#include "experiment/requirements.hpp"

#include <array>

#include "base/time.hpp"

namespace sluice {
namespace {

using scenario::Goal;
using scenario::Objectives;

constexpr std::array kGoals = {
    GoalMetric{Goal::kGoodput, "goodput.share", true, Unit::kRatio},
    GoalMetric{Goal::kLatencyP95, "latency.offered.p95", false, Unit::kDuration},
    GoalMetric{Goal::kLatencyP99, "latency.offered.p99", false, Unit::kDuration},
    GoalMetric{Goal::kRateLimited, "attempts.rate_limited_share", false, Unit::kRatio},
    GoalMetric{Goal::kAttemptsPerSuccess, "attempts.per_success", false, Unit::kFactor},
    GoalMetric{Goal::kCost, "cost.per_success", false, Unit::kMoney},
};

double of_ppm(std::int64_t ppm) { return static_cast<double>(ppm) / 1e6; }
double seconds_allowed(Duration duration) { return as_double(MetricNumber(duration)); }

}  // namespace

bool Requirement::holds(std::optional<double> value) const noexcept {
  if (!value) return false;
  return is_least ? *value >= bound : *value <= bound;
}

std::vector<Requirement> requirements_of(const Objectives& o) {
  std::vector<Requirement> all;
  if (o.min_goodput_ppm)
    all.push_back({"goodput.share", true, of_ppm(*o.min_goodput_ppm), Unit::kRatio});
  if (o.max_rate_limited_ppm)
    all.push_back(
        {"attempts.rate_limited_share", false, of_ppm(*o.max_rate_limited_ppm), Unit::kRatio});
  if (o.max_latency_p95)
    all.push_back(
        {"latency.offered.p95", false, seconds_allowed(*o.max_latency_p95), Unit::kDuration});
  if (o.max_latency_p99)
    all.push_back(
        {"latency.offered.p99", false, seconds_allowed(*o.max_latency_p99), Unit::kDuration});
  if (o.max_attempts_per_success_permille)
    all.push_back({"attempts.per_success", false,
                   static_cast<double>(*o.max_attempts_per_success_permille) / 1000,
                   Unit::kFactor});
  if (o.max_cost_per_month)
    all.push_back(
        {"cost.per_month", false, as_double(MetricNumber(*o.max_cost_per_month)), Unit::kMoney});
  if (all.empty()) {
    all.push_back({"requests.success_share", true, 0.999, Unit::kRatio, true});
    all.push_back({"attempts.rate_limited_share", false, 0.01, Unit::kRatio, true});
  }
  return all;
}

GoalMetric metric_of(Goal goal) noexcept { return kGoals[static_cast<std::size_t>(goal)]; }

std::vector<Goal> goals_of(const Objectives& objectives) {
  if (objectives.optimise.empty()) {
    return {Goal::kGoodput, Goal::kLatencyP95, Goal::kAttemptsPerSuccess};
  }
  return objectives.optimise;
}

}  // namespace sluice
