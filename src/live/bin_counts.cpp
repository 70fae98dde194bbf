#include "live/bin_counts.hpp"

#include <algorithm>

namespace sluice::live {

void BinCounts::open_up_to(std::int64_t bin) noexcept {
  if (bin - last_ >= std::int64_t{kOpenBins}) {
    std::fill(open_.begin(), open_.end(), 0);
  } else {
    for (std::int64_t next = last_ + 1; next <= bin; ++next) slot(next) = 0;
  }
  last_ = bin;
}

void BinCounts::count(std::int64_t wall, Dispersion& into) noexcept {
  std::int64_t bin = std::max(wall, std::int64_t{0}) / kBin;
  if (bin > last_) open_up_to(bin);
  bin = std::max(bin, last_ - std::int64_t{kOpenBins} + 1);
  first_ = first_ < 0 ? bin : std::min(first_, bin);
  std::uint32_t& inside = slot(bin);
  into.squares += 2 * int128{inside} + 1;  // (n + 1)^2 - n^2
  ++inside;
  ++into.sum;
  into.bins = last_ - first_ + 1;
}

}  // namespace sluice::live
