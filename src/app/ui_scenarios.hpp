// The scenarios that the explorer offers: the one of the command line, those that its page has
// saved, and those that come with the program.
#pragma once

#include <string>
#include <vector>

#include "describe/value.hpp"

namespace sluice::app {

class UiScenarios {
 public:
  // `own` is the command line's file; empty: none. New ones are saved in its folder, or in the
  // current one.
  explicit UiScenarios(std::string own);

  const std::string& folder() const noexcept { return folder_; }
  // A file of the folder that was saved, as a command line names it. It is offered from now on.
  std::string add(const std::string& name);

  // [{"name", "group", "path", "text", "on_disk"}], own files first. `path` is what a command line
  // would call it, if "on_disk": a shipped scenario may be nowhere but in the program.
  describe::Value to_value() const;

 private:
  std::string folder_;
  std::vector<std::string> own_;  // paths
};

}  // namespace sluice::app
