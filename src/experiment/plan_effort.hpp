// How much is simulated for a plan: by the number of requests that the scenario asks for, so that a
// short scenario gets many runs and a long one few, and both end in seconds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiment/plan_window.hpp"

namespace sluice {

struct PlanEffort {
  std::int64_t runs_today = 10;  // of the whole scenario, or of today_window
  PlanWindow today_window;
  PlanWindow search_window;  // of everything else
  PlanWindow tier_window;    // of today's traffic in each tier
  std::int64_t runs_tier = 3;
  std::int64_t runs_rate = 8;      // of every rate, so that all are compared pair by pair
  double tolerance = 0.004;        // of a rate, relative
  std::vector<std::string> notes;  // for the report
};

// `requests` is what the scenario asks for from its start to its end, as far as that is known
// without running it.
PlanEffort effort_for_today(const RunPlan& plan, double requests);

// Adds how rates are searched: trials are as large as the load that they are near, `raised` times
// today's.
void add_search(PlanEffort& effort, const RunPlan& plan, double requests, double raised);

}  // namespace sluice
