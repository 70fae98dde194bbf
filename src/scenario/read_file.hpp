// A whole text file, bounded in size.
#pragma once

#include <string>

#include "base/error.hpp"

namespace sluice::scenario {

// At most 64 MiB; the error names the path and the system's reason.
Result<std::string> read_file(const std::string& path);

}  // namespace sluice::scenario
