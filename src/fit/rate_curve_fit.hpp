// The rate of a log over time: steps where chance does not explain its changes, and the curve of a
// day. The number of steps is found by optimal partitioning (Jackson et al., IEEE Signal Processing
// Letters 12, 2005) of counts in up to 1000 windows, each further step paying 1.5 ln(windows) units
// of log-likelihood times the scatter of neighbouring counts.
#pragma once

#include <cstdint>
#include <optional>

#include "base/calendar.hpp"
#include "base/quantity.hpp"
#include "base/time.hpp"
#include "fit/count_bins.hpp"
#include "policy/arrivals.hpp"

namespace sluice::fit {

inline constexpr std::size_t kRateStepsMax = 100;

// To five digits, per minute, hour, day or year, whichever is the shortest that shows them; at
// least one a year, since of less nothing would ever arrive.
Rate readable_rate(double per_second);

// One step or more, the first at 0; Poisson about them. The rate of a step without arrivals is 0.
ArrivalSteps fit_steps(const CountBins& counts, Duration span);

// Least squares on quarters of an hour; `origin` is the date of the bins' 0. Poisson about it. None
// below two days.
std::optional<ArrivalDiurnal> fit_diurnal(const CountBins& counts, Duration span, UnixTime origin);

}  // namespace sluice::fit
