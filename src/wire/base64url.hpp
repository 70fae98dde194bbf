// base64url without padding (RFC 7515, section 2), strict: nothing but the alphabet, and no bits
// left over, so that every text stands for one sequence of bytes and no other text does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice::wire {

std::optional<std::string> decode_base64url(std::string_view text);
std::string encode_base64url(std::string_view bytes);

}  // namespace sluice::wire
