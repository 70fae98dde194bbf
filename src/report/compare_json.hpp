// A comparison as JSON, and the schema that this JSON keeps (docs/compare.schema.json): every
// member is always there, null where there is no such number.
#pragma once

#include <string>

#include "results/compare_result.hpp"

namespace sluice {

std::string render_json(const ModelComparison& comparison);
std::string comparison_schema();

}  // namespace sluice
