// The validation tables: parameters of every closed form with its exact value, computed
// independently of this code (120-digit decimal arithmetic for the buckets, by hand where it is
// short), and the test that a simulated value has to pass. `sluice selftest` and the tests use
// them.
//
//   for (const PoissonBucketRow& row : kPoissonBucketRows)
//     judge(refused_share(row.bucket), simulate(row.bucket)).pass
#pragma once

#include <array>
#include <limits>

#include "stats/closed_forms.hpp"
#include "stats/intervals.hpp"

namespace sluice::stats {

// A value as printed, good to `decimals` digits after the point.
struct Figure {
  double value;
  int decimals;
};

// Whether a computed value rounds to the printed one.
bool agrees(const Figure& printed, double computed);

inline constexpr double kSigmasMax = 3;

// A simulated value against the exact one. `sigmas` is the distance in standard errors; with a
// standard error of 0 it is 0 for equal values (to 12 digits) and infinite otherwise. A value that
// is not a number fails.
struct Verdict {
  double exact;
  double simulated;
  double standard_error;
  double sigmas;
  bool pass;  // sigmas <= kSigmasMax

  bool operator==(const Verdict&) const = default;
};
Verdict judge(double exact, const Estimate& simulated);

struct PoissonBucketRow {
  PoissonBucket bucket;
  Figure refused;
};
inline constexpr std::array kPoissonBucketRows{
    PoissonBucketRow{{.arrivals = 0.5, .refill = 1, .capacity = 1}, {0.333333, 6}},
    PoissonBucketRow{{.arrivals = 0.9, .refill = 1, .capacity = 1}, {0.473684, 6}},
    PoissonBucketRow{{.arrivals = 1.2, .refill = 1, .capacity = 1}, {0.545455, 6}},
    PoissonBucketRow{{.arrivals = 0.8, .refill = 1, .capacity = 5}, {0.035290, 6}},
    PoissonBucketRow{{.arrivals = 0.9, .refill = 1, .capacity = 10}, {0.016632, 6}},
    PoissonBucketRow{{.arrivals = 1.0, .refill = 1, .capacity = 10}, {0.050847, 6}},
    PoissonBucketRow{{.arrivals = 1.1, .refill = 1, .capacity = 10}, {0.106830, 6}},
    PoissonBucketRow{{.arrivals = 0.95, .refill = 1, .capacity = 50}, {0.000333, 6}},
    PoissonBucketRow{{.arrivals = 1.0, .refill = 1, .capacity = 50}, {0.010033, 6}},
    PoissonBucketRow{{.arrivals = 1.05, .refill = 1, .capacity = 50}, {0.047975, 6}},
    // 60 a minute offered to a limit of 50 a minute.
    PoissonBucketRow{{.arrivals = 1.0, .refill = 50.0 / 60, .capacity = 50}, {0.166667, 6}}};

struct DebtBucketRow {
  DebtBucket bucket;
  Figure refused;
};
inline constexpr std::array kDebtBucketRows{
    DebtBucketRow{{.arrivals = 1, .tokens_mean = 1000, .refill = 1200, .capacity = 5000},
                  {0.086453, 6}},
    DebtBucketRow{{.arrivals = 1, .tokens_mean = 1000, .refill = 1000, .capacity = 5000},
                  {0.142857, 6}},
    DebtBucketRow{{.arrivals = 1.2, .tokens_mean = 1000, .refill = 1000, .capacity = 10000},
                  {0.183955, 6}},
    DebtBucketRow{{.arrivals = 2, .tokens_mean = 1000, .refill = 1000, .capacity = 30000},
                  {0.500000, 6}}};

struct ConstantArrivalsRow {
  ConstantArrivals arrivals;
  Figure refused;
};
inline constexpr std::array kConstantArrivalsRows{
    ConstantArrivalsRow{{.arrivals = 1, .refill = 1}, {0, 9}},
    ConstantArrivalsRow{{.arrivals = 1.25, .refill = 1}, {0.2, 9}},
    ConstantArrivalsRow{{.arrivals = 2, .refill = 1}, {0.5, 9}},
    ConstantArrivalsRow{{.arrivals = 10, .refill = 1}, {0.9, 9}}};

struct OverloadRow {
  Overload overload;
  Figure refused_attempts;
  Figure attempts_per_served;
};
inline constexpr std::array kOverloadRows{
    OverloadRow{{.load = 1.1, .attempts_max = 3}, {0.4496, 4}, {1.817, 3}},
    OverloadRow{{.load = 1.5, .attempts_max = 3}, {0.6934, 4}, {3.261, 3}},
    OverloadRow{{.load = 2, .attempts_max = 3}, {0.7937, 4}, {4.847, 3}},
    OverloadRow{{.load = 2, .attempts_max = 5}, {0.8706, 4}, {7.725, 3}},
    OverloadRow{{.load = 3, .attempts_max = 8}, {0.9506, 4}, {20.23, 2}}};

struct HerdRow {
  Herd herd;
  HerdLaw law;
};
inline constexpr std::array kHerdRows{
    HerdRow{{.clients = 1000, .capacity = 10, .refill = 1, .wait = 5},
            {.waves = 199, .attempts = 99'505, .duration = 990}},
    HerdRow{{.clients = 100, .capacity = 50, .refill = 50.0 / 60, .wait = 60},
            {.waves = 2, .attempts = 150, .duration = 60}},
    HerdRow{{.clients = 1000, .capacity = 50, .refill = 50.0 / 60, .wait = 60},
            {.waves = 20, .attempts = 10'500, .duration = 1140}}};

struct RetrialRow {
  RetrialQueue queue;
  Figure waiting;
};
inline constexpr std::array kRetrialRows{
    RetrialRow{{.utilisation = 0.5, .retry_rate = 1}, {1.0, 9}},
    RetrialRow{{.utilisation = 0.8, .retry_rate = 0.5}, {9.6, 9}},
    RetrialRow{{.utilisation = 0.9, .retry_rate = 2}, {12.15, 9}},
    RetrialRow{{.utilisation = 0.7, .retry_rate = 0.1}, {17.9667, 4}}};

struct ErlangRow {
  ErlangQueue queue;
  Figure blocked;  // Erlang B
  Figure waits;    // Erlang C
};
inline constexpr std::array kErlangRows{
    ErlangRow{{.servers = 1, .offered = 0.9}, {0.473684, 6}, {0.900000, 6}},
    ErlangRow{{.servers = 2, .offered = 1.5}, {0.310344828, 9}, {0.642857143, 9}},
    ErlangRow{{.servers = 5, .offered = 4}, {0.199066874, 9}, {0.554112554, 9}},
    ErlangRow{{.servers = 10, .offered = 8}, {0.121661064, 9}, {0.409180151, 9}},
    ErlangRow{{.servers = 10, .offered = 9}, {0.167963226, 9}, {0.668731524, 9}},
    ErlangRow{{.servers = 50, .offered = 45}, {0.054104472, 9}, {0.363864467, 9}},
    ErlangRow{{.servers = 100, .offered = 95}, {0.048804206, 9}, {0.506456854, 9}}};

// Mean wait with a mean service time of one second. The service is recognised by its second moment:
// 1 constant, 4/3 uniform on (0, 2), 2 exponential.
struct WaitRow {
  GeneralServer server;
  Figure wait;
};
inline constexpr std::array kWaitRows{
    WaitRow{{.arrivals = 0.5, .service_mean = 1, .service_square_mean = 1}, {0.5, 9}},
    WaitRow{{.arrivals = 0.8, .service_mean = 1, .service_square_mean = 1}, {2, 9}},
    WaitRow{{.arrivals = 0.5, .service_mean = 1, .service_square_mean = 4.0 / 3}, {0.666667, 6}},
    WaitRow{{.arrivals = 0.8, .service_mean = 1, .service_square_mean = 4.0 / 3}, {2.666667, 6}},
    WaitRow{{.arrivals = 0.5, .service_mean = 1, .service_square_mean = 2}, {1, 9}},
    WaitRow{{.arrivals = 0.8, .service_mean = 1, .service_square_mean = 2}, {4, 9}}};

struct FiniteQueueRow {
  FiniteQueue queue;
  Figure blocked;
};
inline constexpr std::array kFiniteQueueRows{
    FiniteQueueRow{{.utilisation = 0.9, .places = 10}, {0.0508137, 7}}};

struct SustainableRow {
  SustainableDemand demand;
  double per_minute;
  std::array<bool, kDimensions.size()> binds;  // in the order of kDimensions
};
inline constexpr std::array kSustainableRows{
    SustainableRow{{.requests_per_minute = 1000,
                    .input_tokens_per_minute = 500'000,
                    .output_tokens_per_minute = 100'000,
                    .concurrency = std::numeric_limits<double>::infinity(),
                    .input_tokens = 2000,
                    .cache_creation_input_tokens = 0,
                    .output_tokens = 500,
                    .latency = 0},
                   200,
                   {false, false, true, false}},
    // 8000 input tokens, 7000 of them read from the cache.
    SustainableRow{{.requests_per_minute = 1000,
                    .input_tokens_per_minute = 500'000,
                    .output_tokens_per_minute = 100'000,
                    .concurrency = std::numeric_limits<double>::infinity(),
                    .input_tokens = 1000,
                    .cache_creation_input_tokens = 0,
                    .output_tokens = 200,
                    .latency = 0},
                   500,
                   {false, true, true, false}},
    SustainableRow{{.requests_per_minute = 4000,
                    .input_tokens_per_minute = 4'000'000,
                    .output_tokens_per_minute = 800'000,
                    .concurrency = std::numeric_limits<double>::infinity(),
                    .input_tokens = 2000,
                    .cache_creation_input_tokens = 0,
                    .output_tokens = 500,
                    .latency = 0},
                   1600,
                   {false, false, true, false}}};

// Mean delays of the Anthropic SDKs before retries 0 to 5 (base 0.5 s, cap 8 s).
struct BackoffRow {
  Backoff backoff;
  Figure mean;
};
inline constexpr std::array kAnthropicBackoffRows{
    BackoffRow{{.base = 0.5, .cap = 8, .retry = 0}, {0.4375, 9}},
    BackoffRow{{.base = 0.5, .cap = 8, .retry = 1}, {0.875, 9}},
    BackoffRow{{.base = 0.5, .cap = 8, .retry = 2}, {1.75, 9}},
    BackoffRow{{.base = 0.5, .cap = 8, .retry = 3}, {3.5, 9}},
    BackoffRow{{.base = 0.5, .cap = 8, .retry = 4}, {7, 9}},
    BackoffRow{{.base = 0.5, .cap = 8, .retry = 5}, {7, 9}}};

}  // namespace sluice::stats
