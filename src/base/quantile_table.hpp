// A distribution of non-negative numbers as an inverse-CDF table of integers: one 64-bit word in,
// one value out, in about 2 ns and with the same bits everywhere. Each half of the distribution is
// cut into octaves of its tail probability and each octave into 64 cells, linear within: the mean
// and the quantiles 0.5 to 0.9999 are within 0.1 %. Monotone: more bits never give a smaller value.
// Beyond a tail of 2^-41 the last octave repeats.
//
//   QuantileTable table([](Tail tail) { return ...; }, {.max = 200'000, .fraction_bits = 20});
//   std::int64_t tokens = table(bits);
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/integer.hpp"

namespace sluice {

// A point of a distribution, named by the probability beyond it on its own side of the median;
// never 0.
struct Tail {
  double probability = 0.5;  // in (0, 0.5]
  bool upper = false;        // beyond means above
};

struct QuantileTableOptions {
  enum class Rounding { kDown, kNearest };

  std::int64_t min = 0;
  std::int64_t max = std::int64_t{1}
                     << 40;             // min, max in whole units; max x 2^fraction_bits <= 2^62
  int fraction_bits = 20;               // resolution of the stored values
  Rounding rounding = Rounding::kDown;  // of operator()
  std::optional<double> exact_mean;     // scales the values so that the table's mean is this
};

class QuantileTable {
 public:
  using Quantile = std::function<double(Tail)>;  // nondecreasing from (0, lower) to (0, upper)

  QuantileTable(const Quantile& quantile, const QuantileTableOptions& options);

  // The value in whole units.
  std::int64_t operator()(std::uint64_t bits) const noexcept {
    return fixed(bits) >> fraction_bits_;
  }

  // The value x 2^fraction_bits (half a unit more if rounding to the nearest).
  std::int64_t fixed(std::uint64_t bits) const noexcept {
    const bool upper = (bits >> 63) != 0;
    const std::uint64_t tail = ((upper ? ~bits : bits) << 1) | kDeepest;
    const int octave = std::countl_zero(tail);
    const std::uint64_t rest = (tail << octave) << 1;
    const std::size_t cell = (upper ? kNodes : 0) +
                             static_cast<std::size_t>(kOctaves - 1 - octave) * kCells +
                             static_cast<std::size_t>(rest >> (64 - kCellBits));
    const std::int64_t near = values_[cell];
    const std::int64_t step = values_[cell + 1] - near;
    const auto within = static_cast<std::int64_t>((rest << kCellBits) >> kCellBits);
    return near + static_cast<std::int64_t>((int128{step} * within) >> (64 - kCellBits));
  }

  // Of the values before rounding, in whole units; for reports and tests.
  double mean() const noexcept { return mean_; }
  int fraction_bits() const noexcept { return fraction_bits_; }

 private:
  static constexpr int kOctaves = 40;
  static constexpr int kCellBits = 6;
  static constexpr std::size_t kCells = std::size_t{1} << kCellBits;
  static constexpr std::size_t kNodes = kOctaves * kCells + 1;  // of one half, by ascending tail
  static constexpr std::uint64_t kDeepest = std::uint64_t{1} << (64 - kOctaves);

  static Tail tail_of(std::size_t node, bool upper) noexcept;
  static double mean_of(const std::vector<double>& values) noexcept;

  std::vector<std::int64_t> values_;
  int fraction_bits_;
  double mean_ = 0;
};

}  // namespace sluice
