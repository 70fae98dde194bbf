// Two kept results, number by number. Chance is not taken for a difference: where both have
// replications, Welch's interval of the difference of the means has to leave zero out, or else the
// two intervals must not overlap; a single run is not judged at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/saved_run.hpp"

namespace sluice {

enum class DiffVerdict : std::uint8_t {
  kEqual,      // the very same number
  kDiffers,    // by more than chance allows, at 95 %
  kNotShown,   // chance alone could do it
  kNotJudged,  // a number without an interval: nothing says how much chance moves it
  kOnlyOne,    // one of the two has no such number
};
// "equal", "differs", "not shown", "not judged", "only one".
std::string_view name(DiffVerdict verdict) noexcept;

struct DiffRow {
  std::string path;
  std::optional<Unit> unit;
  std::optional<SavedMetric> first;
  std::optional<SavedMetric> second;
  // Second less first; its interval is Welch's, where there is one.
  std::optional<double> difference;
  std::optional<MetricInterval> interval;
  DiffVerdict verdict = DiffVerdict::kOnlyOne;
  bool is_main = false;  // one of the figures that people ask for first
};

// Something about the two runs that is not the same, so that numbers may differ for it.
struct DiffOfIdentity {
  std::string what;  // "scenario" or "scenario or seed", "catalog", "version", "seed", ...
  std::string first;
  std::string second;
};

struct RunDiff {
  SavedRun first;
  SavedRun second;
  bool is_identical = false;  // the results are equal, byte by byte
  std::vector<DiffOfIdentity> identity;
  // The main figures in their order; then the others, what differs most for its spread first.
  std::vector<DiffRow> rows;

  std::int64_t judged() const noexcept;
  std::int64_t differing() const noexcept;
};

// The runs are comparable. In any order of rows.
RunDiff difference_of(const SavedRun& first, const std::vector<SavedMetric>& first_metrics,
                      const SavedRun& second, const std::vector<SavedMetric>& second_metrics);

// The figures of a run that people ask for first, in that order.
const std::vector<std::string>& main_metrics();

}  // namespace sluice
