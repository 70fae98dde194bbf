// An import as text for a terminal or a chat, about one screen: what was read and written, what the
// logs have cost, where they would have fitted, and how near a fit is to its trace.
#pragma once

#include <string>

#include "report/text.hpp"
#include "results/import_result.hpp"

namespace sluice {

std::string render_text(const ImportResult& result, TextStyle style);

}  // namespace sluice
