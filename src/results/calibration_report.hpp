// What `sluice calibrate` reports beside its estimates: where they differ from what a scenario
// said, whether the simulation agrees better with the records once the overlay is laid under it,
// and what was written.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/agreement.hpp"
#include "results/calibration.hpp"

namespace sluice {

// A word of the scenario or its catalog outside the interval of what was measured.
struct CalibrationDifference {
  std::string what;  // "claude-haiku-4-5 ttft base p50"
  std::string unit;
  double said = 0;
  stats::Interval measured{};
};

struct CalibrationReport {
  Calibration found;
  std::string scenario;  // its title; empty: none was named
  std::vector<CalibrationDifference> differences;
  std::size_t compared = 0;  // words of the scenario that were compared
  // The records against the prediction, without the overlay and with it. Both or none.
  std::optional<Agreement> before;
  std::optional<Agreement> after;
  std::string overlay;            // where it was written; empty: nowhere
  std::size_t overlay_words = 0;  // estimates in it
  std::vector<std::string> notes;
};

}  // namespace sluice
