// The exact interval of a share: Clopper and Pearson (1934), which covers at least as often as it
// says for every share and count.
#pragma once

#include <cstdint>

#include "stats/intervals.hpp"

namespace sluice::stats {

// Of `hits` in `trials`, 0 <= hits <= trials, trials >= 1. The value is hits / trials.
Interval binomial_interval(std::int64_t hits, std::int64_t trials, double confidence = kConfidence);

}  // namespace sluice::stats
