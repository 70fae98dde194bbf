// RunResult -> JSON value. The numbers stand where their paths say; around them stand verdict,
// identity, intervals and time series. No wall-clock time, host or path goes in, so equal runs
// serialise to equal bytes.
#pragma once

#include <cstdint>

#include "describe/value.hpp"
#include "results/run_result.hpp"

namespace sluice {

enum class Intervals : std::uint8_t { kIncluded, kLeftOut };

describe::Value to_value(const RunResult& result, Intervals intervals);

// The number of a metric as JSON; null where the run has none.
describe::Value to_value(const std::optional<MetricValue>& value);

}  // namespace sluice
