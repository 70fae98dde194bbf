// When to stop replicating: once the mean is known to the relative precision asked for. The rule of
// Law (Simulation Modeling and Analysis, 5th ed., section 9.4.1), whose intervals then hold the
// true mean nearly as often as they say.
//
//   while (!is_precise(values, 0.05)) values.push_back(run_another());
#pragma once

#include <cstddef>
#include <span>

#include "stats/intervals.hpp"

namespace sluice::stats {

// Fewer replications say too little of their own variance to stop by it.
inline constexpr std::size_t kReplicationsToStop = 10;

// Whether half the interval's width by |mean| is at most relative / (1 + relative), which bounds
// the error relative to the true mean by `relative` (0.05 is 5 %, > 0). Values that are all equal
// are as precise as they get; a mean of 0 with any spread never is.
bool is_precise(std::span<const double> values, double relative, double confidence = kConfidence);

}  // namespace sluice::stats
