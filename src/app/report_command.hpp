// `sluice report FILE`: shows again what a command once wrote with --format json, in the formats
// that can be made of JSON alone. Nothing is run.
#pragma once

#include <string>
#include <vector>

#include "app/terminal.hpp"

namespace sluice::app {

struct ShowArguments {
  std::string file;                  // JSON of any of our results
  std::string format;                // on stdout; empty: html, unless --output says where it goes
  std::vector<std::string> outputs;  // FORMAT=PATH
};
// A file that is not one of our results, or a format that cannot be made of it: Exit::kUsage.
Exit show_report(const ShowArguments& arguments);

}  // namespace sluice::app
