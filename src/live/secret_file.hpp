// Secrets that stand in files: keys, identity tokens, and the rules for what can be sent as one.
// Errors name the file and never quote what is in it.
#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "live/secret.hpp"

namespace sluice::live {

// The whole file, at most 64 KiB of it.
Result<Secret> read_secret_file(const std::string& path);

// A file of one line that is the secret: the line's end is left away, and white space around it.
Result<Secret> read_secret_line(const std::string& path);

// `secret` if it can stand in a header: visible ASCII without spaces, and not nothing.
Result<Secret> sendable(Secret secret, std::string where);

// Without white space at both ends.
std::string_view trimmed(std::string_view text) noexcept;

}  // namespace sluice::live
