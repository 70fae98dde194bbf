// Money: exact integer picodollars (10^-12 $), so that the smallest published price times one token
// is a whole number. No double goes in. It rounds once, when printed, half away from zero; division
// has to be asked for by name.
//
//   Money cost = price_per_token * tokens;      cost.text() == "$12.50"      cost.exact() ==
//   "12.4999"
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "base/error.hpp"
#include "base/integer.hpp"

namespace sluice {

class Money {
 public:
  static constexpr int kDigits = 12;
  static constexpr std::int64_t kPicodollarsPerDollar = 1'000'000'000'000;

  constexpr Money() = default;
  Money(double) = delete;

  static constexpr Money from_picodollars(int128 count) noexcept { return Money{Raw{count}}; }
  static constexpr Money from_dollars(std::int64_t count) noexcept {
    return Money{Raw{int128{count} * kPicodollarsPerDollar}};
  }
  // "12.50", "$12.50", "-$3"; at most 12 digits after the point and below 10^15 dollars.
  static Result<Money> from_decimal(std::string_view text);

  constexpr int128 picodollars() const noexcept { return picodollars_; }

  // "$1,234.50": rounded once, half away from zero, to `digits` <= 12 digits after the point.
  std::string text(int digits = 2) const;
  // "1234.4999": every digit, no sign of currency, no trailing zeros; a JSON number.
  std::string exact() const;

  // Rounded half away from zero; divisor > 0.
  Money divided_rounded(std::int64_t divisor) const noexcept;

  // Sums and products that leave 128 bits are bugs of ours and abort.
  Money& operator+=(Money other) noexcept {
    SLUICE_CHECK(!__builtin_add_overflow(picodollars_, other.picodollars_, &picodollars_));
    return *this;
  }
  Money& operator-=(Money other) noexcept {
    SLUICE_CHECK(!__builtin_sub_overflow(picodollars_, other.picodollars_, &picodollars_));
    return *this;
  }
  friend Money operator+(Money left, Money right) noexcept { return left += right; }
  friend Money operator-(Money left, Money right) noexcept { return left -= right; }
  friend Money operator-(Money value) noexcept { return Money{} - value; }
  friend Money operator*(Money price, std::int64_t count) noexcept { return price.times(count); }
  friend Money operator*(std::int64_t count, Money price) noexcept { return price.times(count); }
  friend constexpr bool operator==(Money left, Money right) noexcept = default;
  friend constexpr std::strong_ordering operator<=>(Money left, Money right) noexcept = default;

 private:
  struct Raw {
    int128 count;
  };
  constexpr explicit Money(Raw raw) noexcept : picodollars_(raw.count) {}
  Money times(std::int64_t count) const noexcept;

  int128 picodollars_ = 0;
};

}  // namespace sluice
