// Closed form 5: what holds exactly, whatever is drawn. Also GCRA against the token bucket, and one
// run under both kinds of event queue.
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "experiment/validation_check.hpp"
#include "experiment/validation_plans.hpp"
#include "policy/gcra.hpp"
#include "policy/rate_limiter.hpp"
#include "stats/validation.hpp"

namespace sluice {
namespace {

constexpr std::string_view kGroup = "5 invariants";

// Over whole periods of the pattern, once the burst is spent.
Observation observe_constant(const CheckTrial& trial, const stats::ConstantArrivals& arrivals) {
  RunPlan plan = bare_plan(trial, seconds(2000));
  plan.workloads[0].arrivals = ArrivalConstant{.rate = rate_of(arrivals.arrivals)};
  plan.limits = limiter_of(LimitType::kRequestsPerMinute, arrivals.refill, 10);
  const ValidationRun run = run_plan(plan, trial.replication, kRunStart + seconds(1000));
  const RequestTotals& requests = run.measured.workloads[0].requests;
  return share(requests.failed_on[static_cast<std::size_t>(LimitCause::kRequests)],
               ended(requests));
}

ValidationCheck constant_check(const stats::ConstantArrivals& arrivals) {
  return {.group = std::string(kGroup),
          .claims = {{fmt::format("429 share: constant {}/s, refill {}/s", arrivals.arrivals,
                                  arrivals.refill),
                      stats::refused_share(arrivals)}},
          .observe = [arrivals](const CheckTrial& trial) {
            return std::vector{observe_constant(trial, arrivals)};
          }};
}

// One client meets three limiters with requests of all sizes and waits exactly as long as it is
// told.
std::vector<Observation> observe_obedience(const CheckTrial& trial) {
  RunPlan plan = bare_plan(trial, hours(4));
  plan.workloads[0].arrivals = ClosedLoop{.users = 1};
  plan.workloads[0].input = SizeLognormal{.p50 = 1500, .p95 = 4000, .min = 1, .max = 5000};
  plan.workloads[0].output = SizeLognormal{.p50 = 300, .p95 = 900, .min = 1, .max = 1300};
  plan.models[0].latency.output_tokens_per_minute = SizeFixed{60 * 60};
  plan.limits.limiters = {
      {.workspace = std::nullopt, .type = LimitType::kRequestsPerMinute, .limit = 20},
      {.workspace = std::nullopt, .type = LimitType::kInputTokensPerMinute, .limit = 30'000},
      {.workspace = std::nullopt, .type = LimitType::kOutputTokensPerMinute, .limit = 8'000}};
  plan.limits.burst = seconds(10);
  plan.clients[0].retry = {.max_retries = 100};
  const ValidationRun run = run_plan(plan, trial.replication);
  const RequestTotals& requests = run.measured.workloads[0].requests;
  const auto all = static_cast<std::int64_t>(requests.attempts.count());
  const auto up_to_two = static_cast<std::int64_t>(requests.attempts.count_up_to(2));
  // Of requests that were refused at all: without any the claim would be empty, and the share is
  // not a number.
  return {share(all - up_to_two, all - requests.first_try)};
}

// What a limiter of a random size admitted from a random stream, in units of its bucket.
struct AdmittedStream {
  struct Charge {
    TimePoint at;
    int128 units;
  };
  std::vector<Charge> charges;
  TokenBucket::Size size;
  int128 capacity = 0;
};

AdmittedStream admitted_stream(const CheckTrial& trial, std::int64_t attempts) {
  DrawStream draws =
      RandomSource(trial.seed, trial.replication).stream(Purpose::kTest, {.session = 1});
  const auto below = [&draws](std::int64_t bound) {
    return static_cast<std::int64_t>(
        uniform_below(draws.next(), static_cast<std::uint64_t>(bound)));
  };
  RateLimiterSpec spec;
  spec.burst = nanoseconds(ns(seconds(1)) + below(ns(minutes(2))));
  const std::int64_t limit = 1000 + below(100'000);
  spec.limiters = {{.workspace = std::nullopt,
                    .type = LimitType::kInputTokensPerMinuteCacheAware,
                    .limit = limit}};
  RateLimiter limiter(spec, kRunStart);
  const TokenBucket& bucket = limiter.bucket(LimiterId{});
  AdmittedStream stream{.charges = {}, .size = bucket.size(), .capacity = bucket.capacity_units()};
  TimePoint now = kRunStart;
  for (std::int64_t i = 0; i < attempts; ++i) {
    // Sizes up to a quarter of the capacity; on average twice what the limit refills.
    const std::int64_t tokens = 1 + below(bucket.capacity() / 4 + 1);
    if (!limiter.admit(now, limiter.route(WorkspaceId{}, GroupId{}, false),
                       {.uncached_input = tokens})) {
      stream.charges.push_back({now, bucket.units(tokens)});
    }
    const int128 fair_gap = bucket.units(tokens) / limit;
    now += nanoseconds(below(static_cast<std::int64_t>(fair_gap) + 1));
  }
  return stream;
}

// Every window that begins and ends with something admitted.
std::vector<Observation> observe_windows(const CheckTrial& trial) {
  const AdmittedStream stream = admitted_stream(trial, trial.scaled(std::int64_t{3000}));
  std::int64_t windows = 0;
  std::int64_t above = 0;
  for (std::size_t first = 0; first < stream.charges.size(); ++first) {
    int128 sum = 0;
    for (std::size_t last = first; last < stream.charges.size(); ++last) {
      sum += stream.charges[last].units;
      const Duration span = stream.charges[last].at - stream.charges[first].at;
      const int128 bound = stream.capacity + static_cast<int128>(stream.size.limit) * ns(span);
      above += sum > bound ? 1 : 0;
      ++windows;
    }
  }
  return {share(above, windows)};
}

// Both decide about the same random stream; where the cost fits, they also agree on when.
std::vector<Observation> observe_gcra(const CheckTrial& trial) {
  DrawStream draws = RandomSource(trial.seed, trial.replication).stream(Purpose::kTest, {});
  const auto below = [&draws](std::int64_t bound) {
    return static_cast<std::int64_t>(
        uniform_below(draws.next(), static_cast<std::uint64_t>(bound)));
  };
  const TokenBucket::Size size{.limit = 1 + below(1'000'000),
                               .period = minutes(1),
                               .burst = nanoseconds(ns(minutes(1)) + below(ns(minutes(2))))};
  TimePoint now = kRunStart;
  TokenBucket bucket(size, now);
  Gcra gcra(size, now);
  const std::int64_t decisions = trial.scaled(std::int64_t{20'000});
  std::int64_t mismatches = 0;
  for (std::int64_t i = 0; i < decisions; ++i) {
    const std::int64_t tokens = 1 + below(bucket.capacity() + bucket.capacity() / 8 + 1);
    const bool fits = bucket.could_ever_hold(tokens);
    if (fits && bucket.ready_at(now, tokens) != gcra.ready_at(now, tokens)) ++mismatches;
    const bool admitted = bucket.holds(now, tokens);
    if (admitted) bucket.debit(now, tokens);
    if (admitted != gcra.admit(now, tokens)) ++mismatches;
    // Every fourth attempt comes at the very instant at which it fits, or a nanosecond early.
    const auto fair_gap = static_cast<std::int64_t>(bucket.units(tokens) / size.limit);
    const TimePoint ready = bucket.ready_at(now, 1 + tokens / 2);
    if (below(4) == 0 && ready != kNever) {
      now = std::max(now, ready - nanoseconds(below(2)));
    } else {
      now += nanoseconds(below(2 * fair_gap + 1));
    }
  }
  return {share(mismatches, decisions)};
}

// Everything that makes events: streams, a queue, retries at equal instants, faults and time-outs.
std::vector<Observation> observe_queue_kinds(const CheckTrial& trial) {
  RunPlan plan = bare_plan(trial, minutes(30));
  plan.workloads[0].arrivals = ArrivalPoisson{.rate = {10, seconds(1)}};
  plan.workloads[0].input = SizeLognormal{.p50 = 1000, .p95 = 5000, .min = 1, .max = 20'000};
  plan.workloads[0].output = SizeLognormal{.p50 = 200, .p95 = 800, .min = 1, .max = 4000};
  plan.workloads[0].deadline = seconds(40);
  plan.models[0].latency = LatencySpec{.ttft_base = DurationExponential{.mean = seconds(1)}};
  plan.limits = limiter_of(LimitType::kRequestsPerMinute, 8, 100);
  plan.clients[0].concurrency = 100;
  plan.clients[0].retry = *retry_preset("anthropic-sdk-python");
  plan.clients[0].attempt_timeout = seconds(20);
  const ValidationRun radix = run_plan(plan, trial.replication, kRunStart, QueueKind::kRadix);
  const ValidationRun heap = run_plan(plan, trial.replication, kRunStart, QueueKind::kHeap);
  return {share(radix.order_digest == heap.order_digest ? 0 : 1, 1),
          share(radix.measured == heap.measured ? 0 : 1, 1)};
}

}  // namespace

ValidationChecks invariant_checks() {
  ValidationChecks checks;
  for (const stats::ConstantArrivalsRow& row : stats::kConstantArrivalsRows) {
    checks.push_back(constant_check(row.arrivals));
  }
  const std::string group{kGroup};
  checks.push_back({.group = group,
                    .claims = {{"second refusals of a client that waits for retry-after", 0}},
                    .observe = observe_obedience});
  checks.push_back({.group = group,
                    .claims = {{"share of windows that admit more than burst + refill x time", 0}},
                    .replications = kReplications,
                    .observe = observe_windows});
  checks.push_back({.group = group,
                    .claims = {{"share of decisions in which GCRA differs from the bucket", 0}},
                    .replications = kReplications,
                    .observe = observe_gcra});
  checks.push_back({.group = group,
                    .claims = {{"event orders that differ between two event queues", 0},
                               {"measurements that differ between two event queues", 0}},
                    .observe = observe_queue_kinds});
  return checks;
}

}  // namespace sluice
