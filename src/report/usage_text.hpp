// What an organization used and paid, as plain text that can be pasted into a chat, and as JSON
// with every digit, in the layout of docs/usage.schema.json.
#pragma once

#include <string>

#include "results/usage_summary.hpp"

namespace sluice {

std::string usage_text(const UsageSummary& summary);
std::string usage_json(const UsageSummary& summary);
std::string usage_schema();

}  // namespace sluice
