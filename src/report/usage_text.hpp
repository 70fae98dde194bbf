// What an organization used and paid, as plain text that can be pasted into a chat, and as JSON
// with every digit.
#pragma once

#include <string>

#include "results/usage_summary.hpp"

namespace sluice {

std::string usage_text(const UsageSummary& summary);
std::string usage_json(const UsageSummary& summary);

}  // namespace sluice
