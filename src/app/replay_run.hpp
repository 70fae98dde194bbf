// A load run against a mock that is started for it: what `replay` does by default, and `verify` and
// `selftest --machine` always.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "app/commands.hpp"
#include "base/error.hpp"
#include "live/replay.hpp"
#include "results/run_result.hpp"
#include "scenario/load.hpp"

namespace sluice::app {

using LookAtReplay = std::function<void(const live::ReplayView&)>;

// "60", "0.5": in thousandths. `--speed` is named in the error.
Result<std::int64_t> parse_speed(const std::string& text);

// What is known of a run before it, for Replay::make.
RunFacts replay_facts(const scenario::LoadedScenario& scenario);
// The API's names of the plan's models.
std::vector<std::string> model_ids(const scenario::LoadedScenario& scenario);

// A replay with the scenario's sources (replication 0), not begun.
Result<std::unique_ptr<live::Replay>> make_replay(const scenario::LoadedScenario& scenario,
                                                  live::ReplayOptions options,
                                                  live::CredentialPlan credentials);

// The whole run. `scenario` is what `arguments` name. Of `options` the target, the origin and what
// goes with a mock are set here. Ctrl-C ends it early; the result is marked partial then.
// `ended` (may be empty) is called when the loop has ended, while it still has the signals.
Checked<RunResult> replay_against_mock(const ScenarioArguments& arguments,
                                       const scenario::LoadedScenario& scenario,
                                       live::ReplayOptions options, const LookAtReplay& look,
                                       const std::function<void()>& ended = {});

// What Replay::run does; an error if Ctrl-C came before, while the run was being made ready.
Result<void> run_unless_interrupted(live::Replay& replay, const LookAtReplay& look);

}  // namespace sluice::app
