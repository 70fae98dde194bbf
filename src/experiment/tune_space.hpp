// What `tune` searches: every published preset as it is, every pacing and retry budget beside
// today's retries, and a grid over the parameters of the generic shapes that a low-discrepancy
// point picks from. A grid of round numbers, since those are what people paste. Pure.
//
//   std::vector<ClientDesign> all = preset_designs(today);
//   all.push_back(design_at(point, today));        // point: kTuneDimensions numbers in [0, 1)
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "policy/run_plan.hpp"
#include "results/tune_result.hpp"

namespace sluice {

inline constexpr std::size_t kTuneDimensions = 12;

// What is searched beside the defaults.
struct TuneSpace {
  std::string fallback;    // a model that may answer instead; empty: none, since it changes answers
  bool in_stream = false;  // answers fail after their 200 too, so that retrying these is a choice
};

// Today's retries by the name of their preset, and how many if that was changed; nothing else.
ClientDesign today_design(const ClientPlan& today);

// Each of them differs from the others; none is marked as today's.
std::vector<ClientDesign> preset_designs(const ClientPlan& today, const TuneSpace& space);
ClientDesign design_at(std::span<const double> point, const ClientPlan& today,
                       const TuneSpace& space);

// A client of a scenario (docs/scenario.md) with this design, and of today's what a design does not
// say: queue, timeout, processes. One line of JSON.
std::string client_json(const ClientDesign& design, const ClientPlan& today);

}  // namespace sluice
