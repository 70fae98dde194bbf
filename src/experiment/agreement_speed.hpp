// How fast `verify` may let time run: the replay must be short enough to wait for, and slow enough
// that this machine keeps its schedule at every moment.
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "policy/run_plan.hpp"
#include "results/run_result.hpp"

namespace sluice {

// What replay and mock will have to do in the busiest second of wall time, in sends: a stream event
// is a fifth of one (two cores manage about 20,000 requests a second, or 100,000 events), and 4,000
// tokens of a prompt, which is some 20 kB to write, send and read, are one more. Above
// speed 1 the mock writes at most 20 events a second of wall time to one stream, so that a little
// faster can be less work.
double busiest_second(const RunResult& predicted, const RunPlan& plan, std::int64_t speed_permille);

struct ChosenSpeed {
  std::int64_t permille = 1000;
  double sends_per_second = 0;  // in the busiest second, as above
  Duration wall{};              // that the replay takes
  bool is_slowed = false;       // it takes longer than wanted, or is slower than real time
};

// The least speed, real time at least, that brings the arrivals into at most `wanted` of wall time
// with a busiest second of at most half of what the machine can do (docs/model.md, Agreement).
// Where there is none, the fastest with such a second; where there is none either, the slowest.
ChosenSpeed choose_speed(const RunResult& predicted, const RunPlan& plan, double machine_ceiling,
                         Duration wanted);

// Whether requests wait for earlier answers: closed loops, conversations, agent loops.
bool answers_lead_on(const RunPlan& plan);

}  // namespace sluice
