// `sluice sweep`: a scenario over a grid of its values, with replications under common random
// numbers. With a file of runs it can be killed and goes on where it was.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/machine.hpp"

namespace sluice::app {

struct SweepArguments {
  ScenarioArguments scenario;
  std::vector<std::string> vary;     // POINTER=VALUES
  std::vector<std::string> metrics;  // paths; empty: a handful
  std::optional<std::int64_t> replications;
  std::int64_t threads = all_threads();
  std::string precision;  // "5%"; empty: none
  std::string out;        // file of runs; empty: none
  std::string format = "text";
  std::vector<std::string> outputs;  // FORMAT=PATH
  SaveArguments save;
};
Exit sweep(const SweepArguments& arguments);

}  // namespace sluice::app
