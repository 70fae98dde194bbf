// The report for programs: everything a result holds, in the layout of docs/result.schema.json,
// which result_schema() writes. The same result gives the same bytes.
#pragma once

#include <string>

#include "results/run_result.hpp"

namespace sluice {

std::string render_json(const RunResult& result);

// JSON Schema (draft 2020-12) of render_json's output, generated from the metric table.
std::string result_schema();

}  // namespace sluice
