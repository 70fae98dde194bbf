// The parts of a result that charts are drawn from, as JSON: time series and distributions. What a
// cell or a run does not have is null or an empty list, never 0.
#pragma once

#include "describe/value.hpp"
#include "results/run_result.hpp"

namespace sluice {

// One number per cell of time, in columns.
describe::Value series_value(const RunResult& result);
// Latencies of the counted requests as HDR plots (results/distribution.hpp).
describe::Value distributions_value(const RunResult& result);

}  // namespace sluice
