// Why no format was found for a file: empty, packed, of another encoding, a table or JSON without a
// column that is needed. Says what would be right, and quotes nothing of the file.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "ingest/import_source.hpp"

namespace sluice::ingest {

// So much of a line, or of the lines that a file begins with, is looked at to tell its format.
inline constexpr std::size_t kBytesLookedAt = 64 * 1024;

// What is wrong with a line, a table's header or the first object of JSON lines, whose columns are
// found by name (named_columns.hpp); empty: all that is needed is named.
std::string problem_with_columns(LogFormat format, std::string_view line,
                                 const ImportOptions& options);

// The reason, of a file in which detection found nothing, that `path` is of no known format.
Error why_not_recognized(const std::string& path, const ImportOptions& options);

}  // namespace sluice::ingest
