// A text against a file that people have read. SLUICE_UPDATE_GOLDEN=1 writes it anew
// (tools/dev golden --update); `name` is as seen from the project's root.
#pragma once

#include <cstdlib>
#include <fstream>
#include <string>

#include "support/catch.hpp"
#include "support/process.hpp"

namespace sluice::testing {

inline void check_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(SLUICE_SOURCE_DIR) + "/" + name;
  if (std::getenv("SLUICE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
  }
  INFO(name);
  CHECK(text_of(path) == text);
}

}  // namespace sluice::testing
