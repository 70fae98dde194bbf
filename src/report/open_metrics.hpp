// The end state of a run for Prometheus and what reads its format: counters, limiters and latency
// histograms as OpenMetrics text. Counts are sums over all replications; times are model time.
#pragma once

#include <string>

#include "results/run_result.hpp"

namespace sluice {

// Also of a run that still goes on: a recorder's state makes a result at any time.
std::string render_open_metrics(const RunResult& result);

}  // namespace sluice
