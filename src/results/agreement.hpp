// Whether what was measured agrees with what was predicted: two results of one scenario, metric by
// metric, by the tolerances of docs/model.md ("Agreement"). Pure.
//
//   Agreement agreement = compare(simulated, replayed, {.speed_permille = 60'000});
//   if (!agreement.void_reason.empty() || !agreement.agrees()) ...
//
// Where nothing was refused, nothing failed and the cache was hit equally, both runs made the same
// draws: counts, tokens and money must be equal. Elsewhere one late answer changes what others meet
// and with it which draws are used:
// - counts agree within max(2 %, 3 sqrt(n)), n being the larger count: two counts of the same thing
//   differ by more than that once in hundreds of runs even if 0 was predicted;
// - tokens and money are sums over answered attempts, so the same share is allowed of them as of
//   that many attempts: max(2 %, 3 / sqrt(n));
// - percentiles agree within max(5 %, 5 ms x speed). Where draws differ the p99 of n values moves
//   by chance as well: a percentile is a count read backwards (how many values are not above it),
//   so that count too has its three standard deviations, 3 sqrt(n q (1 - q)) ranks. Where these
//   reach beyond the n values, any value would do, and the row is shown but not judged;
// - goodput counts latencies below a bound, so that it is never held to be equal;
// - gaps between tokens are compared at speed 1 alone: above it, events come in lumps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/metric.hpp"

namespace sluice {

struct RunResult;

struct AgreementOptions {
  std::int64_t speed_permille = 1000;
  // The same seed, sent to a mock that draws as the simulator does. A live API draws for itself.
  bool draws_are_equal = true;
  // Closed loops, conversations, agent loops: when a request is asked for depends on how long the
  // last answer took, so that some fall on either side of the run's end.
  bool answers_lead_on = false;
  std::int64_t count_permille = 20;       // of counts, tokens and money
  std::int64_t percentile_permille = 50;  // of latencies
};

struct AgreementRow {
  std::string path;
  Unit unit = Unit::kCount;
  std::optional<MetricNumber> predicted;
  std::optional<MetricNumber> measured;
  double difference = 0;  // measured - predicted, as as_double(); 0 where either is none
  double allowed = 0;     // of its size, likewise
  std::string tolerance;  // where that comes from: "equal", "2 %", "3 sqrt(412)", "5 ms x 60"
  bool is_judged = true;  // false: too few values to tell
  bool agrees = true;     // of a row that is not judged: true

  bool operator==(const AgreementRow&) const = default;
};

struct Agreement {
  std::string basis;        // why counts must be equal, or need not be
  bool is_exact = false;    // they must
  std::string void_reason;  // why nothing can be said: the replay was late itself, or cut short
  std::vector<AgreementRow> rows;  // those that either run has, in the order of the metric table

  std::size_t judged() const noexcept;
  std::size_t disagreeing() const noexcept;
  bool agrees() const noexcept { return disagreeing() == 0; }
  bool operator==(const Agreement&) const = default;
};

// Both are single replications of scenarios with the same names. `measured` brings LoadFacts, by
// which it is judged fit to be compared; without them it is taken as it is.
Agreement compare(const RunResult& predicted, const RunResult& measured,
                  const AgreementOptions& options);

}  // namespace sluice
