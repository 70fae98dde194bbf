// Files of one line format as one source of calls. Files that are each in order are merged in the
// order of time, up to kMaxMerged of them; others are read one after the other, and then the source
// does not say that it is in order. One file is open at a time unless files are merged.
#pragma once

#include <cstddef>
#include <memory>

#include "ingest/call_stream.hpp"
#include "ingest/import_source.hpp"

namespace sluice::ingest {

inline constexpr std::size_t kMaxMerged = 128;

// In a folder, files that turn out not to be of the format are left aside; a file that was named is
// an error then. Files must agree on whether they give dates. An error also where not one row is a
// call.
Result<std::unique_ptr<ImportSource>> open_calls(const ImportOptions& options, CallFormat format);

}  // namespace sluice::ingest
