// Exact quantities that people write in scenarios: a Fraction ("5%", 0.05, 1.5) in parts per
// billion and a Rate
// ("20/s", "600/min", "0.5/h") as a count per span of time. Neither passes through binary floating
// point.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/integer.hpp"
#include "base/time.hpp"

namespace sluice {

struct Fraction {
  static constexpr int kDigits = 9;
  static constexpr std::int64_t kOne = 1'000'000'000;

  std::int64_t ppb = 0;  // parts per billion: 1'000'000'000 is one

  static constexpr Fraction percent(std::int64_t count) noexcept { return {count * (kOne / 100)}; }
  static constexpr Fraction whole(std::int64_t count) noexcept { return {count * kOne}; }
  // "0.05", "5%", "1.5"; at most nine digits after the point of the fraction, magnitude below 9e9.
  static Result<Fraction> parse(std::string_view text);
  // "0.05": exact, a JSON number.
  std::string text() const;

  constexpr double ratio() const noexcept { return static_cast<double>(ppb) / 1e9; }
  // value x fraction, towards minus infinity; the product may not leave 128 bits.
  constexpr int128 of(std::int64_t value) const noexcept {
    return floor_div(int128{value} * ppb, kOne);
  }
  auto operator<=>(const Fraction&) const = default;
};

// Events per span of time as an exact rational; count >= 0, per > 0. Helpers are in base/rate.hpp.
struct Rate {
  std::int64_t count = 0;
  Duration per = seconds(1);

  // "20/s", "600/min", "2.5/h", "1000000/d", "3/10s"; at most nine digits after the point of the
  // count.
  static Result<Rate> parse(std::string_view text);
  // "20/s", "2.5/h", "3/10s": exact, parse reads it back.
  std::string text() const;

  // By value: 60/min == 1/s.
  friend constexpr std::strong_ordering operator<=>(const Rate& a, const Rate& b) noexcept {
    return int128{a.count} * ns(b.per) <=> int128{b.count} * ns(a.per);
  }
  friend constexpr bool operator==(const Rate& a, const Rate& b) noexcept {
    return (a <=> b) == std::strong_ordering::equal;
  }
};

}  // namespace sluice
