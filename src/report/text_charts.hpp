// The charts of the text report, for terminals that show them (TextStyle::charts): how much of each
// limit was used over time, and 429s by cause as bars.
#pragma once

#include <string>
#include <vector>

#include "results/run_result.hpp"

namespace sluice {

// Of the limiter at that position; at most so many columns, each of which shows the busiest of its
// cells.
std::string use_over_time(const RunResult& result, std::size_t limiter, std::size_t columns);
// What these lines mean: "▁ to █: ... used, 0 to 100 %, from 0 s to 10.00 min".
std::string use_legend(const RunResult& result);

// "requests       ██████ 242": one line for each cause that refused, the longest bar for the most.
std::vector<std::string> refusal_bars(const Measurements& measured);

}  // namespace sluice
