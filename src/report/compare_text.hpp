// A comparison as text for a terminal or a chat: a verdict, tables with the cheapest first, and
// what it rests on; about forty lines for three models. Money a request is written per thousand.
#pragma once

#include <string>

#include "report/text.hpp"
#include "results/compare_result.hpp"

namespace sluice {

std::string render_text(const ModelComparison& comparison, TextStyle style);

}  // namespace sluice
