// From arguments to what they name: the scenario, and what is expected of its result. Errors come
// as the loader and the expectations give them, all at once.
#pragma once

#include "app/commands.hpp"
#include "base/calendar.hpp"
#include "experiment/expectation.hpp"
#include "scenario/load.hpp"

namespace sluice::app {

// The day, UTC: of SOURCE_DATE_EPOCH (seconds, reproducible-builds.org), else of the clock. Reports
// warn by it of an old catalog; nothing else depends on it.
CivilDate today();

// What --set, --catalog and --overlay ask for.
scenario::LoadOptions load_options(const ScenarioArguments& arguments);

Checked<scenario::LoadedScenario> load(const ScenarioArguments& arguments);

// Parses expectations and checks them against the metrics that a run of the scenario has. `where`
// names each in messages, its position behind.
Checked<std::vector<Expectation>> parse_expectations(const std::vector<std::string>& texts,
                                                     const std::string& where,
                                                     const scenario::LoadedScenario& scenario);

}  // namespace sluice::app
