// A result file that is there whole or not at all (base/staged_file.hpp), or what a command writes
// to a device.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sluice::app {

// Whether `path` could be written, without writing it: so that a long run does not end in a
// refusal.
Result<void> check_writable(const std::string& path);

// Ctrl-C waits until it is done, so that nothing temporary is left behind. What is no file, such as
// a pipe or /dev/stdout, wherever that goes, is written in place and may keep one waiting: there it
// does not. What has been printed before stands before it.
Result<void> write_file(const std::string& path, std::string_view text);

}  // namespace sluice::app
