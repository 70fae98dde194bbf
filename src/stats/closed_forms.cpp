#include "stats/closed_forms.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.hpp"

namespace sluice::stats {
namespace {

double backoff_limit(const Backoff& backoff) {
  SLUICE_CHECK(backoff.base >= 0 && backoff.cap >= 0 && backoff.retry >= 0);
  return std::min(backoff.cap, std::ldexp(backoff.base, backoff.retry));
}

double allowed(double limit, double demand) {
  SLUICE_CHECK(limit >= 0 && demand >= 0);
  return demand == 0 ? std::numeric_limits<double>::infinity() : limit / demand;
}

}  // namespace

double refused_share(const ConstantArrivals& arrivals) {
  SLUICE_CHECK(arrivals.arrivals > 0 && arrivals.refill >= 0);
  return std::max(0.0, 1 - arrivals.refill / arrivals.arrivals);
}

double admitted_max(const BucketWindow& bucket) {
  return bucket.capacity + bucket.refill * bucket.window;
}

OverloadLaw overload_law(const Overload& overload) {
  SLUICE_CHECK(overload.load > 0 && overload.attempts_max >= 1);
  const double lost = std::max(0.0, (overload.load - 1) / overload.load);
  const double log_refused = std::log(lost) / overload.attempts_max;
  return OverloadLaw{.refused_attempts = std::exp(log_refused),
                     .attempts_per_served = -1 / std::expm1(log_refused),
                     .lost_requests = lost};
}

double attempts_mean(const Retries& retries) {
  const double p = retries.failure_probability;
  SLUICE_CHECK(p >= 0 && p <= 1 && retries.attempts_max >= 1);
  if (p == 1) return retries.attempts_max;
  return -std::expm1(retries.attempts_max * std::log(p)) / (1 - p);
}

HerdLaw herd_law(const Herd& herd) {
  SLUICE_CHECK(herd.clients >= 1 && herd.capacity >= 1 && herd.refill * herd.wait > 0);
  constexpr double kRounding = 1e-9;  // 0.8333... x 60 requests are 50
  HerdLaw law{.waves = 0, .attempts = 0, .duration = 0};
  double level = herd.capacity;
  for (std::int64_t left = herd.clients; left > 0; ++law.waves) {
    law.attempts += left;
    const double admitted = std::min(std::floor(level + kRounding), static_cast<double>(left));
    left -= static_cast<std::int64_t>(admitted);
    level = std::min(herd.capacity, level - admitted + herd.refill * herd.wait);
  }
  law.duration = static_cast<double>(law.waves - 1) * herd.wait;
  return law;
}

double herd_attempts_approximation(const Herd& herd) {
  const double clients = static_cast<double>(herd.clients);
  return clients * clients / (2 * herd.refill * herd.wait);
}

double full_jitter_mean(const Backoff& backoff) { return backoff_limit(backoff) / 2; }

double equal_jitter_mean(const Backoff& backoff) { return backoff_limit(backoff) * 3 / 4; }

double anthropic_sdk_mean(const Backoff& backoff) { return backoff_limit(backoff) * 7 / 8; }

double waiting_mean(const RetrialQueue& queue) {
  const double rho = queue.utilisation;
  SLUICE_CHECK(rho > 0 && rho < 1 && queue.retry_rate > 0);
  return rho * (rho + rho * queue.retry_rate) / ((1 - rho) * queue.retry_rate);
}

double erlang_b(const ErlangQueue& queue) {
  SLUICE_CHECK(queue.servers >= 1 && queue.offered > 0);
  double blocked = 1;
  for (int k = 1; k <= queue.servers; ++k) {
    blocked = queue.offered * blocked / (k + queue.offered * blocked);
  }
  return blocked;
}

double erlang_c(const ErlangQueue& queue) {
  SLUICE_CHECK(queue.offered < queue.servers);
  const double blocked = erlang_b(queue);
  return blocked / (1 - queue.offered / queue.servers * (1 - blocked));
}

double erlang_c_wait(const ErlangQueue& queue) {
  return erlang_c(queue) / (queue.servers - queue.offered);
}

double mg1_wait(const GeneralServer& server) {
  const double rho = server.arrivals * server.service_mean;
  SLUICE_CHECK(rho > 0 && rho < 1);
  return server.arrivals * server.service_square_mean / (2 * (1 - rho));
}

double mm1_wait(const Server& server) {
  return mg1_wait({.arrivals = server.arrivals,
                   .service_mean = server.service_mean,
                   .service_square_mean = 2 * server.service_mean * server.service_mean});
}

double md1_wait(const Server& server) { return mm1_wait(server) / 2; }

double mm1k_blocking(const FiniteQueue& queue) {
  SLUICE_CHECK(queue.utilisation > 0 && queue.places >= 1);
  // The recursion B_k = rho B_(k-1) / (1 + rho B_(k-1)) has no singularity at rho = 1.
  double blocked = 1;
  for (int k = 1; k <= queue.places; ++k) {
    blocked = queue.utilisation * blocked / (1 + queue.utilisation * blocked);
  }
  return blocked;
}

bool SustainableRate::binds(Dimension dimension) const {
  constexpr double kRounding = 1 + 1e-12;
  return per_minute_by[static_cast<std::size_t>(dimension)] <= per_minute * kRounding;
}

SustainableRate sustainable_rate(const SustainableDemand& demand) {
  const std::array<double, kDimensions.size()> by{
      allowed(demand.requests_per_minute, 1),
      allowed(demand.input_tokens_per_minute,
              demand.input_tokens + demand.cache_creation_input_tokens),
      allowed(demand.output_tokens_per_minute, demand.output_tokens),
      allowed(60 * demand.concurrency, demand.latency)};
  const auto smallest = std::min_element(by.begin(), by.end());
  return SustainableRate{.per_minute = *smallest,
                         .binding = kDimensions[static_cast<std::size_t>(smallest - by.begin())],
                         .per_minute_by = by};
}

}  // namespace sluice::stats
