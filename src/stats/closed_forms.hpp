// Closed forms that a correct simulator must reproduce, and that answer simple planning questions
// without one: token buckets, retries under overload, herds, queues, sustainable rates, mean
// backoff. Rates are per second, times in seconds, unless a name says otherwise. `arrivals` and
// `refill` are in requests (for tokens: tokens) per second. Arguments outside the stated domain are
// bugs of the caller. Promises pure functions without cancellation: results are good to about
// twelve digits.
#pragma once

#include <array>
#include <cstdint>

namespace sluice::stats {

// Token buckets: refused_share is the share of attempts that get a 429 when refused attempts do not
// come back.

// Poisson arrivals of unit cost; a bucket of `capacity` requests, refilled continuously, admits
// when its level is at least 1. Its deficit is the workload of an M/D/1 queue with bounded wait, at
// any load. Source: Tijms, A First Course in Stochastic Models, section 9.4. Domain: rates > 0, 1
// <= capacity <= 1000. For capacity 1 it is rho / (1 + rho). Costs some 5 ms, at a capacity of 1000
// some 35.
struct PoissonBucket {
  double arrivals;
  double refill;
  double capacity;
};
double refused_share(const PoissonBucket& bucket);

// Poisson arrivals whose cost in tokens is exponential with mean `tokens_mean`; a bucket of
// `capacity` tokens, refilled with `refill` tokens a second, admits while its level is above 0 and
// then goes into debt: the output limit of short streams. Its deficit is the workload of an M/M/1
// queue with bounded wait. Source: the same section of Tijms. Domain: all > 0, capacity >= 0.
struct DebtBucket {
  double arrivals;
  double tokens_mean;
  double refill;
  double capacity;
};
double refused_share(const DebtBucket& bucket);

// A constant rate, in the long run and for whatever capacity: 1 - refill / arrivals, at least 0.
struct ConstantArrivals {
  double arrivals;
  double refill;
};
double refused_share(const ConstantArrivals& arrivals);

// The most that a bucket admits in any window of `window` seconds: capacity + refill x window.
struct BucketWindow {
  double capacity;
  double refill;
  double window;
};
double admitted_max(const BucketWindow& bucket);

// Sustained overload: `load` is offered requests by capacity, each request makes at most
// `attempts_max` attempts spread over time, and the limiter leaves no capacity unused. Conservation
// of work gives all three figures; the lost share does not depend on the number of attempts.
// Domain: load > 0 (no refusals up to 1), attempts_max >= 1.
struct Overload {
  double load;
  int attempts_max;
};
struct OverloadLaw {
  double refused_attempts;     // share of attempts with a 429: (1 - 1/R)^(1/n)
  double attempts_per_served;  // 1 / (1 - refused_attempts)
  double lost_requests;        // share of requests that fail finally: 1 - 1/R
};
OverloadLaw overload_law(const Overload& overload);

// Mean attempts of a request when every attempt fails with the same probability, independently:
// (1 - p^n) / (1 - p). Domain: 0 <= p <= 1, n >= 1.
struct Retries {
  double failure_probability;
  int attempts_max;
};
double attempts_mean(const Retries& retries);

// `clients` send at once at time 0 and all who are refused send again after exactly `wait` seconds,
// without jitter: a thundering herd. The first wave admits `capacity` (the bucket is full), each
// later one what has been refilled. By recursion over the waves. Domain: clients >= 1, capacity >=
// 1, refill x wait > 0.
struct Herd {
  std::int64_t clients;
  double capacity;
  double refill;
  double wait;
};
struct HerdLaw {
  std::int64_t waves;
  std::int64_t attempts;
  double duration;  // until the last wave

