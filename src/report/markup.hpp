// What HTML, XML and Markdown have in common: four characters that would be markup, and how they
// are written as text.
#pragma once

#include <string_view>

namespace sluice {

// "&lt;" for '<', and so on for > & and the double quote; empty for any other character.
constexpr std::string_view entity_of(char character) noexcept {
  switch (character) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return {};
  }
}

}  // namespace sluice
