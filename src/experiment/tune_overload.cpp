#include "experiment/tune_overload.hpp"

#include <algorithm>
#include <vector>

#include "base/in_seconds.hpp"

namespace sluice {
namespace {

// In tokens (or requests) and seconds.
struct Supply {
  double capacity = 0;
  double refill = 0;
};

bool all_meet(const RunPlan& plan, const LimiterSpec& limiter) {
  const bool is_of_plain_requests =
      limiter.type != LimitType::kFastInputTokensPerMinuteCacheAware &&
      limiter.type != LimitType::kFastOutputTokensPerMinute;
  return is_of_plain_requests &&
         std::all_of(plan.workloads.begin(), plan.workloads.end(), [&](const WorkloadSpec& w) {
           const bool in_workspace = !limiter.workspace || *limiter.workspace == w.workspace;
           const bool in_group = plan.models[index(w.model)].group == limiter.group;
           return in_workspace && in_group && w.batch.share_ppm == 0;
         });
}

Supply supply_of(const RunPlan& plan, const LimiterSpec& limiter) {
  const TokenBucket::Size size =
      bucket_size(limiter.type, limiter.limit, plan.limits.burst_of(limiter.type));
  const double refill = static_cast<double>(size.limit) / in_seconds(size.period);
  return {.capacity = refill * in_seconds(size.burst), .refill = refill};
}

double longest_wait(const RunPlan& plan) {
  double longest = 0;
  for (const WorkloadSpec& workload : plan.workloads) {
    longest = std::max(longest, workload.deadline ? in_seconds(*workload.deadline) : 1e18);
  }
  return longest;
}

// The stretch of cells in which demand exceeds supply by most: the greatest sum of consecutive
// (demand - refill) cells.
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
  double excess = 0;  // beyond the refill, the bucket's content not counted
};

Stretch worst_stretch(const std::vector<double>& demand, double refill_per_cell) {
  Stretch worst;
  double sum = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < demand.size(); ++i) {
    if (sum <= 0) {
      sum = 0;
      begin = i;
    }
    sum += demand[i] - refill_per_cell;
    if (sum > worst.excess) worst = {begin, i + 1, sum};
  }
  return worst;
}

// What one success takes of the limiter.
double cost_of_one(const RunResult& today, std::size_t limiter, LimitType type) {
  if (type == LimitType::kRequestsPerMinute) return 1;
  const RunView view(today.facts, today.measured, today.binding);
  const auto succeeded = static_cast<double>(view.all.requests.succeeded());
  if (succeeded == 0) return 0;
  return static_cast<double>(today.measured.limiters[limiter].use.taken) / succeeded;
}

std::optional<LastingOverload> overload_of(const RunPlan& plan, const RunResult& today,
                                           std::size_t limiter) {
  const LimiterSpec& spec = plan.limits.limiters[limiter];
  const Supply supply = supply_of(plan, spec);
  const double cost = cost_of_one(today, limiter, spec.type);
  const double width = in_seconds(today.measured.traffic.width());
  std::vector<double> demand;
  double whole = 0;
  for (const TrafficCell& cell : today.measured.traffic.cells()) {
    demand.push_back(static_cast<double>(cell.offered) * cost);
    whole += demand.back();
  }
  const Stretch stretch = worst_stretch(demand, supply.refill * width);
  if (stretch.excess <= supply.capacity) return std::nullopt;
  const double lasts = width * static_cast<double>(stretch.end - stretch.begin);
  const double lost = stretch.excess - supply.capacity - supply.refill * longest_wait(plan);
  // What everybody can wait out and what is over soon is no lasting overload.
  const bool lasts_on = lasts >= in_seconds(plan.duration) / 2;
  if (lost <= 0 && !lasts_on) return std::nullopt;
  return LastingOverload{.limit = today.facts.names.limiters[limiter],
                         .lasts = today.measured.traffic.width() *
                                  static_cast<std::int64_t>(stretch.end - stretch.begin),
                         .load = 1 + stretch.excess / (supply.refill * lasts),
                         .lost_share = std::max(lost, 0.0) / whole};
}

}  // namespace

std::optional<LastingOverload> lasting_overload(const RunPlan& plan, const RunResult& today) {
  std::optional<LastingOverload> worst;
  for (std::size_t i = 0; i < plan.limits.limiters.size(); ++i) {
    if (!all_meet(plan, plan.limits.limiters[i])) continue;
    const auto found = overload_of(plan, today, i);
    if (!found) continue;
    const bool is_worse = !worst || found->lost_share > worst->lost_share ||
                          (found->lost_share == worst->lost_share && found->load > worst->load);
    if (is_worse) worst = found;
  }
  return worst;
}

std::optional<SpendStop> spend_stop(const RunPlan& plan, const RunResult& today) {
  const WorkloadTotals all = today.measured.all_workloads();
  const SpendFacts& spend = today.facts.spend;
  SpendStop stop;
  std::int64_t refused = 0;
  if (spend.cap_reached_at != kNever && spend.tier_cap) {
    stop.limit = "the tier's cap of " + spend.tier_cap->text() + " a month";
    stop.after = spend.cap_reached_at - kRunStart;
    refused = all.requests.failed_on[static_cast<std::size_t>(LimitCause::kSpend)];
  } else {
    const SpendSpec& limits = plan.spend;
    const auto is_set = [](const auto& limit) { return limit.has_value(); };
    const bool any =
        limits.organization_limit || limits.credit ||
        std::any_of(limits.workspace_limits.begin(), limits.workspace_limits.end(), is_set) ||
        std::any_of(limits.key_limits.begin(), limits.key_limits.end(), is_set);
    stop.limit = "a spending limit of the scenario";
    refused = any ? all.requests.ended[static_cast<std::size_t>(ErrorKind::kInvalidRequest)] : 0;
  }
  if (refused == 0) return std::nullopt;
  stop.refused_share = static_cast<double>(refused) / static_cast<double>(all.requests.offered);
  return stop;
}

}  // namespace sluice
