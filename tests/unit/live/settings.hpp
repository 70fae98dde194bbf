// The environment as a test sets it: an Environment is a plain function, so what it looks into
// stands here.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace sluice::testing {

using Settings = std::map<std::string, std::string>;

inline Settings variables;

inline std::optional<std::string> look_up(const std::string& name) {
  const auto found = variables.find(name);
  if (found == variables.end()) return std::nullopt;
  return found->second;
}

}  // namespace sluice::testing
