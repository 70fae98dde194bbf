// What becomes of a row that cannot be read: it is counted and the first ten are kept, or it ends
// the reading.
#pragma once

#include "base/error.hpp"
#include "ingest/import_source.hpp"

namespace sluice::ingest {

// `error` itself where `strict`, or where the file could not be read at all.
Result<void> note_bad_row(ImportFacts& facts, const Error& error, bool strict);
// At the end: an error where more rows were bad than good, for then the format is another.
Result<void> check_mostly_good(const ImportFacts& facts);

}  // namespace sluice::ingest
