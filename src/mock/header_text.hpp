// Small parts of header values: parts between separators, whole numbers, and parameters as in
// "stall; seconds=5". Nothing is copied.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ascii.hpp"

namespace sluice::mock {

// Takes what stands before the next `separator` off the front of `rest`, trimmed.
inline std::string_view take_part(std::string_view& rest, char separator) noexcept {
  const std::size_t end = rest.find(separator);
  const std::string_view part = ascii::trimmed(rest.substr(0, end));
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return part;
}

// Digits and nothing else.
template <class Number>
std::optional<Number> whole_number(std::string_view text) noexcept {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace sluice::mock
