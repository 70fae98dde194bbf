#include <algorithm>

#include "base/integer.hpp"
#include "scenario/resolve.hpp"

namespace sluice::scenario {
namespace {

struct Scaler {
  TokenRatio ratio;

  std::optional<SizeSpec> operator()(SizeFixed s) const { return SizeFixed{ratio.of(s.value)}; }
  std::optional<SizeSpec> operator()(SizeUniform s) const {
    return SizeUniform{ratio.of(s.low), ratio.of(s.high)};
  }
  std::optional<SizeSpec> operator()(SizeLognormal s) const {
    return SizeLognormal{ratio.of(s.p50), ratio.of(s.p95), ratio.of(s.min), ratio.of(s.max)};
  }
  std::optional<SizeSpec> operator()(const SizeZipf&) const { return std::nullopt; }
  std::optional<SizeSpec> operator()(SizeEmpirical s) const {
    for (WeightedSize& one : s.values) one.value = ratio.of(one.value);
    return s;
  }
};

struct Ranger {
  SizeRange operator()(const SizeFixed& s) const { return {s.value, s.value}; }
  SizeRange operator()(const SizeUniform& s) const { return {s.low, s.high}; }
  SizeRange operator()(const SizeLognormal& s) const { return {s.min, std::min(s.p95, s.max)}; }
  SizeRange operator()(const SizeZipf& s) const { return {s.min, s.max}; }
  SizeRange operator()(const SizeEmpirical& s) const {
    SizeRange range{kSizeMax, 0};
    for (const WeightedSize& one : s.values) {
      if (one.weight <= 0) continue;
      range.least = std::min(range.least, one.value);
      range.large = std::max(range.large, one.value);
    }
    return range;
  }
};

}  // namespace

std::int64_t TokenRatio::of(std::int64_t value) const noexcept {
  const int128 product = int128{value} * numerator * 2 + denominator;
  const int128 rounded = floor_div(product, int128{denominator} * 2);
  return static_cast<std::int64_t>(std::min<int128>(rounded, kSizeMax));
}

std::optional<SizeSpec> scaled(const SizeSpec& spec, TokenRatio ratio) {
  if (ratio.numerator == ratio.denominator) return spec;
  return std::visit(Scaler{ratio}, spec);
}

SizeRange range_of(const SizeSpec& spec) { return std::visit(Ranger{}, spec); }

}  // namespace sluice::scenario
