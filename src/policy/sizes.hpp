// How large and how long: distributions of token counts (SizeSpec) and of durations (DurationSpec),
// and samplers that turn 64 random bits into a value in a few nanoseconds, with the same result on
// every machine. Values are rounded once, to the nearest integer. Results never decrease with the
// bits, so coupled draws stay coupled.
//
//   SizeSampler input(SizeLognormal{.p50 = 1000, .p95 = 8000, .min = 1, .max = 200'000});
//   std::int64_t tokens = input(random.bits(Purpose::kSize, id).first);
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/quantile_table.hpp"
#include "base/quantity.hpp"
#include "base/time.hpp"
#include "policy/discrete_table.hpp"

namespace sluice {

inline constexpr std::int64_t kSizeMax = std::int64_t{1} << 40;
inline constexpr Duration kDurationMax = hours(24 * 366);

struct SizeFixed {
  std::int64_t value = 0;
  bool operator==(const SizeFixed&) const = default;
};

struct SizeUniform {  // every whole number from low to high alike
  std::int64_t low = 0;
  std::int64_t high = 0;
  bool operator==(const SizeUniform&) const = default;
};

// 5 % of the values are above p95. Values outside [min, max] become min or max.
struct SizeLognormal {
  std::int64_t p50 = 1;
  std::int64_t p95 = 1;
  std::int64_t min = 0;
  std::int64_t max = kSizeMax;
  bool operator==(const SizeLognormal&) const = default;
};

struct SizeZipf {  // P(k) proportional to k^-exponent, for k from min to max
  Fraction exponent = Fraction::whole(1);
  std::int64_t min = 1;
  std::int64_t max = 1;
  bool operator==(const SizeZipf&) const = default;
};

struct WeightedSize {
  std::int64_t value = 0;
  std::int64_t weight = 1;
  bool operator==(const WeightedSize&) const = default;
};

struct SizeEmpirical {
  std::vector<WeightedSize> values;  // in any order
  bool operator==(const SizeEmpirical&) const = default;
};

using SizeSpec = std::variant<SizeFixed, SizeUniform, SizeLognormal, SizeZipf, SizeEmpirical>;

struct DurationFixed {
  Duration value{};
  bool operator==(const DurationFixed&) const = default;
};

struct DurationUniform {
  Duration low{};
  Duration high{};
  bool operator==(const DurationUniform&) const = default;
};

struct DurationLognormal {
  Duration p50 = seconds(1);
  Duration p95 = seconds(1);
  Duration min{};
  Duration max = kDurationMax;
  bool operator==(const DurationLognormal&) const = default;
};

struct DurationExponential {
  Duration mean = seconds(1);
  Duration max = kDurationMax;
  bool operator==(const DurationExponential&) const = default;
};

struct WeightedDuration {
  Duration value{};
  std::int64_t weight = 1;
  bool operator==(const WeightedDuration&) const = default;
};

struct DurationEmpirical {
  std::vector<WeightedDuration> values;
  bool operator==(const DurationEmpirical&) const = default;
};

using DurationSpec = std::variant<DurationFixed, DurationUniform, DurationLognormal,
                                  DurationExponential, DurationEmpirical>;

// What keeps a spec from being sampled, if anything: where is a JSON pointer below the spec
// ("/p95"). Negative values, empty ranges, p95 below p50, weights that sum to zero, more than
// kSizeMax or kDurationMax.
std::optional<Error> flaw_in(const SizeSpec& spec);
std::optional<Error> flaw_in(const DurationSpec& spec);

namespace detail {

struct UniformRange {
  std::int64_t low = 0;
  std::uint64_t count = 1;
};

// A Zipf distribution: its first values exactly, the rest by the power law's quantiles.
struct ZipfTable {
  DiscreteTable head;
  QuantileTable tail;
  std::uint64_t tail_start = 0;    // the first bits that belong to the tail
  std::uint64_t tail_stretch = 0;  // maps the bits of the tail to all bits, see operator()
  int tail_shift = 0;

  std::int64_t operator()(std::uint64_t bits) const noexcept {
    if (bits < tail_start) return head(bits);
    const std::uint64_t within = (bits - tail_start) << tail_shift;
    return tail(within + static_cast<std::uint64_t>((uint128{within} * tail_stretch) >> 64));
  }
};

using Table = std::variant<UniformRange, QuantileTable, DiscreteTable, ZipfTable>;

// Of the rarer tables: what is drawn per request is nearly always a quantile table or fixed.
std::int64_t sample_other(const Table& table, std::uint64_t bits) noexcept;

[[gnu::always_inline]] inline std::int64_t sample(const Table& table, std::uint64_t bits) noexcept {
  if (const auto* quantiles = std::get_if<QuantileTable>(&table)) return (*quantiles)(bits);
  if (const auto* range = std::get_if<UniformRange>(&table)) {
    return range->low + static_cast<std::int64_t>((uint128{bits} * range->count) >> 64);
  }
  return sample_other(table, bits);
}

inline bool is_constant(const Table& table) noexcept {
  const auto* range = std::get_if<UniformRange>(&table);
  return range != nullptr && range->count == 1;
}

}  // namespace detail

class SizeSampler {
 public:
  // Requires !flaw_in(spec).
  explicit SizeSampler(const SizeSpec& spec);

  [[gnu::always_inline]] std::int64_t operator()(std::uint64_t bits) const noexcept {
    return detail::sample(table_, bits);
  }

  // Whether every draw gives one value: the bits need not be drawn then.
  bool is_constant() const noexcept { return detail::is_constant(table_); }

  // Of the clamped values; for reports only.
  double mean() const noexcept { return mean_; }

 private:
  detail::Table table_;
  double mean_ = 0;
};

class DurationSampler {
 public:
  // Requires !flaw_in(spec).
  explicit DurationSampler(const DurationSpec& spec);

  Duration operator()(std::uint64_t bits) const noexcept {
    return Duration{detail::sample(table_, bits)};
  }

  bool is_constant() const noexcept { return detail::is_constant(table_); }

  // In nanoseconds, of the clamped values; for reports only.
  double mean() const noexcept { return mean_; }

 private:
  detail::Table table_;
  double mean_ = 0;
};

}  // namespace sluice
