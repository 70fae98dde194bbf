// Which format a log is of, told by the first lines of its files, or by their names where a folder
// is of one data set. Reads the first lines of at most 64 files.
#pragma once

#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "ingest/import_source.hpp"

namespace sluice::ingest {

// kDetect if the text, a file's beginning, is of none. A CSV or JSON lines with names of its own
// are told by well-known names, or by options.columns.
LogFormat format_of_text(std::string_view beginning, const ImportOptions& options);

// An error where no file is of a known format; it names the formats.
Result<LogFormat> detect_log_format(const ImportOptions& options);

}  // namespace sluice::ingest
