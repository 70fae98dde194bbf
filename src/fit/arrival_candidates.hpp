// The candidates of an arrival fit: every scatter that a spec can have about a curve, with its
// likelihood and distance by the log's gaps, and the dispersion that it gives counts, simulated.
#pragma once

#include <string>
#include <vector>

#include "base/calendar.hpp"
#include "fit/arrival_log.hpp"
#include "fit/arrivals.hpp"
#include "policy/arrivals.hpp"

namespace sluice::fit {

// `curve` is Poisson at a constant rate, about steps or about a day's curve; `words` names it. The
// log has at least 20 arrivals and spans some time.
std::vector<ArrivalCandidate> candidates_about(const ArrivalSpec& curve, const std::string& words,
                                               std::int64_t curve_parameters, const ArrivalLog& log,
                                               UnixTime origin);

// Of the log over windows of 1 s, 10 s and 60 s (whole bins of its counts), as far as it reaches;
// of a log of more than a quarter of a million arrivals its beginning.
std::vector<Dispersion> dispersions_of(const ArrivalLog& log);

// Fills in `dispersion` and, with windows enough to judge by, `counts_agree`.
void simulate_counts(ArrivalCandidate& candidate, const std::vector<Dispersion>& wanted,
                     Duration bin_width, UnixTime origin);

}  // namespace sluice::fit
