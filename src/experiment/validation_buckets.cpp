// Closed forms 1 and 2: token buckets under Poisson arrivals.
#include <fmt/format.h>

#include "experiment/validation_check.hpp"
#include "experiment/validation_plans.hpp"
#include "policy/arrival_process.hpp"
#include "policy/rate_limiter.hpp"
#include "stats/validation.hpp"

namespace sluice {
namespace {

// Buckets begin full. The longest memory, of a bucket of 50 at full load, fades in some 250
// seconds (50^2 / pi^2).
constexpr Duration kWarmup = seconds(5000);

// Through the whole engine: a limit of requests per minute, and a client that never retries.
Observation observe_unit_cost(const CheckTrial& trial, const stats::PoissonBucket& bucket) {
  RunPlan plan = bare_plan(trial, kWarmup + trial.scaled(seconds(80'000)));
  plan.workloads[0].arrivals = ArrivalPoisson{.rate = rate_of(bucket.arrivals)};
  plan.limits = limiter_of(LimitType::kRequestsPerMinute, bucket.refill, bucket.capacity);
  const ValidationRun run = run_plan(plan, trial.replication, kRunStart + kWarmup);
  const RequestTotals& requests = run.measured.workloads[0].requests;
  return share(requests.failed_on[static_cast<std::size_t>(LimitCause::kRequests)],
               ended(requests));
}

// With the limiter alone, because no workload has exponential sizes: output is charged as soon as
// the request is admitted, which takes a level above zero.
Observation observe_debt(const CheckTrial& trial, const stats::DebtBucket& bucket) {
  RateLimiterSpec spec =
      limiter_of(LimitType::kOutputTokensPerMinute, bucket.refill, bucket.capacity);
  spec.output_charge = ChargeMode::kPost;
  RateLimiter limiter(spec, kRunStart);
  const RouteId route = limiter.route(WorkspaceId{}, GroupId{}, false);
  const RandomSource random(trial.seed, trial.replication);
  ArrivalProcess arrivals(ArrivalPoisson{.rate = rate_of(bucket.arrivals)}, {},
                          random.stream(Purpose::kArrival, {}));
  // Nanoseconds stand for tokens.
  const DurationSampler size(
      DurationExponential{.mean = nanoseconds(static_cast<std::int64_t>(bucket.tokens_mean))});
  DrawStream draws = random.stream(Purpose::kTest, {});
  const TimePoint end = kRunStart + kWarmup + trial.scaled(seconds(100'000));
  std::int64_t refused = 0;
  std::int64_t all = 0;
  for (TimePoint at = arrivals.next(); at < end; at = arrivals.next()) {
    const bool is_refused = limiter.admit(at, route, {}).has_value();
    if (!is_refused) {
      limiter.begin(at, route, {});
      limiter.finish(at, route, {.output_tokens = ns(size(draws.next()))});
    }
    if (at < kRunStart + kWarmup) continue;
    refused += is_refused ? 1 : 0;
    ++all;
  }
  return share(refused, all);
}

}  // namespace

ValidationChecks bucket_checks() {
  ValidationChecks checks;
  for (const stats::PoissonBucketRow& row : stats::kPoissonBucketRows) {
    const stats::PoissonBucket bucket = row.bucket;
    checks.push_back({.group = "1 token bucket, Poisson arrivals",
                      .claims = {{fmt::format("429 share: {}/s, refill {:.4g}/s, capacity {}",
                                              bucket.arrivals, bucket.refill, bucket.capacity),
                                  stats::refused_share(bucket)}},
                      .is_exact = false,
                      .replications = kReplications,
                      .observe = [bucket](const CheckTrial& trial) {
                        return std::vector{observe_unit_cost(trial, bucket)};
                      }});
  }
  for (const stats::DebtBucketRow& row : stats::kDebtBucketRows) {
    const stats::DebtBucket bucket = row.bucket;
    checks.push_back({.group = "2 token bucket with debt, exponential cost",
                      .claims = {{fmt::format("429 share: {}/s, mean {}, refill {}/s, capacity {}",
                                              bucket.arrivals, bucket.tokens_mean, bucket.refill,
                                              bucket.capacity),
                                  stats::refused_share(bucket)}},
                      .is_exact = false,
                      .replications = kReplications,
                      .observe = [bucket](const CheckTrial& trial) {
                        return std::vector{observe_debt(trial, bucket)};
                      }});
  }
  return checks;
}

}  // namespace sluice
