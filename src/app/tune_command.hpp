// `sluice tune`: reads the wishes, searches with a line on stderr per stage, prints and writes what
// was found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/machine.hpp"

namespace sluice::app {

struct TuneArguments {
  ScenarioArguments scenario;
  std::optional<std::uint64_t> seed;
  std::string client;              // empty: the first workload's
  std::vector<std::string> goals;  // empty: the scenario's
  std::string budget;              // "400" trials, or "60s" of nominal time; empty: the default
  std::string fallback;            // model; empty: none
  std::int64_t threads = all_threads();
  std::string format = "text";       // and json, python, typescript, html, markdown
  std::vector<std::string> outputs;  // FORMAT=PATH
  SaveArguments save;
};
Exit tune(const TuneArguments& arguments);

}  // namespace sluice::app
