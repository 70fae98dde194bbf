// Reports for spreadsheets (RFC 4180, lines end with \n): one line per metric, and one line per
// time cell.
#pragma once

#include <string>

#include "results/run_result.hpp"

namespace sluice {

// metric,value,low,high,unit; empty where the run has no such number or interval.
std::string render_csv(const RunResult& result);

// start,offered,succeeded,...: one line per cell with every series of the JSON; limiters as
// <name>:level, :utilisation, :refused, :level_min, :capacity and :taken, costs as <model>:cost.
std::string render_csv_series(const RunResult& result);

}  // namespace sluice
