// The files that a scenario names and that it is made of, so that nobody writes over them. Traces
// are not among them: those stand in the plan.
#pragma once

#include <string>
#include <vector>

#include "scenario/load.hpp"

namespace sluice::scenario {

// Overlays (of the scenario and of the options) and key sets of federations, as paths from the
// current folder. Of a scenario that is no file or cannot be read, the overlays of the options.
std::vector<std::string> named_files(const std::string& path, const LoadOptions& options);

}  // namespace sluice::scenario
