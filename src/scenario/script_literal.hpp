// Object literals out of JavaScript text: names without quotes, strings in any quotes, !0 for true,
// trailing commas, comments. What packages of npm carry as data; nothing is ever run.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "describe/value.hpp"

namespace sluice::scenario {

// The literal that begins at `offset`; nothing where it holds anything but data, or nests more than
// 100 deep.
std::optional<describe::Value> script_literal(std::string_view text, std::size_t offset);

}  // namespace sluice::scenario
