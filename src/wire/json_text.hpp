// The text of a JSON string that has escapes in it. Copies 16 bytes at a time between escapes,
// which long prompts full of line feeds need.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace sluice::wire {

// `raw` is what stands between the quotes and has at least 16 readable bytes behind it; `out` has
// room for raw.size() + 16 bytes. Returns the length of the text in UTF-8; none: an escape that
// JSON does not know, or half a surrogate pair.
std::optional<std::size_t> unescape(std::string_view raw, char* out) noexcept;

}  // namespace sluice::wire
