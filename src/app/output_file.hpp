// A result file that is there whole or not at all: written beside its place under a temporary name,
// then renamed.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sluice::app {

// Whether `path` could be written, without writing it: so that a long run does not end in a
// refusal.
Result<void> check_writable(const std::string& path);

// Ctrl-C waits until it is done, so that nothing temporary is left behind. What is no file, such as
// /dev/stdout or a pipe, is written in place and may keep one waiting: there it does not.
Result<void> write_file(const std::string& path, std::string_view text);

}  // namespace sluice::app
