// Numbers of kept runs as people read them: with what chance makes of them, as differences, and as
// lines of eight heights.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/run_diff.hpp"

namespace sluice {

// "97.2 % ± 0.4 %", "1.530 s (1.400 s to 1.600 s)", "12".
std::string saved_number_text(const SavedMetric& metric);

// Second less first, with its interval: "+1.2 points ± 0.3 points", "-$0.25", "-" for none.
std::string difference_text(const DiffRow& row);

// One character a value, from the lowest to the highest; a blank for none.
std::string sparkline(const std::vector<std::optional<double>>& values);

// "1.200 s to 1.900 s", or the one value there is.
std::string range_text(const std::vector<std::optional<double>>& values, std::optional<Unit> unit);

}  // namespace sluice
