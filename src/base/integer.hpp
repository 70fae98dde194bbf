// 128-bit integers: products of two 64-bit quantities (tokens x nanoseconds, tokens x picodollars)
// never overflow them.
#pragma once

#include <cstdint>

namespace sluice {

__extension__ using int128 = __int128;
__extension__ using uint128 = unsigned __int128;

// Quotient rounded towards minus infinity; divisor > 0.
constexpr int128 floor_div(int128 dividend, int128 divisor) noexcept {
  const int128 quotient = dividend / divisor;
  return quotient - ((dividend % divisor != 0 && dividend < 0) ? 1 : 0);
}

// Quotient rounded towards plus infinity; divisor > 0.
constexpr int128 ceil_div(int128 dividend, int128 divisor) noexcept {
  return -floor_div(-dividend, divisor);
}

}  // namespace sluice
