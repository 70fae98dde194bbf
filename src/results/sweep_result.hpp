// What a sweep leaves: every cell of the grid with the values of its metrics in every replication.
// Cells ran under common random numbers, so a cell is held against the first one pair by pair. A
// value: the same sweep gives the same result, whatever the threads and however often it was
// resumed.
//
//   SweepFigure p95 = figure(result, cell, metric);
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/metric.hpp"
#include "stats/compare.hpp"

namespace sluice {

// One thing that varies: "/workloads/0/arrivals/rate" over "300/min", "600/min".
struct SweepAxis {
  std::string pointer;
  std::vector<std::string> values;  // as they go into the scenario, all different

  bool operator==(const SweepAxis&) const = default;
};

struct SweepMetric {
  std::string path;
  Unit unit = Unit::kCount;

  bool operator==(const SweepMetric&) const = default;
};

// The values of one metric, one a replication, in its unit; none where a run has no such number.
using SweepValues = std::vector<std::optional<double>>;

struct SweepCell {
  std::vector<std::string> values;   // of the axes, in their order
  std::string scenario_digest;       // of the scenario with these values
  std::vector<SweepValues> metrics;  // in the order of the metrics, all of the same length
  bool precise = true;  // all figures reached the wished precision; true where none was wished

  bool operator==(const SweepCell&) const = default;
};

struct SweepResult {
  std::string title;                 // the scenario's name
  std::string scenario_digest;       // of the scenario as it stands, nothing varied
  std::string effective_scenario{};  // that one, as JSON
  std::string catalog_digest;
  std::string version;
  std::vector<SweepAxis> axes;
  std::vector<SweepMetric> metrics;
  std::optional<double> precision;   // wished, relative: 0.05 is 5 %
  std::vector<SweepCell> cells;      // the last axis turns fastest
  std::vector<std::string> notes{};  // on the origin and age of its numbers

  bool operator==(const SweepResult&) const = default;
};

struct SweepFigure {
  std::size_t count = 0;                    // replications that have the number
  std::optional<double> mean;               // over these
  std::optional<stats::Interval> interval;  // 95 %, Student t, from two of them on
  // This cell less the first one, over the replications in which both have the number; none for the
  // first cell itself and with fewer than two such pairs.
  std::optional<stats::PairedDifference> against_first;
};
SweepFigure figure(const SweepResult& result, std::size_t cell, std::size_t metric);

// Short names for the axes' columns: the last segment of a pointer where that tells the axes apart,
// else the pointer.
std::vector<std::string> axis_names(const std::vector<SweepAxis>& axes);

}  // namespace sluice
