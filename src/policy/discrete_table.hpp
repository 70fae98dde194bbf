// A distribution over a list of values, drawn exactly: cumulated weights with a guide table, so
// that a draw is one or two comparisons however many values there are. Values ascend with the bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sluice {

class DiscreteTable {
 public:
  struct Entry {
    std::int64_t value = 0;
    std::uint64_t last = 0;  // the greatest bits that give this value
  };

  // Strictly ascending in `last`. Bits beyond the greatest `last` give the last value.
  explicit DiscreteTable(std::vector<Entry> entries);

  std::int64_t operator()(std::uint64_t bits) const noexcept {
    std::size_t index = guide_[bits >> guide_shift_];
    while (entries_[index].last < bits) ++index;
    return entries_[index].value;
  }

 private:
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> guide_;  // by leading bits: the first entry that may hold them
  int guide_shift_ = 0;
};

}  // namespace sluice
