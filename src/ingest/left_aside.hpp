// Files that were found and not read: how many, and for the first of them why. A folder may hold a
// million of them, of which ten are said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sluice::ingest {

inline constexpr std::size_t kMaxLeftAside = 10;

struct LeftAside {
  std::vector<std::string> examples;  // one line each, harmless to print; at most kMaxLeftAside
  std::int64_t files = 0;             // all of them; of a folder that cannot be listed, itself
  std::int64_t untold = 0;            // of these: that no example stands for

  // `line` stands for `count` files.
  void add(std::string line, std::int64_t count = 1) {
    files += count;
    if (examples.size() < kMaxLeftAside) {
      examples.push_back(std::move(line));
    } else {
      untold += count;
    }
  }
};

}  // namespace sluice::ingest
