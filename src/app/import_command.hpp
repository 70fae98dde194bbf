// `sluice import`: reads logs, writes a scenario and its traces whole or not at all, and prints
// what the logs say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.hpp"

namespace sluice::app {

struct ImportArguments {
  std::vector<std::string> sources;  // a format's name, perhaps; then files and folders
  std::string output;                // the scenario
  bool fit = false;
  std::string model = "sonnet-5.5";
  std::string tier = "start";
  std::uint64_t seed = 1;
  bool strict = false;
  bool force = false;
  std::vector<std::string> columns;  // OURS=THEIRS
  std::string window_start;          // of ServeGen, a duration
  std::string window_length;
  std::int64_t request_tokens = 5000;
  std::int64_t replications = 10;
  std::int64_t threads = 1;
  std::optional<std::string> catalog;  // folder
  std::string format = "text";         // text or json
};
Exit import_logs(const ImportArguments& arguments);

}  // namespace sluice::app
