// The quantile tables that were made last, by what they were made from. A study simulates one
// scenario hundreds of times, and a table costs more than a short run: 0.7 ms for exponential gaps,
// 3 ms for lognormal sizes, 37 ms for gamma gaps. A table is a function of its key, so that results
// do not depend on what is kept. Keep one for each thread and kind of key:
//
//   static thread_local RecentTables<Shape> tables;
//   return tables.of(shape, [&] { return QuantileTable(...); });
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/quantile_table.hpp"

namespace sluice {

template <class Key>
class RecentTables {
 public:
  static constexpr std::size_t kMost = 16;  // of 41 kB each

  // make() gives the table for `key` where it is not kept. The oldest goes when there are too many.
  template <class Make>
  const QuantileTable& of(const Key& key, const Make& make) {
    for (const auto& [known, table] : kept_) {
      if (known == key) return table;
    }
    if (kept_.size() == kMost) kept_.erase(kept_.begin());
    return kept_.emplace_back(key, make()).second;
  }

 private:
  std::vector<std::pair<Key, QuantileTable>> kept_;
};

}  // namespace sluice
