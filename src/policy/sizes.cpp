#include "policy/sizes.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <tuple>
#include <utility>

#include "base/check.hpp"
#include "base/deterministic_math.hpp"
#include "base/recent_tables.hpp"

namespace sluice {
namespace {

namespace math = deterministic;
using detail::Table;
using detail::UniformRange;
using detail::ZipfTable;
using Rounding = QuantileTableOptions::Rounding;

constexpr std::int64_t kZipfHead = 1024;  // beyond it the power law is exact to 1e-6
constexpr double kZ95 = 1.6448536269514722;

// As many fractional bits as leave max within 62 bits, at most 20.
int fraction_bits_below(std::int64_t max) noexcept {
  return std::clamp(61 - static_cast<int>(std::bit_width(static_cast<std::uint64_t>(max))), 0, 20);
}

QuantileTable quantile_table(const QuantileTable::Quantile& quantile, std::int64_t min,
                             std::int64_t max) {
  return QuantileTable(quantile, {.min = min,
                                  .max = max,
                                  .fraction_bits = fraction_bits_below(max),
                                  .rounding = Rounding::kNearest});
}

struct Lognormal {
  std::int64_t p50;
  std::int64_t p95;
  std::int64_t min;
  std::int64_t max;

  bool operator==(const Lognormal&) const = default;
};

QuantileTable make_lognormal_table(const Lognormal& shape) {
  const auto median = static_cast<double>(shape.p50);
  const double sigma = math::log(static_cast<double>(shape.p95) / median) / kZ95;
  return quantile_table(
      [=](Tail tail) {
        const double z = math::normal_exceeded_with(tail.probability);
        return median * math::exp(sigma * (tail.upper ? z : -z));
      },
      shape.min, shape.max);
}

QuantileTable lognormal_table(const Lognormal& shape) {
  static thread_local RecentTables<Lognormal> tables;
  return tables.of(shape, [&] { return make_lognormal_table(shape); });
}

QuantileTable exponential_table(const DurationExponential& spec) {
  const auto mean = static_cast<double>(ns(spec.mean));
  return quantile_table(
      [=](Tail tail) {
        return -mean * (tail.upper ? math::log(tail.probability) : math::log1p(-tail.probability));
      },
      0, ns(spec.max));
}

DiscreteTable weighted_table(std::vector<WeightedSize> values) {
  std::stable_sort(values.begin(), values.end(),
                   [](const auto& a, const auto& b) { return a.value < b.value; });
  uint128 total = 0;
  for (const WeightedSize& item : values) total += static_cast<std::uint64_t>(item.weight);
  std::vector<DiscreteTable::Entry> entries;
  uint128 sum = 0;
  for (const WeightedSize& item : values) {
    if (item.weight == 0) continue;
    sum += static_cast<std::uint64_t>(item.weight);
    const uint128 end = (sum << 64) / total;  // exclusive, at most 2^64
    entries.push_back({item.value, static_cast<std::uint64_t>(end - 1)});
  }
  return DiscreteTable(std::move(entries));
}

double weighted_mean(const std::vector<WeightedSize>& values) noexcept {
  double sum = 0;
  double total = 0;
  for (const WeightedSize& item : values) {
    sum += static_cast<double>(item.value) * static_cast<double>(item.weight);
    total += static_cast<double>(item.weight);
  }
  return sum / total;
}

// x^-exponent integrated from low to high.
double power_integral(double exponent, double low, double high) noexcept {
  const double growth = 1 - exponent;
  const double ratio = math::log(high / low);
  if (growth == 0) return ratio;
  return math::pow(low, growth) * math::expm1(growth * ratio) / growth;
}

// The values beyond `first - 1` by the power law between half-integers, rounded to the nearest.
QuantileTable zipf_tail(double exponent, std::int64_t first, std::int64_t last) {
  const double low = static_cast<double>(first) - 0.5;
  const double high = static_cast<double>(last) + 0.5;
  const double growth = 1 - exponent;
  const double ratio = math::log(high / low);
  return quantile_table(
      [=](Tail tail) {
        const double below = tail.upper ? 1 - tail.probability : tail.probability;
        if (growth == 0) return low * math::exp(ratio * below);
        return low * math::exp(math::log1p(below * math::expm1(growth * ratio)) / growth);
      },
      first, last);
}

// 2^64 x share, saturated.
std::uint64_t bits_of_share(double share) noexcept {
  constexpr double kAll = 18446744073709551616.0;
  const double scaled = share * kAll;
  return scaled < kAll ? static_cast<std::uint64_t>(scaled) : ~std::uint64_t{0};
}

std::pair<Table, double> zipf(const SizeZipf& spec) {
  const double exponent = spec.exponent.ratio();
  const std::int64_t head_last = std::min(spec.max, spec.min + kZipfHead - 1);
  std::vector<double> cumulated;
  double total = 0;
  double moment = 0;
  for (std::int64_t k = spec.min; k <= head_last; ++k) {
    const double weight = math::pow(static_cast<double>(k), -exponent);
    total += weight;
    moment += weight * static_cast<double>(k);
    cumulated.push_back(total);
  }
  const double low = static_cast<double>(head_last) + 0.5;
  const double high = static_cast<double>(spec.max) + 0.5;
  const bool has_tail = head_last < spec.max;
  if (has_tail) {
    total += power_integral(exponent, low, high);
    moment += power_integral(exponent - 1, low, high);
  }
  std::vector<DiscreteTable::Entry> entries;
  for (std::size_t i = 0; i < cumulated.size(); ++i) {
    const std::uint64_t end = bits_of_share(cumulated[i] / total);
    const std::uint64_t previous = entries.empty() ? 0 : entries.back().last + 1;
    if (end > previous) entries.push_back({spec.min + static_cast<std::int64_t>(i), end - 1});
  }
  const double mean = moment / total;
  if (!has_tail) return {DiscreteTable(std::move(entries)), mean};
  const std::uint64_t start = entries.back().last + 1;
  const std::uint64_t span = ~start + 1;  // 2^64 - start
  const int shift = std::countl_zero(span - 1);
  const uint128 widened = uint128{span} << shift;  // in (2^63, 2^64]
  const uint128 stretch = (uint128{1} << 127) / widened * 2 - (uint128{1} << 64);
  ZipfTable table{.head = DiscreteTable(std::move(entries)),
                  .tail = zipf_tail(exponent, head_last + 1, spec.max),
                  .tail_start = start,
                  .tail_stretch = static_cast<std::uint64_t>(stretch),
                  .tail_shift = shift};
  return {std::move(table), mean};
}

template <class Number>
std::optional<Error> flaw_in_range(Number low, Number high, Number most, const char* low_name,
                                   const char* high_name) {
  if (low < Number{})
    return invalid_input(std::string("/") + low_name, "is negative; expected 0 or more");
  if (high < low) {
    return invalid_input(std::string("/") + high_name, std::string("is below ") + low_name);
  }
  if (most < high) return invalid_input(std::string("/") + high_name, "is too large");
  return std::nullopt;
}

template <class Spec, class Number>
std::optional<Error> flaw_in_lognormal(const Spec& spec, Number most) {
  if (spec.p50 <= Number{}) return invalid_input("/p50", "must be positive");
  if (spec.p95 < spec.p50) return invalid_input("/p95", "is below p50");
  if (most < spec.p95) return invalid_input("/p95", "is too large");
  return flaw_in_range(spec.min, spec.max, most, "min", "max");
}

template <class Values, class Number>
std::optional<Error> flaw_in_values(const Values& values, Number most) {
  bool any = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string where = "/values/" + std::to_string(i);
    if (values[i].value < Number{})
      return invalid_input(where + "/value", "is negative; expected 0 or more");
    if (most < values[i].value) return invalid_input(where + "/value", "is too large");
    if (values[i].weight < 0)
      return invalid_input(where + "/weight", "is negative; expected 0 or more");
    any = any || values[i].weight > 0;
  }
  if (!any) return invalid_input("/values", "needs at least one value with a positive weight");
  return std::nullopt;
}

struct SizeFlaws {
  using Found = std::optional<Error>;
  Found operator()(const SizeFixed& spec) const {
    return flaw_in_range(spec.value, spec.value, kSizeMax, "value", "value");
  }
  Found operator()(const SizeUniform& spec) const {
    return flaw_in_range(spec.low, spec.high, kSizeMax, "low", "high");
  }
  Found operator()(const SizeLognormal& spec) const { return flaw_in_lognormal(spec, kSizeMax); }
  Found operator()(const SizeZipf& spec) const {
    if (spec.exponent < Fraction{})
      return invalid_input("/exponent", "is negative; expected 0 or more");
    if (Fraction::whole(20) < spec.exponent) return invalid_input("/exponent", "is above 20");
    if (spec.min < 1) return invalid_input("/min", "must be at least 1");
    return flaw_in_range(spec.min, spec.max, kSizeMax, "min", "max");
  }
  Found operator()(const SizeEmpirical& spec) const {
    return flaw_in_values(spec.values, kSizeMax);
  }
};

struct DurationFlaws {
  using Found = std::optional<Error>;
  Found operator()(const DurationFixed& spec) const {
    return flaw_in_range(spec.value, spec.value, kDurationMax, "value", "value");
  }
  Found operator()(const DurationUniform& spec) const {
    return flaw_in_range(spec.low, spec.high, kDurationMax, "low", "high");
  }
  Found operator()(const DurationLognormal& spec) const {
    return flaw_in_lognormal(spec, kDurationMax);
  }
  Found operator()(const DurationExponential& spec) const {
    if (spec.mean < Duration{}) return invalid_input("/mean", "is negative; expected 0 or more");
    if (kDurationMax < spec.mean) return invalid_input("/mean", "is too large");
    return flaw_in_range(Duration{}, spec.max, kDurationMax, "min", "max");
  }
  Found operator()(const DurationEmpirical& spec) const {
    return flaw_in_values(spec.values, kDurationMax);
  }
};

std::pair<Table, double> uniform(std::int64_t low, std::int64_t high) {
  return {UniformRange{.low = low, .count = static_cast<std::uint64_t>(high - low) + 1},
          (static_cast<double>(low) + static_cast<double>(high)) / 2};
}

std::pair<Table, double> weighted(const std::vector<WeightedSize>& values) {
  return {weighted_table(values), weighted_mean(values)};
}

std::pair<Table, double> with_mean(QuantileTable table) {
  const double mean = table.mean();
  return {std::move(table), mean};
}

struct SizeTables {
  using Made = std::pair<Table, double>;
  Made operator()(const SizeFixed& spec) const { return uniform(spec.value, spec.value); }
  Made operator()(const SizeUniform& spec) const { return uniform(spec.low, spec.high); }
  Made operator()(const SizeLognormal& spec) const {
    return with_mean(lognormal_table({spec.p50, spec.p95, spec.min, spec.max}));
  }
  Made operator()(const SizeZipf& spec) const { return zipf(spec); }
  Made operator()(const SizeEmpirical& spec) const { return weighted(spec.values); }
};

struct DurationTables {
  using Made = std::pair<Table, double>;
  Made operator()(const DurationFixed& spec) const {
    return uniform(ns(spec.value), ns(spec.value));
  }
  Made operator()(const DurationUniform& spec) const {
    return uniform(ns(spec.low), ns(spec.high));
  }
  Made operator()(const DurationLognormal& spec) const {
    return with_mean(lognormal_table({ns(spec.p50), ns(spec.p95), ns(spec.min), ns(spec.max)}));
  }
  Made operator()(const DurationExponential& spec) const {
    return with_mean(exponential_table(spec));
  }
  Made operator()(const DurationEmpirical& spec) const {
    std::vector<WeightedSize> values;
    for (const WeightedDuration& item : spec.values)
      values.push_back({ns(item.value), item.weight});
    return weighted(values);
  }
};

// Checked before a table is built, which relies on it.
template <class Spec>
const Spec& flawless(const Spec& spec) {
  SLUICE_CHECK(!flaw_in(spec));
  return spec;
}

}  // namespace

std::optional<Error> flaw_in(const SizeSpec& spec) { return std::visit(SizeFlaws{}, spec); }
std::optional<Error> flaw_in(const DurationSpec& spec) { return std::visit(DurationFlaws{}, spec); }

std::int64_t detail::sample_other(const Table& table, std::uint64_t bits) noexcept {
  if (const auto* discrete = std::get_if<DiscreteTable>(&table)) return (*discrete)(bits);
  return (*std::get_if<ZipfTable>(&table))(bits);
}

SizeSampler::SizeSampler(const SizeSpec& spec) {
  std::tie(table_, mean_) = std::visit(SizeTables{}, flawless(spec));
}

DurationSampler::DurationSampler(const DurationSpec& spec) {
  std::tie(table_, mean_) = std::visit(DurationTables{}, flawless(spec));
}

}  // namespace sluice
