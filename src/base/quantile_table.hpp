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

  std::int64_t min = 0;  // in whole units, as max; max x 2^fraction_bits <= 2^62
  std::int64_t max = std::int64_t{1} << 40;
  int fraction_bits = 20;               // resolution of the stored values
  Rounding rounding = Rounding::kDown;  // of operator()
  // Scales the values so that the mean of the table is this.
  std::optional<double> exact_mean = std::nullopt;
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
    // All ones in the upper half: a branch here would be mispredicted every other time.
    const std::uint64_t upper = std::uint64_t{0} - (bits >> 63);
    const std::uint64_t tail = ((bits ^ upper) << 1) | kDeepest;
    const int octave = std::countl_zero(tail);
    const std::uint64_t rest = (tail << octave) << 1;
    const std::size_t cell = (kNodes & upper) +
                             static_cast<std::size_t>(kOctaves - 1 - octave) * kCells +
                             static_cast<std::size_t>(rest >> (64 - kCellBits));
    const std::int64_t near = values_[cell];
    // Twice the step times half the fraction, so that the shift by 64 bits costs nothing.
    const auto step = static_cast<std::int64_t>(
        (static_cast<std::uint64_t>(values_[cell + 1]) - static_cast<std::uint64_t>(near)) << 1);
    const auto within = static_cast<std::int64_t>((rest << kCellBits) >> 1);
    return near + static_cast<std::int64_t>((int128{step} * within) >> 64);
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
