// How far the simulation of a scenario agrees with the records of a run: the table of `verify
// --records`, for `calibrate` to compare before and after.
#pragma once

#include <string>

#include "app/commands.hpp"
#include "base/error.hpp"
#include "results/agreement.hpp"

namespace sluice::app {

Checked<Agreement> agreement_with_records(const ScenarioArguments& arguments,
                                          const std::string& records);

}  // namespace sluice::app
