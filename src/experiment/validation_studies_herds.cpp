// Retries that are spread over a window wait out a backlog without a second herd: the stagger of
// Consul's clients, and of banks' payment systems after an outage.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "experiment/validation_check.hpp"
#include "experiment/validation_plans.hpp"
#include "stats/validation.hpp"

namespace sluice {
namespace {

constexpr std::int64_t kClients = 20'000;

// The claim: all clients were refused at one instant and each comes back once, at an instant drawn
// evenly from a window of backlog / (load x refill) seconds. Then the limiter sees what it sees of
// Poisson arrivals at that load, so that the share of refused retries is that of a token bucket.
// What is left of the herd's own instant is not counted: the first tenth of the window.
std::vector<Observation> observe_window(const CheckTrial& trial,
                                        const stats::PoissonBucket& bucket) {
  const std::int64_t clients = trial.scaled(kClients);
  const double load = bucket.arrivals / bucket.refill;
  const double waiting = static_cast<double>(clients) - bucket.capacity;  // the rest was admitted
  const double window = waiting / (load * bucket.refill);
  const Duration spread = nanoseconds(static_cast<std::int64_t>(window * 1e9));
  RunPlan plan = bare_plan(trial, spread);
  plan.workloads[0].arrivals = ClosedLoop{.users = clients};
  plan.workloads[0].max_requests = clients;
  plan.limits = limiter_of(LimitType::kRequestsPerMinute, bucket.refill, bucket.capacity);
  plan.clients[0].retry = *retry_preset("windowed-uniform");
  plan.clients[0].retry.base = spread;
  plan.clients[0].retry.cap = spread;
  plan.clients[0].retry.max_retries = 1;
  plan.clients[0].retry.retry_after = {.obey = false};
  const ValidationRun run = run_plan(plan, trial.replication);

  const TimeSeries<TrafficCell>& traffic = run.measured.traffic;
  const std::size_t cells = traffic.cells().size();
  TrafficCell sum;
  for (std::size_t i = cells / 10; i < cells; ++i) sum += traffic.cells()[i];
  return {share(sum.rate_limited[static_cast<std::size_t>(LimitCause::kRequests)], sum.attempts)};
}

ValidationCheck window_check(const stats::PoissonBucket& bucket) {
  return {.group = "study: retries spread over a window",
          .claims = {{fmt::format("refused retries: window {:.4g} x backlog / refill, capacity {}",
                                  bucket.refill / bucket.arrivals, bucket.capacity),
                      stats::refused_share(bucket)}},
          .is_exact = false,
          .replications = kReplications,
          .observe = [bucket](const CheckTrial& trial) { return observe_window(trial, bucket); }};
}

}  // namespace

ValidationChecks window_checks() {
  constexpr std::array<stats::PoissonBucket, 3> kBuckets{{
      {.arrivals = 0.8, .refill = 1, .capacity = 5},
      {.arrivals = 1, .refill = 1, .capacity = 10},
      {.arrivals = 1.1, .refill = 1, .capacity = 10},
  }};
  ValidationChecks checks;
  for (const stats::PoissonBucket& bucket : kBuckets) checks.push_back(window_check(bucket));
  return checks;
}

}  // namespace sluice
