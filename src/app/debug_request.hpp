// `replay --debug`: one request, sent and shown as it went, secrets masked: what a person wants to
// see when a run gets nothing but errors.
#pragma once

#include "app/replay_wishes.hpp"
#include "app/terminal.hpp"
#include "scenario/load.hpp"

namespace sluice::app {

// The first request of the scenario's first workload; its answer, or what became of it.
Exit send_one(const ReplayArguments& arguments, const scenario::LoadedScenario& scenario,
              ReplayWishes& wishes);

}  // namespace sluice::app
