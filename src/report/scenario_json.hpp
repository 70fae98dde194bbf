// The scenario that a report is about, as a part of its JSON, so that a report can be read without
// the scenario's file: the effective one, with defaults and overrides.
#pragma once

#include <string>

#include "describe/value.hpp"

namespace sluice {

// The object of an echo, as LoadedScenario has it; null for an empty one. An echo is our own JSON,
// so that one which is not JSON is a bug.
describe::Value scenario_value(const std::string& echo);

}  // namespace sluice
