// A stretch of a long scenario that stands for all of it, so that hundreds of simulations end in a
// second or two: the beginning where the traffic is the same all the time, the busiest stretch of a
// day's curve. What changes at instants of the run cannot be cut; it is simulated whole.
#pragma once

#include <optional>
#include <string>

#include "scenario/load.hpp"

namespace sluice {

struct PlanWindow {
  Duration from{};
  Duration length{};
  std::string text;  // "the busiest 20 min, from 14.50 h"; empty: all of it
};

// About so many requests long, but at least ten minutes (half an hour of conversations), ten times
// what a bucket holds, and three times a warm-up.
// `per_minute` is the scenario's mean rate.
PlanWindow window_of(const RunPlan& plan, double per_minute, double requests);
// Where a whole run has too few requests to say anything and its traffic is the same all the time:
// that traffic for as long as it takes to see enough of it, at most a month. None: it is enough, or
// it cannot be made longer.
std::optional<PlanWindow> longer_window(const RunPlan& plan, double per_minute);
// No more than can be held in memory if all of it is in flight at once, as where traffic exceeds a
// limit a thousandfold; then the beginning of `window` stands for all.
PlanWindow bounded(const PlanWindow& window, double per_minute);

void cut_to(const PlanWindow& window, RunPlan& plan);
// Spending stops nothing: what the rate limits bear is looked at apart from money.
void without_money_limits(RunPlan& plan);

}  // namespace sluice
