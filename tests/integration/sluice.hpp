// The built program and the project's scenarios, for the tests in this folder.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "support/process.hpp"
#include "support/text_checks.hpp"

namespace sluice::testing {

inline std::vector<std::string> sluice_command(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), SLUICE_BINARY);
  return arguments;
}

// On a day on which no catalog is old, so that what is printed does not depend on today's.
inline Finished sluice(std::vector<std::string> arguments, Process::Environment environment = {}) {
  environment.insert(environment.begin(), {"SOURCE_DATE_EPOCH", "1795219200"});  // 2026-11-21
  return run_process(sluice_command(std::move(arguments)), environment);
}

// A replay that went well. A neighbour on the machine may make its sends late, which the exit code
// 5 has to say: that is no failure.
inline bool replayed_well(const Finished& run) { return run.exit == 0 || run.exit == 5; }

inline std::string scenario(const std::string& name) {
  return std::string(SLUICE_SOURCE_DIR "/scenarios/") + name + ".json";
}

}  // namespace sluice::testing
