// What the texts that the mock prints have in common: how wide they are, and counts with their
// thousands set apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/text.hpp"

namespace sluice::mock {

inline constexpr std::size_t kPrintedWidth = 96;

inline std::string count_text(std::uint64_t count) {
  return with_thousands(static_cast<std::int64_t>(count));
}

}  // namespace sluice::mock
