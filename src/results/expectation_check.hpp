// An expectation held against a result: what was measured, what it was to be, whether it is. A
// value: experiment/ makes it from `expect` and --fail-if, reports show it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "describe/value.hpp"
#include "results/metric.hpp"

namespace sluice {

// One comparison: "latency.success.p99 < 2s".
struct TermCheck {
  std::string path;
  std::string comparison;            // "<"
  std::string bound;                 // as written: "2s"
  std::optional<MetricValue> value;  // none: the run has no such number, and the term does not hold
  bool holds = false;

  bool operator==(const TermCheck&) const = default;
};

struct ExpectationCheck {
  std::string text;
  bool is_failure = false;  // of --fail-if: it is not to hold
  bool holds = false;       // all of its terms do
  std::string message;      // with the actual values: "latency.success.p99 < 2s: it is 2.835 s"
  std::vector<TermCheck> terms;

  // As it should be.
  bool is_met() const noexcept { return holds != is_failure; }
  bool operator==(const ExpectationCheck&) const = default;
};

// How the JSON of a result has them (docs/result.schema.json, `expectations`).
describe::Value to_value(const std::vector<ExpectationCheck>& checks);

}  // namespace sluice
