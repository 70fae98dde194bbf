#include "stats/closed_forms.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "support/catch.hpp"
#include "unit/stats/draws.hpp"

namespace sluice::stats {
namespace {

// Share refused by a bucket that is simulated in doubles. `cost` draws the cost of an attempt; a
// strict bucket needs the whole cost, one with debt only a positive level.
template <class Cost>
double simulated_share(Draws& draws, const PoissonBucket& bucket, bool debt, Cost cost) {
  constexpr int kAttempts = 400'000;
  double level = bucket.capacity;
  int refused = 0;
  for (int i = 0; i < kAttempts; ++i) {
    const double gap = draws.exponential() / bucket.arrivals;
    level = std::min(bucket.capacity, level + gap * bucket.refill);
    const double tokens = cost();
    if (debt ? level > 0 : level >= tokens) {
      level -= tokens;
    } else {
      ++refused;
    }
  }
  return static_cast<double>(refused) / kAttempts;
}

TEST_CASE("a bucket of one request refuses rho by one plus rho") {
  for (const double rho : {0.01, 0.3, 1.0, 2.0, 50.0}) {
    CHECK(refused_share(PoissonBucket{.arrivals = 3 * rho, .refill = 3, .capacity = 1}) ==
          Approx(rho / (1 + rho)).epsilon(1e-14));
  }
}

TEST_CASE("a bucket of two requests refuses what its short sum says") {
  // With c = 1 the terms of W are e^rho and 0.
  for (const double rho : {0.5, 1.0, 1.7}) {
    const double sum = std::exp(rho);
    CHECK(refused_share(PoissonBucket{.arrivals = rho, .refill = 1, .capacity = 2}) ==
          Approx((1 + (rho - 1) * sum) / (1 + rho * sum)));
  }
}

TEST_CASE("a bucket whose capacity is no whole number refuses as simulated") {
  Draws draws(31);
  for (const PoissonBucket& bucket :
       {PoissonBucket{.arrivals = 1, .refill = 1, .capacity = 2.5},
        PoissonBucket{.arrivals = 1.3, .refill = 1, .capacity = 1.4}}) {
    CHECK(refused_share(bucket) ==
          Approx(simulated_share(draws, bucket, false, [] { return 1.0; })).margin(0.005));
  }
}

TEST_CASE("deep buckets refuse what conservation of work leaves over") {
  const auto share = [](double arrivals, double capacity) {
    return refused_share(PoissonBucket{.arrivals = arrivals, .refill = 1, .capacity = capacity});
  };
  CHECK(share(2, 1000) == Approx(0.5).epsilon(1e-12));
  CHECK(share(1.25, 1000) == Approx(0.2).epsilon(1e-12));
  // At full load the workload is nearly uniform on its range: 1 / (2 b), but for a constant.
  CHECK(share(1, 1000) == Approx(1 / (2 * 1000.0)).epsilon(0.01));
  CHECK(share(0.5, 1000) == 0);  // below the smallest double, and not negative
}

TEST_CASE("very small shares of deep buckets keep their digits") {
  // By the same sum in decimal arithmetic of 1500 digits (CPython's decimal).
  const auto share = [](double arrivals, double capacity) {
    return refused_share(PoissonBucket{.arrivals = arrivals, .refill = 1, .capacity = capacity});
  };
  CHECK(share(0.75, 300.5) == Approx(5.6649882972013102e-73).epsilon(1e-12));
  CHECK(share(0.95, 400) == Approx(1.1404992860621745e-19).epsilon(1e-12));
  CHECK(share(1.02, 500) == Approx(1.9607843183662606e-02).epsilon(1e-12));
}

TEST_CASE("a deeper bucket refuses less at every load") {
  for (const double arrivals : {0.3, 0.9, 1.0, 1.2}) {
    double last = 1;
    for (double capacity = 1; capacity <= 12; capacity += 0.5) {
      const double share =
          refused_share(PoissonBucket{.arrivals = arrivals, .refill = 1, .capacity = capacity});
      REQUIRE(share < last);
      REQUIRE(share > 1 - 1 / arrivals);
      last = share;
    }
  }
}

TEST_CASE("debt buckets refuse as simulated") {
  Draws draws(32);
  for (const double load : {0.8, 1.0, 1.4}) {
    const DebtBucket bucket{.arrivals = load, .tokens_mean = 1, .refill = 1, .capacity = 3};
    const double simulated = simulated_share(draws, {.arrivals = load, .refill = 1, .capacity = 3},
                                             true, [&draws] { return draws.exponential(); });
    INFO("load " << load);
    CHECK(refused_share(bucket) == Approx(simulated).margin(0.005));
  }
}

TEST_CASE("debt buckets follow the textbook form away from full load") {
  for (const double rho : {0.3, 0.9, 1.1, 1.5}) {
    for (const double room : {0.0, 0.5, 4.0, 20.0}) {
      const double sum = (1 - rho * std::exp(-(1 - rho) * room)) / (1 - rho);
      CHECK(refused_share(DebtBucket{
                .arrivals = rho, .tokens_mean = 100, .refill = 100, .capacity = 100 * room}) ==
            Approx((1 + (rho - 1) * sum) / (1 + rho * sum)).epsilon(1e-9));
    }
  }
}

TEST_CASE("debt buckets are continuous at full load and finite far above it") {
  const auto share = [](double arrivals, double capacity) {
    return refused_share(
        DebtBucket{.arrivals = arrivals, .tokens_mean = 1, .refill = 1, .capacity = capacity});
  };
  CHECK(share(1, 5) == Approx(1.0 / 7).epsilon(1e-14));
  CHECK(share(1 - 1e-9, 5) == Approx(1.0 / 7).epsilon(1e-7));
  CHECK(share(1 + 1e-9, 5) == Approx(1.0 / 7).epsilon(1e-7));
  CHECK(share(4, 1e6) == Approx(0.75).epsilon(1e-12));
}

TEST_CASE("a window admits at most its capacity and the refill") {
  CHECK(admitted_max({.capacity = 50, .refill = 2, .window = 30}) == 110);
}

TEST_CASE("below capacity the overload law refuses nothing") {
  for (const double load : {0.5, 1.0}) {
    const OverloadLaw law = overload_law({.load = load, .attempts_max = 4});
    CHECK(law.refused_attempts == 0);
    CHECK(law.attempts_per_served == 1);
    CHECK(law.lost_requests == 0);
  }
}

TEST_CASE("more attempts lose as many requests and only add load") {
  const OverloadLaw once = overload_law({.load = 2, .attempts_max = 1});
  CHECK(once.refused_attempts == Approx(0.5));
  CHECK(once.attempts_per_served == Approx(2));
  double last = 0;
  for (int attempts = 1; attempts <= 20; ++attempts) {
    const OverloadLaw law = overload_law({.load = 2, .attempts_max = attempts});
    CHECK(law.lost_requests == 0.5);
    CHECK(law.attempts_per_served > last);
    // Offered requests x mean attempts of one = attempts by capacity.
    CHECK(2 * attempts_mean(
                  {.failure_probability = law.refused_attempts, .attempts_max = attempts}) ==
          Approx(law.attempts_per_served));
    last = law.attempts_per_served;
  }
}

TEST_CASE("mean attempts are the sum of the geometric series") {
  for (const double p : {0.0, 0.1, 0.5, 0.999999, 1.0}) {
    double sum = 0;
    for (int n = 1; n <= 12; ++n) {
      sum += std::pow(p, n - 1);
      CHECK(attempts_mean({.failure_probability = p, .attempts_max = n}) ==
            Approx(sum).epsilon(1e-12));
    }
  }
}

TEST_CASE("a herd no larger than the bucket needs one wave") {
  CHECK(herd_law({.clients = 50, .capacity = 50, .refill = 1, .wait = 1}) ==
        HerdLaw{.waves = 1, .attempts = 50, .duration = 0});
}

TEST_CASE("a herd saves up fractions of a request from wave to wave") {
  // Each wave adds half a request: after the first, every second wave admits one.
  CHECK(herd_law({.clients = 4, .capacity = 2, .refill = 0.5, .wait = 1}) ==
        HerdLaw{.waves = 5, .attempts = 4 + 2 + 2 + 1 + 1, .duration = 4});
}

TEST_CASE("a long wait refills no more than the capacity") {
  CHECK(herd_law({.clients = 30, .capacity = 10, .refill = 1, .wait = 1000}) ==
        HerdLaw{.waves = 3, .attempts = 60, .duration = 2000});
}

TEST_CASE("attempts of a large herd grow with the square of its clients") {
  const Herd herd{.clients = 100'000, .capacity = 10, .refill = 1, .wait = 5};
  CHECK(static_cast<double>(herd_law(herd).attempts) ==
        Approx(herd_attempts_approximation(herd)).epsilon(1e-3));
}

TEST_CASE("mean backoff is the stated share of the capped exponential") {
  const Backoff third{.base = 0.5, .cap = 60, .retry = 2};
  CHECK(full_jitter_mean(third) == 1);
  CHECK(equal_jitter_mean(third) == 1.5);
  CHECK(anthropic_sdk_mean(third) == 1.75);
  const Backoff capped{.base = 0.5, .cap = 8, .retry = 5000};
  CHECK(full_jitter_mean(capped) == 4);
  CHECK(equal_jitter_mean(capped) == 6);
  CHECK(anthropic_sdk_mean(capped) == 7);
}

TEST_CASE("retrials at once wait as in a queue") {
  CHECK(waiting_mean({.utilisation = 0.8, .retry_rate = 1e12}) == Approx(0.8 * 0.8 / 0.2));
}

// Stationary distribution of a birth-death chain with these birth and death rates, by its product
// form.
std::vector<double> birth_death(double birth, const std::vector<double>& deaths) {
  std::vector<double> weights{1};
  double sum = 1;
  for (const double death : deaths) {
    weights.push_back(weights.back() * birth / death);
    sum += weights.back();
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

TEST_CASE("Erlang B is the full state of its Markov chain") {
  for (int servers = 1; servers <= 20; ++servers) {
    for (const double offered : {0.5, 3.0, 15.0, 40.0}) {
      std::vector<double> deaths;
      for (int k = 1; k <= servers; ++k) deaths.push_back(k);
      CHECK(erlang_b({.servers = servers, .offered = offered}) ==
            Approx(birth_death(offered, deaths).back()).epsilon(1e-12));
    }
  }
}

TEST_CASE("Erlang C and its wait are those of a long Markov chain") {
  for (int servers = 1; servers <= 8; ++servers) {
    const ErlangQueue queue{.servers = servers, .offered = 0.7 * servers};
    std::vector<double> deaths;
    for (int k = 1; k <= 1000; ++k) deaths.push_back(std::min(k, servers));
    const std::vector<double> states = birth_death(queue.offered, deaths);
    double waits = 0;
    double queued = 0;
    for (std::size_t k = static_cast<std::size_t>(servers); k < states.size(); ++k) {
      waits += states[k];
      queued += states[k] * static_cast<double>(k - static_cast<std::size_t>(servers));
    }
    CHECK(erlang_c(queue) == Approx(waits).epsilon(1e-10));
    CHECK(erlang_c_wait(queue) == Approx(queued / queue.offered).epsilon(1e-10));  // Little's law
  }
}

TEST_CASE("an M/M/1 queue is Erlang C with one server, and an M/D/1 queue waits half as long") {
  const Server server{.arrivals = 3, .service_mean = 0.25};
  CHECK(mm1_wait(server) == Approx(0.25 * 0.75 / 0.25));
  CHECK(mm1_wait(server) == Approx(0.25 * erlang_c_wait({.servers = 1, .offered = 0.75})));
  CHECK(md1_wait(server) == Approx(mm1_wait(server) / 2));
}

TEST_CASE("a finite queue blocks by its geometric formula, below and above full load") {
  for (const double rho : {0.2, 0.9, 1.5}) {
    for (int places = 1; places <= 30; ++places) {
      CHECK(mm1k_blocking({.utilisation = rho, .places = places}) ==
            Approx((1 - rho) * std::pow(rho, places) / (1 - std::pow(rho, places + 1))));
    }
  }
  CHECK(mm1k_blocking({.utilisation = 1, .places = 9}) == Approx(0.1));
}

TEST_CASE("requests, cache writes and concurrency can bind the sustainable rate") {
  SustainableDemand demand{.requests_per_minute = 50,
                           .input_tokens_per_minute = 100'000,
                           .output_tokens_per_minute = 80'000,
                           .concurrency = 10,
                           .input_tokens = 100,
                           .cache_creation_input_tokens = 0,
                           .output_tokens = 100,
                           .latency = 6};
  CHECK(sustainable_rate(demand).binding == Dimension::kRequests);
  CHECK(sustainable_rate(demand).per_minute == 50);
  demand.cache_creation_input_tokens = 9900;
  CHECK(sustainable_rate(demand).binding == Dimension::kInputTokens);
  CHECK(sustainable_rate(demand).per_minute == 10);
  demand.concurrency = 0.5;
  CHECK(sustainable_rate(demand).binding == Dimension::kConcurrency);
  CHECK(sustainable_rate(demand).per_minute == 5);
}

TEST_CASE("what a request does not need cannot bind") {
  const double none = std::numeric_limits<double>::infinity();
  const SustainableRate rate = sustainable_rate({.requests_per_minute = 20,
                                                 .input_tokens_per_minute = 1,
                                                 .output_tokens_per_minute = 0,
                                                 .concurrency = none,
                                                 .input_tokens = 0,
                                                 .cache_creation_input_tokens = 0,
                                                 .output_tokens = 0,
                                                 .latency = 1});
  CHECK(rate.per_minute == 20);
  CHECK(rate.binding == Dimension::kRequests);
  CHECK_FALSE(rate.binds(Dimension::kOutputTokens));
}

}  // namespace
}  // namespace sluice::stats
