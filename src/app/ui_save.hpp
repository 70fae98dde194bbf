// What the explorer's page may write: scenario files of one folder, by plain names, whole or not at
// all. An existing file is replaced only when the request says so.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sluice::app {

// Nothing, or why it is no name for a scenario file: letters, digits, '.', '-' and '_', not first a
// '.', at most 100 of them, ".json" at the end. No such name leads out of its folder.
Result<void> check_scenario_name(std::string_view name);

enum class SaveOutcome { kSaved, kExists };

struct SaveOrder {
  std::string name;
  bool overwrite = false;
};

// Writes `text` to `folder`/name. An error is a bad name, something there that is no ordinary file,
// or a folder that cannot be written.
Result<SaveOutcome> save_scenario(const std::string& folder, const SaveOrder& order,
                                  std::string_view text);

}  // namespace sluice::app
