#include "fit/parametric.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/deterministic_math.hpp"

namespace sluice::fit {
namespace {

namespace math = deterministic;

constexpr double kZ95 = 1.6448536269514722;
constexpr std::int64_t kSummedExactly = 1024;

// Not beyond the data, where a lognormal's quantile would only be clamped.
std::int64_t within(const LogHistogram& data, double value) noexcept {
  const double bounded = std::min(value, static_cast<double>(data.max()));
  return std::max<std::int64_t>(static_cast<std::int64_t>(bounded + 0.5), 1);
}

// Sum of k^-exponent from min to max: the first terms one by one, the rest by the integral.
double zipf_total(double exponent, std::int64_t min, std::int64_t max) noexcept {
  const std::int64_t last = std::min(max, min + kSummedExactly - 1);
  double total = 0;
  for (std::int64_t k = min; k <= last; ++k) total += math::pow(static_cast<double>(k), -exponent);
  if (last == max) return total;
  const double low = static_cast<double>(last) + 0.5;
  const double ratio = math::log((static_cast<double>(max) + 0.5) / low);
  const double growth = 1 - exponent;
  if (std::abs(growth) < 1e-9) return total + ratio;
  return total + math::pow(low, growth) * math::expm1(growth * ratio) / growth;
}

}  // namespace

std::vector<SizeLognormal> lognormals_for(const LogHistogram& data) {
  std::vector<SizeLognormal> found;
  const std::int64_t p50 = data.quantile(0.5);
  if (p50 <= 0) return found;
  found.push_back({.p50 = p50, .p95 = data.quantile(0.95), .min = data.min(), .max = data.max()});
  double count = 0;
  double mean = 0;
  double squares = 0;
  for (const LogHistogram::Cell& cell : data.cells()) {
    if (cell.low == 0) continue;
    const auto weight = static_cast<double>(cell.count);
    const double logarithm = math::log(static_cast<double>(cell.sum) / weight);
    count += weight;
    const double off = logarithm - mean;
    mean += off * weight / count;
    squares += weight * off * (logarithm - mean);
  }
  const double deviation = std::sqrt(squares / count);
  const std::int64_t median = within(data, math::exp(mean));
  const std::int64_t high = within(data, math::exp(mean + kZ95 * deviation));
  found.push_back(
      {.p50 = median, .p95 = std::max(median, high), .min = data.min(), .max = data.max()});
  return found;
}

std::optional<SizeZipf> zipf_for(const LogHistogram& data) {
  if (data.min() < 1) return std::nullopt;
  double logarithms = 0;
  for (const LogHistogram::Cell& cell : data.cells()) {
    const auto weight = static_cast<double>(cell.count);
    logarithms += weight * math::log(static_cast<double>(cell.sum) / weight);
  }
  const double mean_log = logarithms / static_cast<double>(data.count());
  const double exponent = maximum_of(0, 20, [&](double s) {
    return -s * mean_log - math::log(zipf_total(s, data.min(), data.max()));
  });
  // Four digits: people read it.
  const auto ten_thousandths = static_cast<std::int64_t>(exponent * 1e4 + 0.5);
  return SizeZipf{.exponent = {ten_thousandths * 100'000}, .min = data.min(), .max = data.max()};
}

}  // namespace sluice::fit
