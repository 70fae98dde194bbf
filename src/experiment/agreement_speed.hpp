// How fast `verify` may let time run: the replay must be short enough to wait for, and slow enough
// that this machine keeps its schedule at every moment.
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "policy/run_plan.hpp"
#include "results/run_result.hpp"

namespace sluice {

// Sends and stream events that replay and mock will see in the busiest second of wall time. Above
// speed 1 the mock writes at most 20 events a second of wall time to one stream.
double busiest_second(const RunResult& predicted, const RunPlan& plan, std::int64_t speed_permille);

struct ChosenSpeed {
  std::int64_t permille = 1000;
  double events_per_second = 0;  // in the busiest second
  Duration wall{};               // that the replay takes
  bool is_slowed = false;        // faster would be nicer, but more than the machine keeps up with
};

// The least speed that brings the replay below `wanted` of wall time, but none at which the busiest
// second holds more than half of what the machine can do (docs/model.md, Agreement); 0.1 at least,
// 10,000 at most.
ChosenSpeed choose_speed(const RunResult& predicted, const RunPlan& plan, double machine_ceiling,
                         Duration wanted);

// Whether requests wait for earlier answers: closed loops, conversations, agent loops.
bool answers_lead_on(const RunPlan& plan);

}  // namespace sluice
