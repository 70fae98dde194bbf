// Which model of the catalog a log means. Logs write ids, aliases, dated ids and the ids of cloud
// platforms ("anthropic/claude-sonnet-4-5-20250929", "us.anthropic.claude-opus-4-6-v1:0",
// "claude-haiku-4-5@20251001", "claude-opus-4-8[1m]"); all of them are one row of the catalog.
//
//   const scenario::ModelRow* row = model_in_log("anthropic/claude-opus-4-6", catalog);
#pragma once

#include <string_view>

#include "base/calendar.hpp"
#include "scenario/catalog.hpp"

namespace sluice::importer {

// nullptr: the catalog does not know it, as other makers' models.
const scenario::ModelRow* model_in_log(std::string_view name, const scenario::Catalog& catalog);

// The shortest alias that has a version: "sonnet-5.5"; the id where there is none.
std::string_view short_name(const scenario::ModelRow& row) noexcept;

// Whether a scenario in `tier` can ask it on that day: released, not retired, with limits.
bool is_offered(const scenario::ModelRow& row, const scenario::Catalog& catalog,
                std::string_view tier, CivilDate date);

}  // namespace sluice::importer
