// From the arguments that name a scenario to the loaded scenario, errors as the loader gives them.
#pragma once

#include "app/commands.hpp"
#include "scenario/load.hpp"

namespace sluice::app {

Checked<scenario::LoadedScenario> load(const ScenarioArguments& arguments);

}  // namespace sluice::app
