// The dashboard of a load run, `replay --ui web`. The run pays for it with a copy of its figures
// once a second while somebody watches, some 50 us a workload, and with nothing else.
#pragma once

#include <memory>

#include "app/commands.hpp"
#include "app/dashboard.hpp"
#include "live/replay.hpp"
#include "scenario/load.hpp"

namespace sluice::app {

// Started, and its address said on stderr, if `arguments` ask for one; else null.
Result<std::unique_ptr<Dashboard>> dashboard_for(const ReplayArguments& arguments,
                                                 const scenario::LoadedScenario& scenario);

// Copies what is measured, if somebody watches. On the thread of the run, which has nothing to send
// meanwhile.
void show(Dashboard& dashboard, const live::ReplayView& view);

}  // namespace sluice::app
