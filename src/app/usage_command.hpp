// `sluice usage pull`: an organization's usage and cost reports as a file that `sluice import
// usage-report` reads, and what they say by model and day.
#pragma once

#include <string>

#include "app/admin_access.hpp"
#include "app/terminal.hpp"

namespace sluice::app {

struct UsagePullArguments {
  AdminArguments admin;
  std::string from;  // a date; empty: six days before `to`
  std::string to;    // a date, included; empty: today (UTC)
  std::string width = "1d";
  std::string output;  // file
};
Exit pull_usage(const UsagePullArguments& arguments);

}  // namespace sluice::app
