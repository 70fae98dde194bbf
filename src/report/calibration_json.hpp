// A calibration for programs: all estimates with their intervals and evidence, what differs from
// the scenario, and the agreement with the records before and after.
#pragma once

#include <string>

#include "results/calibration_report.hpp"

namespace sluice {

std::string render_json(const CalibrationReport& report);

}  // namespace sluice
