// What tests look for in a text that is too long to be compared as a whole.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice::testing {

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// What ends without a line end is left out.
inline std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  for (std::size_t to = text.find('\n'); to != std::string_view::npos; to = text.find('\n', from)) {
    lines.emplace_back(text.substr(from, to - from));
    from = to + 1;
  }
  return lines;
}

}  // namespace sluice::testing
