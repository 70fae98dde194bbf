// An organization's limits beside the catalog's, as plain text that can be pasted into a chat, and
// as JSON in the layout of docs/limits.schema.json.
#pragma once

#include <string>

#include "results/limits_comparison.hpp"

namespace sluice {

// `all`: also the limits that are as published.
std::string limits_text(const LimitsComparison& compared, bool all);
std::string limits_json(const LimitsComparison& compared);
std::string limits_schema();

}  // namespace sluice
