#include "experiment/validation_plans.hpp"

#include <cmath>
#include <numeric>

#include "base/hash.hpp"

namespace sluice {

RunPlan bare_plan(const CheckTrial& trial, Duration duration) {
  constexpr std::int64_t kAtOnce = 1'000'000'000'000;  // tokens a second
  RunPlan plan;
  plan.seed = trial.seed;
  plan.duration = duration;
  plan.workspaces = {"default"};
  plan.groups = {"all"};
  plan.keys = {{.name = "key", .workspace = {}}};
  ModelPlan model;
  model.name = "model";
  model.latency = {.ttft_base = DurationFixed{Duration{}},
                   .prefill_tokens_per_second = kAtOnce,
                   .cached_tokens_per_second = kAtOnce,
                   .output_tokens_per_minute = SizeFixed{kAtOnce}};
  plan.models = {model};
  plan.clients = {ClientPlan{}};
  WorkloadSpec workload;
  workload.name = "work";
  workload.hash = name_hash(workload.name);
  workload.arrivals = ArrivalPoisson{.rate = {1, seconds(1)}};
  workload.input = SizeFixed{1};
  workload.output = SizeFixed{0};
  plan.workloads = {workload};
  return plan;
}

Rate rate_of(double per_second) {
  return {static_cast<std::int64_t>(std::llround(per_second * 1e6)), seconds(1'000'000)};
}

RateLimiterSpec limiter_of(LimitType type, double refill, double capacity) {
  RateLimiterSpec spec;
  spec.limiters = {{.workspace = std::nullopt,
                    .group = {},
                    .type = type,
                    .limit = static_cast<std::int64_t>(std::llround(refill * 60))}};
  spec.burst = nanoseconds(static_cast<std::int64_t>(std::llround(capacity / refill * 1e9)));
  return spec;
}

ValidationRun run_plan(const RunPlan& plan, std::uint64_t replication, TimePoint counts_from,
                       QueueKind queue) {
  SimulationOptions options;
  options.replication = replication;
  options.counts_from = counts_from;
  options.queue = queue;
  std::vector<std::unique_ptr<RequestSource>> sources(plan.workloads.size());
  Simulation simulation(plan, options, std::move(sources));
  simulation.run([](const Progress&) { return true; });
  return {.measured = simulation.recorder().measured(),
          .duration = plan.duration,
          .order_digest = simulation.timers().order_digest()};
}

std::int64_t ended(const RequestTotals& totals) {
  return std::accumulate(totals.ended.begin(), totals.ended.end(), std::int64_t{0});
}

Observation share(std::int64_t some, std::int64_t all) {
  return {.sum = static_cast<double>(some), .of = static_cast<double>(all)};
}

}  // namespace sluice
