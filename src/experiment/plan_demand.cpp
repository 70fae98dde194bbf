#include "experiment/plan_demand.hpp"

#include <algorithm>
#include <variant>

#include "policy/arrival_process.hpp"
#include "policy/sizes.hpp"
#include "results/run_facts.hpp"

namespace sluice {
namespace {

double mean_of(const SizeSpec& spec) { return SizeSampler(spec).mean(); }
double seconds_of(const DurationSpec& spec) { return DurationSampler(spec).mean() / 1e9; }

double per_minute_of(const RunPlan& plan, const WorkloadSpec& workload) {
  const auto* arrivals = std::get_if<ArrivalSpec>(&workload.arrivals);
  if (arrivals == nullptr) return 0;
  const ArrivalOrigin origin{.run_start = {plan.start_unix_ns}, .at = workload.starts};
  const TimePoint end = std::min(workload.stops, kRunStart + plan.duration);
  const double count =
      expected_count(*arrivals, workload.rate_changes, workload.starts, end, origin);
  return count * 60e9 / static_cast<double>(ns(plan.duration));
}

// What a minute of one workload takes, batches left out: they meet none of these limits.
struct Demand {
  double requests = 0;
  double uncached = 0;  // tokens
  double cached = 0;
  double output = 0;
  double latency = 0;  // seconds of one request; a little less than it takes
};

Demand demand_of(const RunPlan& plan, const WorkloadSpec& workload) {
  const ModelPlan& model = plan.models[index(workload.model)];
  const bool is_cached =
      workload.prefix_ttl && workload.prefix_tokens >= model.cache_minimum_tokens;
  const auto prefix = static_cast<double>(workload.prefix_tokens);
  const double batched = static_cast<double>(workload.batch.share_ppm) / 1e6;
  const double requests = per_minute_of(plan, workload) * (1 - batched);
  const double uncached = mean_of(workload.input) + (is_cached ? 0 : prefix);
  const double output = mean_of(workload.output) + mean_of(workload.thinking);
  const double speed = mean_of(model.latency.output_tokens_per_minute) / 60;
  return {.requests = requests,
          .uncached = requests * uncached,
          .cached = requests * (is_cached ? prefix : 0),
          .output = requests * output,
          .latency = seconds_of(model.latency.ttft_base) + output / std::max(speed, 1e-9)};
}

bool is_fast_only(LimitType type) {
  return type == LimitType::kFastInputTokensPerMinuteCacheAware ||
         type == LimitType::kFastOutputTokensPerMinute;
}

// Tokens or requests that one minute takes of a limit of this kind.
double taken(const Demand& demand, LimitType type) {
  switch (type) {
    case LimitType::kRequestsPerMinute:
      return demand.requests;
    case LimitType::kInputTokensPerMinuteCacheAware:
    case LimitType::kFastInputTokensPerMinuteCacheAware:
      return demand.uncached;
    case LimitType::kInputTokensPerMinute:
      return demand.uncached + demand.cached;
    case LimitType::kOutputTokensPerMinute:
    case LimitType::kFastOutputTokensPerMinute:
      return demand.output;
    case LimitType::kTokensPerMinute:
    case LimitType::kTokensPerDay:
      return demand.uncached + demand.cached + demand.output;
    case LimitType::kEnqueuedBatchRequests:
      return 0;
  }
  return 0;
}

std::string name_of(const RunPlan& plan, const LimiterSpec& limiter) {
  LimiterFacts facts;
  facts.type = limiter.type;
  facts.group = plan.groups[index(limiter.group)];
  if (limiter.workspace) facts.workspace = plan.workspaces[index(*limiter.workspace)];
  return limiter_name(facts);
}

struct Lowest {
  std::optional<ClosedForm> found;

  void offer(double allowed, double demand, const std::string& limit) {
    if (demand <= 0) return;
    const double factor = allowed / demand;
    if (!found || factor < found->factor) found = ClosedForm{factor, limit};
  }
};

bool has_plain_traffic(const RunPlan& plan, const WorkloadSpec& workload) {
  const ModelPlan& model = plan.models[index(workload.model)];
  const bool is_cached_in_part = workload.prefix_ttl && workload.prefix_tokens > 0 &&
                                 workload.prefix_tokens < model.cache_minimum_tokens;
  return std::holds_alternative<ArrivalSpec>(workload.arrivals) && !workload.max_requests &&
         !workload.max_tokens && !workload.fast && workload.conversation.is_one_request() &&
         !is_cached_in_part;
}

}  // namespace

double planned_per_minute(const RunPlan& plan) {
  double sum = 0;
  for (const WorkloadSpec& workload : plan.workloads) sum += per_minute_of(plan, workload);
  return sum;
}

double closed_loops_per_minute(const RunPlan& plan) {
  double sum = 0;
  for (const WorkloadSpec& workload : plan.workloads) {
    const auto* loop = std::get_if<ClosedLoop>(&workload.arrivals);
    if (loop == nullptr) continue;
    sum += static_cast<double>(loop->users) * 60 / (1 + seconds_of(loop->think_time));
  }
  return sum;
}

bool is_arithmetic(const RunPlan& plan) {
  for (const ScheduledEvent& event : plan.events) {
    if (std::holds_alternative<LimitChanged>(event.action)) return false;
  }
  return std::all_of(
      plan.workloads.begin(), plan.workloads.end(),
      [&](const WorkloadSpec& workload) { return has_plain_traffic(plan, workload); });
}

std::optional<ClosedForm> closed_form(const RunPlan& plan) {
  std::vector<Demand> demands;
  for (const WorkloadSpec& workload : plan.workloads) demands.push_back(demand_of(plan, workload));
  Lowest lowest;
  for (const LimiterSpec& limiter : plan.limits.limiters) {
    if (is_fast_only(limiter.type)) continue;
    double sum = 0;
    for (std::size_t i = 0; i < demands.size(); ++i) {
      const WorkloadSpec& workload = plan.workloads[i];
      const bool is_met = plan.models[index(workload.model)].group == limiter.group &&
                          (!limiter.workspace || *limiter.workspace == workload.workspace);
      if (is_met) sum += taken(demands[i], limiter.type);
    }
    if (limiter.type == LimitType::kTokensPerDay) sum *= 24 * 60;
    lowest.offer(static_cast<double>(limiter.limit), sum, name_of(plan, limiter));
  }
  std::vector<double> busy(plan.clients.size());  // requests in flight, by client
  double all_busy = 0;
  for (std::size_t i = 0; i < demands.size(); ++i) {
    const double in_flight = demands[i].requests / 60 * demands[i].latency;
    busy[plan.workloads[i].client] += in_flight;
    all_busy += in_flight;
  }
  for (std::size_t i = 0; i < busy.size(); ++i) {
    const auto& places = plan.clients[i].concurrency;
    if (places) lowest.offer(static_cast<double>(*places), busy[i], "concurrency");
  }
  if (const auto& places = plan.limits.max_concurrent) {
    lowest.offer(static_cast<double>(*places), all_busy, "concurrency");
  }
  return lowest.found;
}

}  // namespace sluice
