// A plan as text to read and to paste into a chat: the verdict in the first line, then short
// sections, at most some 45 lines. Estimates stand with their 95 % intervals.
#pragma once

#include <string>

#include "report/text.hpp"
#include "results/plan_result.hpp"

namespace sluice {

std::string render_text(const PlanResult& plan, const TextStyle& style);

}  // namespace sluice
