// What most requests of a workload leave, recorded once: a request that is sent as planned,
// succeeds at the first attempt and begins with its answer has one total time and one time to the
// first token for several histograms of WorkloadTotals. move_to() spreads them over those, so that
// nothing of this is seen outside.
#pragma once

#include <cstdint>

#include "metrics/histogram.hpp"
#include "metrics/measurements.hpp"

namespace sluice {

// From the start of a line of the caches, so that every tally has its counters in as few.
struct alignas(64) WorkloadTally {
  std::int64_t offered = 0;
  std::int64_t attempts_succeeded = 0;
  std::int64_t good = 0;
  // `first_try` and `from_send`; each request also had one attempt and queued for 0 ns.
  Histogram prompt;
  Histogram ttft_prompt;  // `ttft`, `ttft_from_send` and `first_answer`
  Histogram inter_token;

  // Adds everything to the totals and leaves this empty.
  void move_to(WorkloadTotals& totals);
};

}  // namespace sluice
