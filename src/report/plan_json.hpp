// A plan for programs, in the layout of docs/plan.schema.json, which plan_schema() writes.
// Estimates are objects of a value and the two ends of its 95 % interval, null where there were too
// few runs. Times are in seconds, money in dollars, shares as ratios.
#pragma once

#include <string>

#include "results/plan_result.hpp"

namespace sluice {

std::string render_json(const PlanResult& plan);

// JSON Schema (draft 2020-12) of render_json's output.
std::string plan_schema();

}  // namespace sluice
