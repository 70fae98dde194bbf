// A sweep for people: one line a cell, the axes to the left and "mean ± half of the 95 % interval"
// of every metric; two axes and one metric make a grid. Plain text, to be pasted.
#pragma once

#include <string>

#include "report/text.hpp"
#include "results/sweep_result.hpp"

namespace sluice {

std::string render_text(const SweepResult& result, TextStyle style);

}  // namespace sluice
