// JSON written by appending: numbers and strings, for the hot paths of the wire formats. Nothing is
// allocated but by the growing string itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::wire {

void append_number(std::string& out, std::int64_t number);

// The inside of a JSON string: quotes, backslashes and control characters are escaped, UTF-8
// passes. Text may come in pieces, if none splits a character.
void append_json_text(std::string& out, std::string_view text);

}  // namespace sluice::wire
