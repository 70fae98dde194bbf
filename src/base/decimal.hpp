// Decimal text <-> scaled integers, exactly. What a person writes as 0.1 is read as one tenth,
// never as the nearest binary fraction; what cannot be held exactly is refused, not rounded.
//
//   parse_decimal("12.5", 3) == 12500        decimal_text(12500, 3) == "12.5"
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "base/integer.hpp"

namespace sluice {

enum class DecimalError {
  kMalformed,   // not a decimal number
  kTooPrecise,  // more digits after the point than the unit can hold
  kTooLarge,    // beyond 10^37 units
};

// The number times 10^digits. Accepts the JSON grammar of numbers, leading zeros included: -12.50,
// 3e6.
tl::expected<int128, DecimalError> parse_decimal(std::string_view text, int digits);

// scaled / 10^digits, all digits, without trailing zeros: "12.5", "-0.001", "3".
std::string decimal_text(int128 scaled, int digits);

// scaled / 10^digits with exactly `shown` <= digits digits after the point, rounded once, half away
// from zero.
std::string rounded_text(int128 scaled, int digits, int shown);

// scaled / divisor rounded to the nearest integer, half away from zero; divisor > 0.
int128 divide_rounded(int128 scaled, int128 divisor) noexcept;

// 10^exponent; 0 <= exponent <= 37.
int128 power_of_ten(int exponent) noexcept;

}  // namespace sluice
