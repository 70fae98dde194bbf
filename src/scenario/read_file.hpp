// A whole text file in memory, bounded in size: scenarios and catalogs are read before they are
// judged, so that nothing is half read.
#pragma once

#include <string>

#include "base/error.hpp"

namespace sluice::scenario {

// At most 64 MiB; the error names the path and the system's reason. What comes from a pipe is kept,
// for it comes once, and who plans or sweeps reads a scenario's files many times.
Result<std::string> read_file(const std::string& path);

}  // namespace sluice::scenario
