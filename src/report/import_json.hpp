// An import as JSON, in the layout of docs/import.schema.json: every number of the report and those
// that one screen has no room for. Money is exact, in dollars; times are seconds.
#pragma once

#include <string>

#include "results/import_result.hpp"

namespace sluice {

std::string render_json(const ImportResult& result);
std::string import_schema();

}  // namespace sluice
