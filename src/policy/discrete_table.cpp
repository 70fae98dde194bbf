#include "policy/discrete_table.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "base/check.hpp"

namespace sluice {

DiscreteTable::DiscreteTable(std::vector<Entry> entries) : entries_(std::move(entries)) {
  SLUICE_CHECK(!entries_.empty());
  for (std::size_t i = 0; i + 1 < entries_.size(); ++i) {
    SLUICE_CHECK(entries_[i].last < entries_[i + 1].last);
  }
  entries_.back().last = std::numeric_limits<std::uint64_t>::max();

  const int guide_bits = std::clamp(static_cast<int>(std::bit_width(entries_.size())), 4, 16);
  guide_shift_ = 64 - guide_bits;
  guide_.reserve(std::size_t{1} << guide_bits);
  std::uint32_t index = 0;
  for (std::uint64_t lead = 0; lead < std::uint64_t{1} << guide_bits; ++lead) {
    while (entries_[index].last < lead << guide_shift_) ++index;
    guide_.push_back(index);
  }
}

}  // namespace sluice
