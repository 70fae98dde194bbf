// What `tune` found, for programs, in the layout of docs/tune.schema.json, which tune_schema()
// writes.
#pragma once

#include <string>

#include "results/tune_result.hpp"

namespace sluice {

// `path`: of the scenario, in the command that reproduces the recommendation.
std::string render_json(const TuneResult& result, const std::string& path);

// JSON Schema (draft 2020-12) of render_json's output.
std::string tune_schema();

}  // namespace sluice
