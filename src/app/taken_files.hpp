// What the files that a command is told to write must not be: those that it reads, and those that
// it writes besides. Put together before anything runs, so that nothing is lost.
#pragma once

#include <string>
#include <vector>

#include "app/commands.hpp"
#include "base/error.hpp"
#include "experiment/scenario_text.hpp"
#include "scenario/load.hpp"

namespace sluice::app {

struct TakenFiles {
  std::vector<std::string> read;
  std::vector<std::string> written;  // empty names count for nothing
};

// The scenario, its overlays, catalog, key sets and traces; the history, where the result is kept.
TakenFiles taken_files(const ScenarioArguments& arguments, const scenario::LoadedScenario& scenario,
                       const SaveArguments& save);
// The same of one that is loaded in many variants. One that cannot be loaded names no files.
TakenFiles taken_files(const ScenarioText& text, const SaveArguments& save);

// Its overlays, key sets and traces.
void add_files(const scenario::LoadedScenario& scenario, TakenFiles& taken);

// Whether both are one file, however it is written; of devices and pipes any number may write.
bool is_same_file(const std::string& one, const std::string& other);

// A usage error where `path` is one of them, be it by another name or a link; `option` asks for it.
Result<void> check_free(const std::string& path, const char* option, const TakenFiles& taken);

}  // namespace sluice::app
