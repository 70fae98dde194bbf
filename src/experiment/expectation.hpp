// What a run is expected to show: `expect` entries of a scenario and `--fail-if`, in terms of the
// metric table.
//
//   requests.failed == 0 and latency.success.p99 < 2s
//   attempts.rate_limited_share <= 1%
//
// Operators < <= > >= == !=, joined by `and`. Literals fit the metric's unit: plain numbers with k
// or M for counts, 1% or 0.01 for ratios, 250ms, 2s, 1m30s for durations, $5 or 5 for money,
// 300/min, 5/s or 300 for rates. Nothing is rounded before it is compared, except means and ratios
// to nine digits after the point.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "results/run_result.hpp"

namespace sluice {

enum class Comparison : std::uint8_t { kLess, kAtMost, kGreater, kAtLeast, kEqual, kNotEqual };

// One comparison. The literal is kept as written and read in the unit of its metric.
struct ExpectationTerm {
  std::string path;
  Comparison comparison = Comparison::kEqual;
  std::string literal;

  bool operator==(const ExpectationTerm&) const = default;
};

// All terms hold: that is what an expectation says.
struct Expectation {
  std::string text;
  std::vector<ExpectationTerm> terms;

  bool operator==(const Expectation&) const = default;
};

// Only the grammar; whether the paths exist and the literals fit is checked with a run's names.
Result<Expectation> parse_expectation(std::string_view text);

// Every path is a metric of such a run and every literal fits its unit. Names the nearest path
// otherwise.
std::optional<Error> check_terms(const Expectation& expectation, const Names& names);

// An expectation about a number that the run does not have (a percentile of nothing) does not hold.
// Requires check_terms.
ExpectationCheck evaluate(const Expectation& expectation, const RunResult& result);

}  // namespace sluice
