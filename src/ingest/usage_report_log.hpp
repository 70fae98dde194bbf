// Usage reports of the Admin API as a source of calls: each row is all calls of its model and group
// in an interval (ImportedCall::covers), for how many they were is not known. Costs are not calls.
#pragma once

#include <memory>

#include "ingest/import_source.hpp"

namespace sluice::ingest {

// Files of `sluice usage pull`, pages as the API answers them, one or an array of them a file or
// one a line.
Result<std::unique_ptr<ImportSource>> open_usage_report(const ImportOptions& options);

}  // namespace sluice::ingest
