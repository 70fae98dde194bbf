// Whole runs of random plans: nothing gets lost, every token is charged and billed once, and the
// kind of event queue does not show.
#include <algorithm>
#include <array>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "engine/simulation.hpp"
#include "experiment/validation_plans.hpp"
#include "property/property_random.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

constexpr std::uint64_t kPlans = 300;
constexpr LimiterId kInputLimiter{1};
constexpr LimiterId kOutputLimiter{2};
constexpr std::array<std::int64_t, kCostCategoryCount> kPrices{3'000'000, 3'750'000,  6'000'000,
                                                               300'000,   15'000'000, 0};

WorkloadArrivals random_arrivals(PropertyRandom& random) {
  const Rate rate{random.between(1, 40), seconds(10)};
  switch (random.below(5)) {
    case 0:
      return ArrivalConstant{.rate = rate};
    case 1:
      return ArrivalGamma{.rate = rate, .burstiness = Fraction::percent(20)};
    case 2:
      return ArrivalOnOff{.rate = rate, .mean_on = seconds(20), .mean_off = seconds(30)};
    case 3:
      return ClosedLoop{.users = random.between(1, 20),
                        .think_time = DurationExponential{.mean = seconds(3)}};
    default:
      return ArrivalPoisson{.rate = rate};
  }
}

WorkloadSpec random_workload(PropertyRandom& random, const WorkloadSpec& plain,
                             std::size_t number) {
  WorkloadSpec workload = plain;
  workload.name += std::to_string(number);
  workload.hash = name_hash(workload.name);
  workload.arrivals = random_arrivals(random);
  workload.input = SizeLognormal{.p50 = 500, .p95 = 4000, .min = 0, .max = 20'000};
  workload.output = SizeLognormal{.p50 = 200, .p95 = 900, .min = 0, .max = 4000};
  if (random.one_in(3)) workload.thinking = SizeUniform{.low = 0, .high = 500};
  if (random.one_in(3)) workload.max_tokens = random.between(100, 3000);
  if (random.one_in(2)) {
    workload.prefix_tokens = random.between(500, 6000);
    workload.prefix_ttl = random.one_in(2) ? CacheTtl::kFiveMinutes : CacheTtl::kOneHour;
  }
  if (random.one_in(3)) {
    workload.conversation.turns = SizeUniform{.low = 1, .high = 4};
    workload.conversation.think_time = DurationExponential{.mean = seconds(5)};
    workload.conversation_ttl = CacheTtl::kFiveMinutes;
  }
  if (random.one_in(3)) workload.deadline = seconds(random.between(1, 60));
  if (random.one_in(4)) workload.max_requests = random.between(1, 200);
  workload.priority = random.below(3);
  workload.stream = random.one_in(2);
  return workload;
}

ClientPlan random_client(PropertyRandom& random) {
  const auto presets = retry_presets();
  const auto chosen =
      static_cast<std::size_t>(random.below(static_cast<std::int64_t>(presets.size())));
  ClientPlan client;
  client.retry = *retry_preset(presets[chosen].name);
  if (random.one_in(2)) client.concurrency = random.between(1, 20);
  if (client.concurrency && random.one_in(2)) client.queue_limit = random.below(30);
  client.hold_slot_while_waiting = random.one_in(2);
  if (random.one_in(3)) client.attempt_timeout = seconds(random.between(1, 20));
  return client;
}

RateLimiterSpec random_limits(PropertyRandom& random) {
  RateLimiterSpec limits;
  limits.limiters = {{.workspace = std::nullopt,
                      .type = LimitType::kRequestsPerMinute,
                      .limit = random.between(10, 400)},
                     {.workspace = std::nullopt,
                      .type = LimitType::kInputTokensPerMinuteCacheAware,
                      .limit = random.between(20'000, 600'000)},
                     {.workspace = std::nullopt,
                      .type = LimitType::kOutputTokensPerMinute,
                      .limit = random.between(4000, 100'000)}};
  limits.burst = seconds(random.between(5, 90));
  limits.output_charge = static_cast<ChargeMode>(random.below(3));
  limits.refused_attempts_count = random.one_in(4);
  if (random.one_in(3)) limits.max_concurrent = random.between(1, 30);
  return limits;
}

RunPlan random_plan(std::uint64_t seed) {
  PropertyRandom random(seed);
  RunPlan plan = bare_plan({.seed = seed}, minutes(random.between(1, 10)));
  ModelPlan& model = plan.models[0];
  model.latency = LatencySpec{};
  model.latency.ttft_base = DurationExponential{.mean = milliseconds(random.between(1, 3000))};
  model.prices = {{.bands = {{.prompt_above = 0, .per_token = kPrices}}}};
  plan.limits = random_limits(random);
  plan.clients = {random_client(random), random_client(random)};
  const WorkloadSpec plain = plan.workloads[0];
  plan.workloads.clear();
  const auto workloads = static_cast<std::size_t>(random.between(1, 3));
  for (std::size_t i = 0; i < workloads; ++i) {
    plan.workloads.push_back(random_workload(random, plain, i));
    plan.workloads[i].client = static_cast<std::size_t>(random.below(2));
  }
  plan.cut_when_output_runs_dry =
      plan.limits.output_charge == ChargeMode::kStreaming && random.one_in(3);
  if (random.one_in(3)) plan.estimate_error_permille = random.between(-300, 300);
  for (std::int64_t faults = random.below(3); faults > 0; --faults) {
    FaultSpec fault;
    fault.kind = static_cast<FaultKind>(random.below(6));
    fault.probability_ppm = random.below(200'000);
    plan.faults.push_back(fault);
  }
  return plan;
}

// A finished run and what is asked of it.
struct FinishedRun {
  explicit FinishedRun(const RunPlan& plan, QueueKind queue)
      : simulation(plan, options_with(queue),
                   std::vector<std::unique_ptr<RequestSource>>(plan.workloads.size())),
        ended(simulation.run([](const Progress&) { return true; })) {}

  static SimulationOptions options_with(QueueKind queue) {
    SimulationOptions options;
    options.queue = queue;
    return options;
  }
  const Measurements& measured() const { return simulation.recorder().measured(); }
  Ledger::Line billed() const {
    return measured().ledger.total([](const Ledger::Account&) { return true; });
  }
  std::int64_t taken(LimiterId limiter) {
    return simulation.api().limiter().bucket(limiter).taken(simulation.timers().now());
  }

  Simulation simulation;
  bool ended;
};

void check_nothing_is_lost(FinishedRun& run) {
  CHECK(run.ended);
  CHECK(run.simulation.recorder().in_flight() == 0);
  CHECK(run.simulation.api().limiter().in_flight() == 0);
  for (const WorkloadTotals& totals : run.measured().workloads) {
    CHECK(ended(totals.requests) == totals.requests.offered);
    CHECK(static_cast<std::int64_t>(totals.requests.attempts.sum()) == totals.attempts.count());
    CHECK(totals.attempts.ended[0] == totals.requests.succeeded());
    const auto& causes = totals.attempts.rate_limited;
    CHECK(std::accumulate(causes.begin(), causes.end(), std::int64_t{0}) ==
          totals.attempts.ended[static_cast<std::size_t>(ErrorKind::kRateLimit)]);
  }
}

void check_every_token_counts_once(FinishedRun& run, const RunPlan& plan) {
  const Ledger::Line billed = run.billed();
  const Usage& usage = billed.usage;
  CHECK(run.taken(kOutputLimiter) == usage.output_tokens);
  // A response that never began is not billed, but its input stays charged.
  CHECK(run.taken(kInputLimiter) >= usage.uncached_input_tokens());
  if (plan.faults.empty() && !plan.clients[0].attempt_timeout && !plan.clients[1].attempt_timeout) {
    const bool has_deadlines =
        std::any_of(plan.workloads.begin(), plan.workloads.end(),
                    [](const WorkloadSpec& workload) { return workload.deadline.has_value(); });
    if (!has_deadlines) CHECK(run.taken(kInputLimiter) == usage.uncached_input_tokens());
  }
  const std::array<std::int64_t, kCostCategoryCount> tokens{usage.input_tokens,
                                                            usage.cache_creation_5m_input_tokens,
                                                            usage.cache_creation_1h_input_tokens,
                                                            usage.cache_read_input_tokens,
                                                            usage.output_tokens,
                                                            0};
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    CHECK(billed.picodollars[i] == static_cast<int128>(tokens[i]) * kPrices[i]);
  }
}

TEST_CASE("random runs lose no request, count every token once and ignore the event queue") {
  std::int64_t requests = 0;
  std::int64_t refused = 0;
  for (std::uint64_t seed = 1; seed <= kPlans; ++seed) {
    INFO("seed " << seed);
    const RunPlan plan = random_plan(seed);
    FinishedRun radix(plan, QueueKind::kRadix);
    check_nothing_is_lost(radix);
    check_every_token_counts_once(radix, plan);
    const FinishedRun heap(plan, QueueKind::kHeap);
    CHECK(radix.simulation.timers().order_digest() == heap.simulation.timers().order_digest());
    CHECK(radix.measured() == heap.measured());
    const WorkloadTotals totals = radix.measured().all_workloads();
    requests += totals.requests.offered;
    refused += totals.attempts.ended[static_cast<std::size_t>(ErrorKind::kRateLimit)];
  }
  // The plans must not be idle, nor all refused.
  CHECK(requests > 10'000);
  CHECK(refused > 1000);
}

}  // namespace
}  // namespace sluice
