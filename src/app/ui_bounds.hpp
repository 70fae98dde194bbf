// What the explorer simulates of whatever is typed: so much that it answers, and no more requests
// in flight than fit in memory. A scenario that is larger is one for `sluice simulate`, which has
// no such bounds.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "scenario/load.hpp"

namespace sluice::app {

// About half a kilobyte each.
constexpr std::int64_t kUiInFlightAtMost = 1'000'000;

// Where more is planned than the explorer simulates: what would be right, at the largest workload's
// rate or users. Requests of traces are not known before they are read and do not count.
// `path` is what the scenario is called.
Checked<void> within_ui_bounds(const scenario::LoadedScenario& scenario, std::string_view path);

// Of a run that was stopped because it had more in flight than kUiInFlightAtMost.
Error too_many_in_flight(const scenario::LoadedScenario& scenario, std::string_view path);

}  // namespace sluice::app
