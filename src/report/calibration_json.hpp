// A calibration for programs, in the layout of docs/calibration.schema.json: all estimates with
// their intervals and evidence, what differs from the scenario, and the agreement with the records
// before and after. Every member is always there, null where there is no such thing.
#pragma once

#include <string>

#include "results/calibration_report.hpp"

namespace sluice {

std::string render_json(const CalibrationReport& report);
std::string calibration_schema();

}  // namespace sluice
