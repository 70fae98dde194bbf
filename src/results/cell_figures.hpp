// What a cell of the time series says in the units of people: percentiles, means and what was in
// flight at its end. JSON, CSV and text take them from here, so that they agree.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "metrics/measurements.hpp"

namespace sluice {

// Of the requests without batches that succeeded in the cell, within 1/32 of the truth
// (metrics/coarse_histogram.hpp); never above the largest latency. None of no requests.
std::optional<Duration> latency_at(const TrafficCell& cell, Ppm share);
std::optional<Duration> ttft_at(const TrafficCell& cell, Ppm share);
std::optional<Duration> latency_mean(const TrafficCell& cell);
std::optional<Duration> latency_max(const TrafficCell& cell);
// From the planned instant to the first send, of the requests that ended in the cell.
std::optional<Duration> queueing_mean(const TrafficCell& cell);
std::optional<Duration> queueing_max(const TrafficCell& cell);

// Requests that were planned and had not ended at the end of each cell.
std::vector<std::int64_t> in_flight(std::span<const TrafficCell> cells);

}  // namespace sluice
