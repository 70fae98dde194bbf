// The validation table as data: each check states what must come out and knows how to produce one
// replication of it with the real engine or the real policy types. The runner (selftest.hpp) places
// replications on threads and judges; checks know nothing of either.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace sluice {

// One replication to be run. Seeds differ between checks, so that their rows are independent.
struct CheckTrial {
  std::uint64_t seed = 0;
  std::uint64_t replication = 0;
  std::int64_t effort_permille = 1000;

  // How much to measure; warm-ups are never cut short.
  std::int64_t scaled(std::int64_t amount) const noexcept {
    return amount * effort_permille / 1000;
  }
  Duration scaled(Duration span) const noexcept { return Duration{scaled(span.count())}; }
};

// What one replication says about one claim. Over replications the estimate is the ratio of the
// sums, so that shares and means per something are not biased by short replications.
struct Observation {
  double sum = 0;
  double of = 1;
};

struct Claim {
  std::string name;
  double exact = 0;
  double standard_error = 0;  // of `exact`, where that was measured by others
};

struct ValidationCheck {
  std::string group;
  std::vector<Claim> claims;  // one row each
  // Exact claims hold in every replication. Others need at least 24: with fewer, three estimated
  // standard errors are exceeded too often by chance.
  bool is_exact = true;
  std::size_t replications = 1;
  // One observation per claim.
  std::function<std::vector<Observation>(const CheckTrial&)> observe;
};
using ValidationChecks = std::vector<ValidationCheck>;

inline constexpr std::size_t kReplications = 32;

// The groups of the table, in the order of their closed forms.
ValidationChecks bucket_checks();     // token buckets under Poisson arrivals, with and without debt
ValidationChecks invariant_checks();  // constant arrivals, windows, retry-after, GCRA, queue types
ValidationChecks overload_checks();   // retries under sustained overload, thundering herds
ValidationChecks little_checks();     // Little's law on a run's own counters
ValidationChecks retrial_checks();    // M/M/1 with retrial
ValidationChecks queue_checks();      // Erlang B and C, M/G/1, M/M/1/K
ValidationChecks rate_checks();       // sustainable rates
ValidationChecks price_checks();      // bills of real complaints
ValidationChecks backoff_checks();    // mean delays
ValidationChecks contention_checks();  // published: many clients, one row
ValidationChecks window_checks();      // published: retries spread over a window

ValidationChecks all_checks();

}  // namespace sluice
