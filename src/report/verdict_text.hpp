// The sentence below FITS or DOES NOT FIT: which limit binds and since when or, of a load run,
// which sees no limits but its answers, what was refused and why.
#pragma once

#include <string>

#include "results/metric.hpp"
#include "results/run_result.hpp"

namespace sluice {

// Without a final stop.
std::string verdict_sentence(const RunResult& result, const MetricReader& metric);

}  // namespace sluice
