// Reports packed for keeping: zlib's format (RFC 1950), a fifth of a result's JSON. What is
// unpacked is what was packed, or nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::history {

std::string packed(std::string_view text);

// None where the bytes are no text of that size.
std::optional<std::string> unpacked(std::string_view bytes, std::size_t size);

}  // namespace sluice::history
