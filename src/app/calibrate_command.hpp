// `sluice calibrate`: attempt records to an overlay of estimates, shown with what they rest on; and
// `--probe`: the cheapest scenario whose records would tell what is missing.
#pragma once

#include <string>
#include <vector>

#include "app/commands.hpp"

namespace sluice::app {

struct CalibrateArguments {
  std::vector<std::string> records;
  std::string output;           // of the overlay, or of the probe's scenario; empty: not written
  ScenarioArguments scenario;   // an empty name: none
  bool force = false;           // the output may be there already
  std::string probe;            // a scenario; empty: no probe
  std::string max_cost;         // of the probe, dollars
  std::string format = "text";  // or "json"
};
Exit calibrate(const CalibrateArguments& arguments);

}  // namespace sluice::app
