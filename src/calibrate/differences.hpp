// What a scenario and its catalog say of a model or a limit, where the records say otherwise: words
// outside the interval of what was measured.
#pragma once

#include <vector>

#include "policy/run_plan.hpp"
#include "results/calibration_report.hpp"

namespace sluice::calibrate {

struct Differences {
  std::vector<CalibrationDifference> outside;
  std::size_t compared = 0;  // words of the plan that an estimate speaks of
};
Differences differences(const Calibration& found, const RunPlan& plan);

}  // namespace sluice::calibrate
