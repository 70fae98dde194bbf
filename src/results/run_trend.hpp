// The kept runs of one scenario over time, and some of their figures: what a table, a sparkline and
// a chart are drawn from. A value; the history fills it in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/saved_run.hpp"

namespace sluice {

struct TrendLine {
  std::string path;
  std::optional<Unit> unit;
  std::vector<std::optional<SavedMetric>> values;  // one a run; none: that run has no such number
};

struct RunTrend {
  std::string scenario;        // as it was asked for: a name, or the beginning of a digest
  std::vector<SavedRun> runs;  // the oldest first
  std::int64_t total = 0;      // runs that there are; `runs` may be the newest of them
  std::vector<TrendLine> lines;

  // What is new in run i against the one before it: what_differs() of the scenarios, "catalog",
  // "version".
  std::vector<std::string> changes(std::size_t i) const;
};

}  // namespace sluice
