// `sluice limits pull`: an organization's real limits beside the catalog's, and an overlay of them
// that scenarios name.
#pragma once

#include <optional>
#include <string>

#include "app/admin_access.hpp"
#include "app/terminal.hpp"

namespace sluice::app {

struct LimitsPullArguments {
  AdminArguments admin;
  std::optional<std::string> tier;  // compare with this one
  std::string overlay;              // file; empty: none is written
  bool all = false;                 // show limits that are as published too
};
Exit pull_limits(const LimitsPullArguments& arguments);

}  // namespace sluice::app
