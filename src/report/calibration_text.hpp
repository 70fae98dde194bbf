// A calibration for a terminal: one line an estimate with its interval and evidence, or why the
// records cannot tell; what differs from the scenario; how far the simulation agrees with the
// records before and after.
#pragma once

#include <string>

#include "report/text.hpp"
#include "results/calibration_report.hpp"

namespace sluice {

std::string render_text(const CalibrationReport& report, TextStyle style);

}  // namespace sluice
