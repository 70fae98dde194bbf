// Files that a command must not destroy: those that are there already, and those that it reads.
// Both checks are made before anything is written, and change nothing.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"

namespace sluice::app {

// A usage error where the file cannot be written, or is there and `force` is not said. What is no
// regular file, such as /dev/stdout, holds nothing that could be lost.
Result<void> check_output(const std::string& path, bool force);

// A usage error where one of `written` is one of `read`, be it by another name or a link.
Result<void> check_not_read(const std::vector<std::string>& written,
                            const std::vector<std::string>& read);

}  // namespace sluice::app
