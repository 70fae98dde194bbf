// Lays the requests of a trace out in lanes: each request with its attempts in their order, on the
// lowest lane of its workload that is free when it begins. So nothing overlaps within a lane, and
// there are as many lanes as requests were under way at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "results/run_trace.hpp"

namespace sluice {

// Whole microseconds from the start of the run, rounded down: what a Chrome trace counts in.
// Rounded before anything is compared, so that what nests in nanoseconds nests here too.
std::int64_t microseconds_of(TimePoint time) noexcept;

struct TracedLife {
  TracedId id;
  std::size_t lane = 0;  // of its workload, from 0
  TimePoint begin{};     // planned
  TimePoint end{};
  bool has_ended = false;  // false: the run, or the trace, ended before it
  ErrorKind error = ErrorKind::kNone;
  std::vector<const TracedAttempt*> attempts;
};

// By begin; of those that begin together, by workload, session and turn. Refers to `trace`.
std::vector<TracedLife> lives_of(const RunTrace& trace);

}  // namespace sluice
