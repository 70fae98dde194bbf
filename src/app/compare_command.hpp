// `sluice compare`: reads what is wished, compares, and prints or writes what was found. Ctrl-C
// ends it with nothing written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/machine.hpp"
#include "experiment/compare_wishes.hpp"

namespace sluice::app {

struct CompareArguments {
  ScenarioArguments scenario;
  std::optional<std::uint64_t> seed;
  ComparisonTexts wishes;
  std::int64_t replications = 5;
  std::int64_t threads = all_threads();
  std::string format = "text";       // text, json, csv, html or markdown
  std::vector<std::string> outputs;  // FORMAT=PATH
  SaveArguments save;
};
Exit compare(const CompareArguments& arguments);

}  // namespace sluice::app
