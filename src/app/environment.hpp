// The variables of this process's environment that say where files lie. An empty one is as good as
// none.
#pragma once

#include <cstdlib>
#include <string>

namespace sluice::app {

inline std::string environment_variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string(value);
}

}  // namespace sluice::app
