// What most requests of a workload leave, recorded once: a request that is sent as planned,
// succeeds at the first attempt and begins with its answer has one total time and one time to the
// first token for several histograms of WorkloadTotals. move_to() spreads them over those, so that
// nothing of this is seen outside.
#pragma once

#include <cstdint>

#include "metrics/histogram.hpp"
#include "metrics/measurements.hpp"

namespace sluice {

struct WorkloadTally {
  std::int64_t offered = 0;
  std::int64_t attempts_succeeded = 0;
  std::int64_t good = 0;
  // Of requests that were sent as planned and succeeded at the first attempt: `first_try` and
  // `from_send`; each also had one attempt and queued for 0 ns.
  Histogram prompt;
  // Where the first token belonged to the answer: `ttft` and `first_answer`. Of the last send at
  // the planned instant `ttft_from_send` too.
  Histogram ttft_prompt;
  Histogram ttft_later;
  Histogram inter_token;

  // Adds everything to the totals and leaves this empty.
  void move_to(WorkloadTotals& totals);
};

}  // namespace sluice
