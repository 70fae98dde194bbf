// A Calibration as a catalog overlay (docs/overlay.schema.json): only what the records could tell,
// each with its evidence. What was left out, and why, is said beside it.
#pragma once

#include <string>
#include <vector>

#include "describe/value.hpp"
#include "policy/fault_plan.hpp"
#include "results/calibration.hpp"

namespace sluice::calibrate {

struct CalibratedOverlay {
  describe::Value document;
  std::size_t words = 0;           // estimates that went in
  std::vector<std::string> notes;  // what did not although it is known, and why
};

// `faults` are those that the scenario has already: a share of the same kind is not added to them.
CalibratedOverlay overlay_of(const Calibration& found, const std::vector<FaultSpec>& faults);

}  // namespace sluice::calibrate
