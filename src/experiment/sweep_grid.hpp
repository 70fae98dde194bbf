// What a sweep varies, from the command line's words to the cells of the grid. Ranges are exact
// decimal arithmetic: no value passes through binary floating point.
//
//   /organization/tier=start,build,scale                 these values
//   /workloads/0/arrivals/rate=300/min..1200/min:4       four evenly spaced ones, both ends
//   included
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "results/sweep_result.hpp"

namespace sluice {

// "POINTER=a,b,c" or "POINTER=from..to:n". Commas inside of quotes, brackets and braces separate
// nothing. The ends of a range are numbers with the same unit behind them (0.1..0.5:5, 10%..50%:5,
// 300/min..1200/min:4, $5..$10:3), or durations (30s..2m:4); n is 2 to 1000. Values of a plain
// range between whole numbers whose step is 10 or more are rounded to whole numbers.
Result<SweepAxis> parse_axis(std::string_view text);

// All of them, pointers different; all errors at once.
Checked<std::vector<SweepAxis>> parse_axes(const std::vector<std::string>& texts);

// Every combination, the last axis turning fastest; one empty cell without axes.
std::vector<std::vector<std::string>> grid_of(const std::vector<SweepAxis>& axes);

// "POINTER=VALUE" for each axis of a cell, as overrides of a scenario.
std::vector<std::string> overrides_of(const std::vector<SweepAxis>& axes,
                                      const std::vector<std::string>& cell);

}  // namespace sluice
