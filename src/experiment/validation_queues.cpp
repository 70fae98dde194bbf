// Closed forms 7 and 8: a limit of concurrent requests that refuses (Erlang's loss system), and a
// client with few places and a queue before them (Erlang C, M/G/1, M/M/1/K).
#include <cmath>

#include <fmt/format.h>

#include "experiment/validation_check.hpp"
#include "experiment/validation_plans.hpp"
#include "policy/sizes.hpp"
#include "stats/validation.hpp"

namespace sluice {
namespace {

// Median and 95th percentile of a lognormal of mean 1 s whose logarithm has standard deviation 1.
constexpr DurationLognormal kLognormal{.p50 = nanoseconds(606'530'660),
                                       .p95 = nanoseconds(3'141'899'000)};
constexpr DurationExponential kExponential{.mean = seconds(1)};

// Arrivals so that arrivals x mean service = offered, whatever the sampler's mean is exactly.
Rate rate_for(double offered, const DurationSpec& service) {
  const double mean = DurationSampler(service).mean();
  return {static_cast<std::int64_t>(std::llround(offered * 1e6)),
          nanoseconds(static_cast<std::int64_t>(std::llround(mean * 1e6)))};
}

RunPlan queue_plan(const CheckTrial& trial, double offered, const DurationSpec& service,
                   Duration duration) {
  RunPlan plan = bare_plan(trial, duration);
  plan.workloads[0].arrivals = ArrivalPoisson{.rate = rate_for(offered, service)};
  plan.models[0].latency.ttft_base = service;
  return plan;
}

Duration span_for(double requests, double offered) {
  return nanoseconds(static_cast<std::int64_t>(std::llround(requests / offered * 1e9)));
}

Observation observe_loss(const CheckTrial& trial, const stats::ErlangQueue& queue,
                         const DurationSpec& service) {
  const Duration warmup = seconds(200);
  const Duration measured = trial.scaled(span_for(40'000, queue.offered));
  RunPlan plan = queue_plan(trial, queue.offered, service, warmup + measured);
  plan.limits.max_concurrent = queue.servers;
  const ValidationRun run = run_plan(plan, trial.replication, kRunStart + warmup);
  const RequestTotals& requests = run.measured.workloads[0].requests;
  return share(requests.failed_on[static_cast<std::size_t>(LimitCause::kConcurrency)],
               ended(requests));
}

// The share of requests that had to queue, and their mean wait in seconds, those included that did
// not.
std::vector<Observation> observe_wait(const CheckTrial& trial, const stats::ErlangQueue& queue,
                                      const DurationSpec& service, double requests) {
  // Twenty times what the queue remembers, 1 / (sqrt(c) - sqrt(a))^2 services.
  const double root = std::sqrt(queue.servers) - std::sqrt(queue.offered);
  const Duration warmup = seconds(100 + static_cast<std::int64_t>(20 / (root * root)));
  const Duration measured = trial.scaled(span_for(requests, queue.offered));
  RunPlan plan = queue_plan(trial, queue.offered, service, warmup + measured);
  plan.clients[0].concurrency = queue.servers;
  const ValidationRun run = run_plan(plan, trial.replication, kRunStart + warmup);
  const Histogram& waits = run.measured.workloads[0].latency.queueing;
  const auto all = static_cast<std::int64_t>(waits.count());
  const auto at_once = static_cast<std::int64_t>(waits.count_up_to(0));
  return {share(all - at_once, all),
          {.sum = static_cast<double>(waits.sum()) / 1e9, .of = static_cast<double>(all)}};
}

Observation observe_turned_away(const CheckTrial& trial, const stats::FiniteQueue& queue) {
  const Duration warmup = seconds(1000);
  const Duration measured = trial.scaled(span_for(60'000, queue.utilisation));
  RunPlan plan = queue_plan(trial, queue.utilisation, kExponential, warmup + measured);
  plan.clients[0].concurrency = 1;
  plan.clients[0].queue_limit = queue.places - 1;
  const ValidationRun run = run_plan(plan, trial.replication, kRunStart + warmup);
  const RequestTotals& requests = run.measured.workloads[0].requests;
  return share(requests.ended[static_cast<std::size_t>(ErrorKind::kQueueFull)], ended(requests));
}

// Known by its second moment, see kWaitRows.
DurationSpec service_of(const stats::GeneralServer& server) {
  if (server.service_square_mean == 1) return DurationFixed{seconds(1)};
  if (server.service_square_mean == 2) return kExponential;
  return DurationUniform{.low = Duration{}, .high = seconds(2)};
}

ValidationCheck loss_check(const stats::ErlangQueue& queue, std::string_view name,
                           const DurationSpec& service) {
  return {.group = "7 Erlang B: a limit of concurrent requests",
          .claims = {{fmt::format("429 share: {} places, {} Erlang, {} service", queue.servers,
                                  queue.offered, name),
                      stats::erlang_b(queue)}},
          .is_exact = false,
          .replications = kReplications,
          .observe = [queue, service](const CheckTrial& trial) {
            return std::vector{observe_loss(trial, queue, service)};
          }};
}

ValidationCheck erlang_c_check(const stats::ErlangQueue& queue) {
  const std::string which = fmt::format("{} places, {} Erlang", queue.servers, queue.offered);
  return {.group = "7 Erlang C: a client's concurrency cap and queue",
          .claims = {{"share that waits: " + which, stats::erlang_c(queue)},
                     {"mean wait, s: " + which, stats::erlang_c_wait(queue)}},
          .is_exact = false,
          .replications = kReplications,
          .observe = [queue](const CheckTrial& trial) {
            return observe_wait(trial, queue, kExponential, 60'000);
          }};
}

ValidationCheck wait_check(const stats::GeneralServer& server) {
  const DurationSpec service = service_of(server);
  const std::string_view name = std::holds_alternative<DurationFixed>(service) ? "constant"
                                : std::holds_alternative<DurationExponential>(service)
                                    ? "exponential"
                                    : "uniform";
  const stats::ErlangQueue queue{.servers = 1, .offered = server.arrivals};
  return {.group = "8 one place and a queue",
          .claims = {{fmt::format("mean wait, s: load {}, {} service", server.arrivals, name),
                      stats::mg1_wait(server)}},
          .is_exact = false,
          .replications = kReplications,
          .observe = [queue, service](const CheckTrial& trial) {
            return std::vector{observe_wait(trial, queue, service, 60'000)[1]};
          }};
}

}  // namespace

ValidationChecks queue_checks() {
  ValidationChecks checks;
  for (const stats::ErlangRow& row : stats::kErlangRows) {
    checks.push_back(loss_check(row.queue, "exponential", kExponential));
    checks.push_back(loss_check(row.queue, "lognormal", kLognormal));
  }
  for (const stats::ErlangRow& row : stats::kErlangRows) {
    checks.push_back(erlang_c_check(row.queue));
  }
  for (const stats::WaitRow& row : stats::kWaitRows) checks.push_back(wait_check(row.server));
  for (const stats::FiniteQueueRow& row : stats::kFiniteQueueRows) {
    const stats::FiniteQueue queue = row.queue;
    checks.push_back({.group = "8 one place and a queue",
                      .claims = {{fmt::format("turned away: load {}, {} places", queue.utilisation,
                                              queue.places),
                                  stats::mm1k_blocking(queue)}},
                      .is_exact = false,
                      .replications = kReplications,
                      .observe = [queue](const CheckTrial& trial) {
                        return std::vector{observe_turned_away(trial, queue)};
                      }});
  }
  return checks;
}

}  // namespace sluice
