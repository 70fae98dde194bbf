// A sweep for programs: the whole of it as JSON, in the layout of docs/sweep.schema.json, and as
// CSV with one row per cell and metric. The same sweep gives the same bytes.
#pragma once

#include <string>

#include "results/sweep_result.hpp"

namespace sluice {

std::string render_json(const SweepResult& result);
// Columns: the axes' pointers, then metric, unit, replications, mean, low, high, difference,
// difference_low, difference_high, variance_reduction; numbers that there are not stay empty.
std::string render_csv(const SweepResult& result);

// JSON Schema (draft 2020-12) of render_json's output.
std::string sweep_schema();

}  // namespace sluice
