// RunResult: all that a run leaves, or several replications of one run merged. A value: copies,
// compares, merges, serialises (to_value) and has a digest. It holds nothing of the machine or the
// hour it was made on.
//
//   RunResult result = make_result(recorder, facts);
//   result += make_result(second_recorder, second_facts);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "describe/value.hpp"
#include "metrics/measurements.hpp"
#include "metrics/recorder.hpp"
#include "results/binding.hpp"
#include "results/expectation_check.hpp"
#include "results/metric.hpp"
#include "results/run_facts.hpp"
#include "results/run_trace.hpp"

namespace sluice {

// What one replication contributes: its metrics in the order of metric_table, so that means have
// intervals.
struct Replication {
  std::int64_t number = 0;
  std::uint64_t events = 0;
  std::string event_digest;
  std::vector<std::optional<MetricNumber>> values;

  bool operator==(const Replication&) const = default;
};

struct RunResult {
  RunFacts facts;         // of the first replication; guesses and warnings of all
  Measurements measured;  // of all replications together
  Binding binding;        // likewise
  std::vector<Replication> replications;
  std::vector<ExpectationCheck> expectations;  // held against the whole; empty where none was asked
  std::optional<RunTrace> trace;               // of the first replication, where it was asked for

  bool partial() const noexcept { return facts.stopped_at.has_value(); }
  // Both must be of one scenario and version. Merge in the order of replications.
  RunResult& operator+=(const RunResult& other);
  bool operator==(const RunResult&) const = default;
};

RunResult make_result(const Recorder& recorder, const RunFacts& facts);
// Of what a recorder held at some instant of its run, which `facts` call stopped then.
RunResult make_result(const Measurements& measured, const RunFacts& facts);

// What a metric is computed from: one replication, with its sums made once.
struct RunView {
  const RunFacts& facts;
  const Measurements& measured;
  const Binding& binding;
  WorkloadTotals all;
  Histogram success;
  Histogram offered;
  Ledger::Line ledger;  // of everything
  std::vector<Histogram> workload_success;

  RunView(const RunFacts& facts, const Measurements& measured, const Binding& binding);
};

// The whole result as JSON, in the layout of docs/result.schema.json (results/serialise.cpp).
describe::Value to_value(const RunResult& result);
// sha256 of the canonical JSON; equal for equal results on every machine. Intervals, which libm
// rounds, stay out.
std::string digest(const RunResult& result);

}  // namespace sluice
