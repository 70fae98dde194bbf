#include "base/quantile_table.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace sluice {
namespace {

// 2^exponent, exactly.
double power_of_two(int exponent) noexcept {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

}  // namespace

Tail QuantileTable::tail_of(std::size_t node, bool upper) noexcept {
  const std::size_t octave = std::min<std::size_t>(node / kCells, kOctaves - 1);
  const std::size_t cell = node - octave * kCells;
  const double start = power_of_two(static_cast<int>(octave) - kOctaves - 1);
  return {.probability = start * (1.0 + static_cast<double>(cell) / static_cast<double>(kCells)),
          .upper = upper};
}

// The integral over the probability of what fixed() returns, by trapezoids.
double QuantileTable::mean_of(const std::vector<double>& values) noexcept {
  double sum = 0;
  for (const bool upper : {false, true}) {
    const std::size_t base = upper ? kNodes : 0;
    sum += tail_of(0, upper).probability * values[base];
    for (std::size_t node = 0; node + 1 < kNodes; ++node) {
      const double width = tail_of(node + 1, upper).probability - tail_of(node, upper).probability;
      sum += width * 0.5 * (values[base + node] + values[base + node + 1]);
    }
  }
  return sum;
}

QuantileTable::QuantileTable(const Quantile& quantile, const QuantileTableOptions& options)
    : fraction_bits_(options.fraction_bits) {
  SLUICE_CHECK(0 <= options.fraction_bits && options.fraction_bits < 62);
  SLUICE_CHECK(0 <= options.min && options.min <= options.max);
  SLUICE_CHECK(options.max <= std::int64_t{1} << (62 - options.fraction_bits));
  const auto low = static_cast<double>(options.min);
  const auto high = static_cast<double>(options.max);

  std::vector<double> values;
  values.reserve(2 * kNodes);
  for (const bool upper : {false, true}) {
    for (std::size_t node = 0; node < kNodes; ++node) {
      const double value = quantile(tail_of(node, upper));
      SLUICE_CHECK(value == value);
      values.push_back(std::clamp(value, low, high));
    }
  }
  mean_ = mean_of(values);
  if (options.exact_mean && mean_ > 0) {
    const double factor = *options.exact_mean / mean_;
    for (double& value : values) value = std::clamp(value * factor, low, high);
    mean_ = mean_of(values);
  }

  const double unit = power_of_two(fraction_bits_);
  const double half = options.rounding == QuantileTableOptions::Rounding::kNearest ? unit / 2 : 0;
  values_.reserve(values.size());
  for (const double value : values) {
    values_.push_back(static_cast<std::int64_t>(value * unit + half));
  }
}

}  // namespace sluice
