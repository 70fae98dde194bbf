// The search itself: every preset and as many low-discrepancy points of the space as the budget
// holds, successive halving over common random numbers, then replications for the finalists where
// they decide most (OCBA). Today's policy takes part in every round.
//
//   SLUICE_TRY(Found found, search(subject, space, judged, effort, arena, watch));
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "experiment/tune_arena.hpp"
#include "experiment/tune_effort.hpp"
#include "experiment/tune_subject.hpp"

namespace sluice {

// Told of what happens: trials that are done, and the best of the candidates at each stage.
struct TuneWatch {
  std::function<void(std::int64_t trials)> trials_done;
  std::function<void(const std::string& stage, const Entrant& best, const Scores& scores)> stage;
};

struct Found {
  std::vector<std::size_t> finalists;  // entrants of the arena, the best first; today's is not one
  std::size_t today = 0;
  std::int64_t unfit = 0;     // designs that this scenario refuses
  std::int64_t as_today = 0;  // that behaved as today's in every run that both had
  bool was_stopped = false;   // what is there is the best so far
};

// An error is a trace that cannot be read. `arena` is empty before.
Result<Found> search(const TuneSubject& subject, const TuneSpace& space, const Judged& judged,
                     const Effort& effort, TuneArena& arena, const TuneWatch& watch);

}  // namespace sluice
