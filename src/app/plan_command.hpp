// `sluice plan` and `sluice init`: what their command lines were read into, and the commands.
// Without a scenario both draft one from a few numbers (scenario/draft.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/commands.hpp"
#include "app/machine.hpp"
#include "scenario/draft.hpp"

namespace sluice::app {

// Answers to a draft's questions, by question; empty where none was given.
using GivenAnswers = std::vector<std::optional<std::string>>;
bool any_given(const GivenAnswers& answers) noexcept;
// The others take their defaults.
scenario::DraftAnswers with_defaults(const GivenAnswers& answers);

struct PlanArguments {
  ScenarioArguments scenario;  // an empty name: the draft is planned
  GivenAnswers draft;
  std::string draft_file;  // the drafted scenario is written there too
  bool force = false;      // a draft_file that is there already is replaced
  std::int64_t threads = all_threads();
  std::string format = "text";       // text, json, html or markdown
  std::vector<std::string> outputs;  // FORMAT=PATH
  SaveArguments save;
};
Exit plan(const PlanArguments& arguments);

struct InitArguments {
  std::string path = "scenario.json";
  GivenAnswers draft;
  std::optional<std::string> catalog;  // folder
  bool force = false;                  // an existing file is replaced
};
Exit init(const InitArguments& arguments);

}  // namespace sluice::app
