#include "metrics/histogram.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace sluice {

void Histogram::widen(std::uint64_t value) {
  if (counts_.empty()) {
    counts_.resize(kBuckets);
    min_ = value;
    width_ = 1;
    return;
  }
  const std::uint64_t max = std::max(highest(), value);
  min_ = std::min(min_, value);
  width_ = max - min_ + 1;
}

void Histogram::add_to_sum(uint128 more) noexcept {
  const uint128 both = sum() + more;
  sum_low_ = static_cast<std::uint64_t>(both);
  sum_high_ = static_cast<std::uint64_t>(both >> 64);
}

void Histogram::record(std::uint64_t value, std::uint64_t times) {
  if (times == 0) return;
  if (value - min_ >= width_) widen(value);
  counts_[bucket_of(value)] += times;
  count_ += times;
  add_to_sum(uint128{value} * times);
}

Histogram& Histogram::operator+=(const Histogram& other) {
  if (other.empty()) return *this;
  widen(other.min_);
  widen(other.highest());
  const std::size_t last = bucket_of(other.highest());
  for (std::size_t i = bucket_of(other.min_); i <= last; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  add_to_sum(other.sum());
  return *this;
}

std::optional<std::uint64_t> Histogram::min() const noexcept {
  return empty() ? std::nullopt : std::optional(min_);
}

std::optional<std::uint64_t> Histogram::max() const noexcept {
  return empty() ? std::nullopt : std::optional(highest());
}

std::optional<std::uint64_t> Histogram::mean() const noexcept {
  if (empty()) return std::nullopt;
  return static_cast<std::uint64_t>((sum() + count_ / 2) / count_);
}

std::optional<std::uint64_t> Histogram::quantile(Ppm share) const noexcept {
  SLUICE_CHECK(share.count >= 0 && share.count <= 1'000'000);
  if (empty()) return std::nullopt;
  const uint128 rank =
      (uint128{count_} * static_cast<std::uint64_t>(share.count) + 999'999U) / 1'000'000U;
  return value_at_rank(std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rank)));
}

std::optional<std::uint64_t> Histogram::value_at_rank(std::uint64_t rank) const noexcept {
  if (rank < 1 || rank > count_) return std::nullopt;
  std::uint64_t passed = 0;
  for (std::size_t i = bucket_of(min_); i < kBuckets; ++i) {
    passed += counts_[i];
    if (passed >= rank) return std::min(upper_end(i), highest());
  }
  return highest();
}

std::uint64_t Histogram::count_up_to(std::uint64_t value) const noexcept {
  if (empty()) return 0;
  std::uint64_t passed = 0;
  const std::size_t last = bucket_of(value);
  for (std::size_t i = bucket_of(min_); i <= last; ++i) passed += counts_[i];
  return passed;
}

}  // namespace sluice