  bool operator==(const HerdLaw&) const = default;
};
HerdLaw herd_law(const Herd& herd);

// The herd's attempts to first order, N^2 / (2 r W), for clients much more than capacity.
double herd_attempts_approximation(const Herd& herd);

// Mean backoff before retry number `retry` (0 for the first), with v = min(cap, base x 2^retry).
struct Backoff {
  double base;
  double cap;
  int retry;
};
double full_jitter_mean(const Backoff& backoff);    // U(0, v): v / 2 (AWS Architecture Blog, 2015)
double equal_jitter_mean(const Backoff& backoff);   // v/2 + U(0, v/2): 3 v / 4 (the same)
double anthropic_sdk_mean(const Backoff& backoff);  // v (1 - U/4): 7 v / 8 (anthropic-sdk-python)

// M/M/1 where a refused customer comes back after exponential times of rate `retry_rate` each
// (linear retrial), service rate 1: a concurrency limit of 1 with retry. Mean number of waiting
// customers, rho (lambda + rho nu) / ((1 - rho) nu); the server is busy for a share rho of the
// time. Source: Falin & Templeton, Retrial Queues, chapter 1. Domain: 0 < utilisation < 1,
// retry_rate > 0.
struct RetrialQueue {
  double utilisation;
  double retry_rate;
};
double waiting_mean(const RetrialQueue& queue);

// `servers` in parallel, offered load in Erlang (arrivals x mean service time).
// Source: Cooper, Introduction to Queueing Theory, chapter 3.
struct ErlangQueue {
  int servers;
  double offered;
};
// Share lost where nobody waits (M/G/c/c): a limit of concurrent connections. Depends on the mean
// service time only. Domain: servers >= 1, offered > 0.
double erlang_b(const ErlangQueue& queue);
// Probability of waiting in M/M/c: a pool of workers with a queue. Domain: also offered < servers.
double erlang_c(const ErlangQueue& queue);
// Mean wait in the same M/M/c, in units of the mean service time: C / (c - a).
double erlang_c_wait(const ErlangQueue& queue);

// One server with Poisson arrivals. Mean wait in the queue in seconds, service not included, by the
// formula of Pollaczek and Khinchine (Kleinrock, Queueing Systems I, chapter 5): lambda E[S^2] / (2
// (1 - rho)). Domain: all > 0, arrivals x service_mean < 1, service_square_mean >= service_mean^2.
struct GeneralServer {
  double arrivals;
  double service_mean;
  double service_square_mean;  // E[S^2], seconds squared
};
double mg1_wait(const GeneralServer& server);

struct Server {
  double arrivals;
  double service_mean;
};
double mm1_wait(const Server& server);  // exponential service: S rho / (1 - rho)
double md1_wait(const Server& server);  // constant service: half of that

// M/M/1 with room for `places` customers, the one in service included: share turned away,
// (1 - rho) rho^K / (1 - rho^(K+1)). Domain: utilisation > 0 (above 1 too), places >= 1.
struct FiniteQueue {
  double utilisation;
  int places;
};
double mm1k_blocking(const FiniteQueue& queue);

enum class Dimension { kRequests, kInputTokens, kOutputTokens, kConcurrency };
inline constexpr std::array kDimensions{Dimension::kRequests, Dimension::kInputTokens,
                                        Dimension::kOutputTokens, Dimension::kConcurrency};

// Limits as the API states them; a limit of infinity is none, and a demand of 0 never binds.
struct SustainableDemand {
  double requests_per_minute;
  double input_tokens_per_minute;
  double output_tokens_per_minute;
  double concurrency;
  double input_tokens;                 // of one request, uncached, cache reads not included
  double cache_creation_input_tokens;  // of one request
  double output_tokens;                // of one request
  double latency;                      // of one request, seconds
};

struct SustainableRate {
  double per_minute;  // the largest request rate that every limit bears in the long run
  Dimension binding;  // the first limit, in the order of Dimension, that allows no more
  std::array<double, kDimensions.size()>
      per_minute_by;  // the rate that each limit alone would allow

  // Whether this limit allows no more than the binding one does (ties within rounding).
  bool binds(Dimension dimension) const;
};
// X = min(RPM, ITPM / (input + write), OTPM / output, 60 concurrency / latency).
SustainableRate sustainable_rate(const SustainableDemand& demand);

}  // namespace sluice::stats
