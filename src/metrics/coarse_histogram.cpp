#include "metrics/coarse_histogram.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace sluice {

void CoarseCounts::add(std::uint16_t bin, std::uint64_t count) {
  auto at = bins_.end();
  if (!bins_.empty() && bins_.back().number >= bin) {
    at = std::lower_bound(bins_.begin(), bins_.end(), bin,
                          [](const Bin& left, std::uint16_t right) { return left.number < right; });
  }
  if (at != bins_.end() && at->number == bin) {
    at->count += count;
  } else {
    bins_.insert(at, Bin{.number = bin, .count = count});
  }
}

CoarseCounts& CoarseCounts::operator+=(const CoarseCounts& other) {
  if (bins_.empty()) {
    bins_ = other.bins_;
    return *this;
  }
  if (other.bins_.empty()) return *this;
  std::vector<Bin> both;
  both.reserve(bins_.size() + other.bins_.size());
  auto left = bins_.begin();
  auto right = other.bins_.begin();
  while (left != bins_.end() || right != other.bins_.end()) {
    if (right == other.bins_.end() || (left != bins_.end() && left->number < right->number)) {
      both.push_back(*left++);
    } else if (left == bins_.end() || right->number < left->number) {
      both.push_back(*right++);
    } else {
      both.push_back(*left++);
      both.back().count += right++->count;
    }
  }
  bins_ = std::move(both);
  return *this;
}

std::uint64_t CoarseCounts::count() const noexcept {
  std::uint64_t sum = 0;
  for (const Bin& bin : bins_) sum += bin.count;
  return sum;
}

std::optional<std::uint64_t> CoarseCounts::quantile(Ppm share) const noexcept {
  SLUICE_CHECK(share.count >= 0 && share.count <= 1'000'000);
  const uint128 scaled = uint128{count()} * static_cast<std::uint64_t>(share.count);
  const auto rank = static_cast<std::uint64_t>((scaled + 999'999U) / 1'000'000U);
  std::uint64_t passed = 0;
  for (const Bin& bin : bins_) {
    passed += bin.count;
    if (passed >= rank) return CoarseHistogram::middle_of(bin.number);
  }
  return std::nullopt;
}

void CoarseHistogram::move_to(CoarseCounts& counts) {
  for (std::size_t octave = 0; octave < kOctaves; ++octave) {
    if (!is_touched_[octave]) continue;
    is_touched_[octave] = false;
    for (std::size_t bin = octave * kBinsPerOctave; bin < (octave + 1) * kBinsPerOctave; ++bin) {
      if (counts_[bin] == 0) continue;
      counts.add(static_cast<std::uint16_t>(bin), counts_[bin]);
      counts_[bin] = 0;
    }
  }
}

}  // namespace sluice
