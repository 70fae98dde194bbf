// Closed forms 3 and 4: retries when more is asked than the limit allows.
#include <fmt/format.h>

#include "experiment/validation_check.hpp"
#include "experiment/validation_plans.hpp"
#include "stats/validation.hpp"

namespace sluice {
namespace {

// Waits between half of `wait` and all of it: long enough to forget the limiter's state, spread
// widely enough to meet it at random.
RetrySpec spread_retries(std::int64_t attempts_max, Duration wait) {
  return {.preset = "equal-jitter",
          .max_retries = attempts_max - 1,
          .backoff = Backoff::kEqualJitter,
          .base = wait,
          .cap = wait,
          .retry_after = {.obey = false}};
}

// One request a second is allowed. The law holds as the number of waiting requests grows, so the
// rows that make fewer attempts wait longer.
struct OverloadRun {
  Duration wait;
  Duration warmup;
  Duration measured;

  OverloadRun(const CheckTrial& trial, const stats::OverloadRow& row) {
    constexpr double kWaiting = 6000;  // requests at a time, roughly
    constexpr double kAttempts = 150'000;
    const double attempts = row.attempts_per_served.value;
    wait = seconds(static_cast<std::int64_t>(kWaiting / attempts));
    warmup = wait * (4 * row.overload.attempts_max);  // five times the life of a request
    measured = trial.scaled(seconds(static_cast<std::int64_t>(kAttempts / attempts)));
  }
};

// From the time series, because what happens after the last arrival is no longer overload.
std::vector<Observation> observe_overload(const CheckTrial& trial, const stats::OverloadRow& row) {
  const OverloadRun times(trial, row);
  RunPlan plan = bare_plan(trial, times.warmup + times.measured);
  plan.workloads[0].arrivals = ArrivalPoisson{.rate = rate_of(row.overload.load)};
  plan.limits = limiter_of(LimitType::kRequestsPerMinute, 1, 50);
  plan.clients[0].retry = spread_retries(row.overload.attempts_max, times.wait);
  const ValidationRun run = run_plan(plan, trial.replication);

  const TimeSeries<TrafficCell>& traffic = run.measured.traffic;
  const auto first = static_cast<std::size_t>(times.warmup / traffic.width());
  const auto last = static_cast<std::size_t>(plan.duration / traffic.width());
  TrafficCell sum;
  for (std::size_t i = first; i < last; ++i) sum += traffic.cells()[i];
  const std::int64_t refused = sum.rate_limited[static_cast<std::size_t>(LimitCause::kRequests)];
  return {share(refused, sum.attempts), share(sum.attempts, sum.succeeded),
          share(sum.failed, sum.failed + sum.succeeded)};
}

ValidationCheck overload_check(const stats::OverloadRow& row) {
  const stats::OverloadLaw law = stats::overload_law(row.overload);
  const std::string which =
      fmt::format("load {}, {} attempts", row.overload.load, row.overload.attempts_max);
  return {.group = "3 retries under sustained overload",
          .claims = {{"429 share of attempts: " + which, law.refused_attempts},
                     {"attempts per served request: " + which, law.attempts_per_served},
                     {"lost requests: " + which, law.lost_requests}},
          .is_exact = false,
          .replications = kReplications,
          .observe = [row](const CheckTrial& trial) { return observe_overload(trial, row); }};
}

// Everyone at once, and again after exactly the same wait.
std::vector<Observation> observe_herd(const CheckTrial& trial, const stats::Herd& herd) {
  RunPlan plan = bare_plan(trial, hours(1));
  plan.workloads[0].arrivals = ClosedLoop{.users = herd.clients};
  plan.workloads[0].max_requests = herd.clients;
  plan.limits = limiter_of(LimitType::kRequestsPerMinute, herd.refill, herd.capacity);
  const Duration wait = seconds(static_cast<std::int64_t>(herd.wait));
  plan.clients[0].retry = {.preset = "fixed",
                           .max_retries = herd.clients,
                           .backoff = Backoff::kFixed,
                           .base = wait,
                           .cap = wait,
                           .retry_after = {.obey = false}};
  const ValidationRun run = run_plan(plan, trial.replication);
  const WorkloadTotals& totals = run.measured.workloads[0];
  return {share(static_cast<std::int64_t>(totals.requests.attempts.max().value_or(0)), 1),
          share(totals.attempts.count(), 1),
          {.sum = static_cast<double>(totals.latency.backoff.max().value_or(0)) / 1e9}};
}

ValidationCheck herd_check(const stats::Herd& herd) {
  const stats::HerdLaw law = stats::herd_law(herd);
  const std::string which = fmt::format("{} clients, capacity {}, refill {:.4g}/s, wait {} s",
                                        herd.clients, herd.capacity, herd.refill, herd.wait);
  return {.group = "4 thundering herd",
          .claims = {{"waves: " + which, static_cast<double>(law.waves)},
                     {"attempts: " + which, static_cast<double>(law.attempts)},
                     {"seconds: " + which, law.duration}},
          .observe = [herd](const CheckTrial& trial) { return observe_herd(trial, herd); }};
}

}  // namespace

ValidationChecks overload_checks() {
  ValidationChecks checks;
  for (const stats::OverloadRow& row : stats::kOverloadRows) checks.push_back(overload_check(row));
  for (const stats::HerdRow& row : stats::kHerdRows) checks.push_back(herd_check(row.herd));
  return checks;
}

}  // namespace sluice
