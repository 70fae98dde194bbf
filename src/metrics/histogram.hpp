// Histogram of non-negative integers over the whole uint64 range: exact below 256, then 128 buckets
// an octave, so that a quantile is at most 1/128 = 0.78 % above the truth; count, sum, minimum and
// maximum are exact. Merging is addition. Memory: 58 KB, allocated by the first value, so that a
// histogram that stays empty costs nothing.
//
//   histogram.record(latency_ns);      histogram.quantile(Ppm{990'000})
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/integer.hpp"

namespace sluice {

// Parts per million: 990'000 is p99.
struct Ppm {
  std::int64_t count = 0;
};

class Histogram {
 public:
  static constexpr int kMantissaBits = 8;
  static constexpr std::size_t kBuckets = 256 + (64 - kMantissaBits) * 128;

  [[gnu::always_inline]] void record(std::uint64_t value) noexcept {
    if (value - min_ >= width_) [[unlikely]]
      widen(value);
    ++counts_[bucket_of(value)];
    ++count_;
    // In halves, which is an addition with carry; a sum of 128 bits would first widen the value.
    sum_low_ += value;
    sum_high_ += sum_low_ < value ? 1 : 0;
  }
  void record(std::uint64_t value, std::uint64_t times);
  Histogram& operator+=(const Histogram& other);

  std::uint64_t count() const noexcept { return count_; }
  bool empty() const noexcept { return count_ == 0; }
  uint128 sum() const noexcept { return (uint128{sum_high_} << 64) | sum_low_; }
  // None of an empty histogram has a value.
  std::optional<std::uint64_t> min() const noexcept;
  std::optional<std::uint64_t> max() const noexcept;
  // Rounded half up.
  std::optional<std::uint64_t> mean() const noexcept;
  // The smallest value that at least the given share of all values does not exceed, as the upper
  // end of its bucket.
  std::optional<std::uint64_t> quantile(Ppm share) const noexcept;
  // The value at a rank counted from 1, as the upper end of its bucket.
  std::optional<std::uint64_t> value_at_rank(std::uint64_t rank) const noexcept;
  // How many values are certainly not above `value` (its own bucket counts as a whole).
  std::uint64_t count_up_to(std::uint64_t value) const noexcept;

  static constexpr std::size_t bucket_of(std::uint64_t value) noexcept {
    // 63 ^ countl_zero: one instruction finds the highest bit.
    const int shift = (63 ^ std::countl_zero(value | 128U)) - (kMantissaBits - 1);
    return static_cast<std::size_t>(shift) * 128 + static_cast<std::size_t>(value >> shift);
  }
  // The largest value of a bucket.
  static constexpr std::uint64_t upper_end(std::size_t bucket) noexcept {
    if (bucket < 256) return bucket;
    const std::size_t shift = bucket / 128 - 1;
    const std::uint64_t mantissa = bucket - shift * 128;
    return (mantissa << shift) + ((std::uint64_t{1} << shift) - 1);
  }

  bool operator==(const Histogram& other) const = default;

 private:
  // Makes room for a value outside of [min, max]; the first one allocates.
  void widen(std::uint64_t value);
  std::uint64_t highest() const noexcept { return min_ + (width_ - 1); }
  void add_to_sum(uint128 more) noexcept;

  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_low_ = 0;
  std::uint64_t sum_high_ = 0;
  // One comparison tells whether a value is outside: the width is max - min + 1, or 0, which no
  // value is inside of, while empty and for the whole range.
  std::uint64_t min_ = 0;
  std::uint64_t width_ = 0;
};

}  // namespace sluice
