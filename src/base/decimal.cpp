#include "base/decimal.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/check.hpp"

namespace sluice {
namespace {

constexpr int kMaxDigits = 37;
constexpr int kMaxExponent = 1000;

// Splits the digits in front; false when there is none.
bool take_digits(std::string_view& rest, std::string& digits) {
  const auto end = std::find_if_not(rest.begin(), rest.end(), ascii::is_digit);
  const auto count = static_cast<std::size_t>(end - rest.begin());
  digits.append(rest.substr(0, count));
  rest.remove_prefix(count);
  return count > 0;
}

bool take(std::string_view& rest, char c) {
  if (rest.empty() || rest.front() != c) return false;
  rest.remove_prefix(1);
  return true;
}

struct Digits {
  bool negative = false;
  std::string mantissa;  // digits only
  int exponent = 0;      // the value is mantissa x 10^exponent
};

bool take_exponent(std::string_view& rest, Digits& number) {
  const bool negative = take(rest, '-');
  if (!negative) take(rest, '+');
  std::string digits;
  if (!take_digits(rest, digits)) return false;
  int exponent = 0;
  for (const char c : digits) exponent = std::min(kMaxExponent, exponent * 10 + (c - '0'));
  number.exponent += negative ? -exponent : exponent;
  return true;
}

bool split(std::string_view rest, Digits& number) {
  number.negative = take(rest, '-');
  if (!take_digits(rest, number.mantissa)) return false;
  if (take(rest, '.')) {
    const std::size_t before = number.mantissa.size();
    if (!take_digits(rest, number.mantissa)) return false;
    number.exponent = -static_cast<int>(number.mantissa.size() - before);
  }
  if ((take(rest, 'e') || take(rest, 'E')) && !take_exponent(rest, number)) return false;
  return rest.empty();
}

std::string unsigned_text(uint128 value) {
  std::string text;
  do {
    text.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  std::reverse(text.begin(), text.end());
  return text;
}

// "-", whole part, and exactly `digits` digits after the point.
std::string fixed_text(int128 scaled, int digits) {
  const bool negative = scaled < 0;
  const uint128 magnitude = negative ? -static_cast<uint128>(scaled) : static_cast<uint128>(scaled);
  std::string text = unsigned_text(magnitude);
  const auto places = static_cast<std::size_t>(digits);
  if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
  if (digits > 0) text.insert(text.size() - places, 1, '.');
  return negative ? "-" + text : text;
}

}  // namespace

tl::expected<int128, DecimalError> parse_decimal(std::string_view text, int digits) {
  Digits number;
  if (!split(text, number)) return tl::unexpected(DecimalError::kMalformed);
  std::string& mantissa = number.mantissa;
  mantissa.erase(0, mantissa.find_first_not_of('0'));
  if (mantissa.empty()) return 0;
  const std::size_t zeros = mantissa.size() - 1 - mantissa.find_last_not_of('0');
  mantissa.resize(mantissa.size() - zeros);
  const int shift = number.exponent + static_cast<int>(zeros) + digits;
  if (shift < 0) return tl::unexpected(DecimalError::kTooPrecise);
  if (static_cast<int>(mantissa.size()) + shift > kMaxDigits) {
    return tl::unexpected(DecimalError::kTooLarge);
  }
  int128 value = 0;
  for (const char c : mantissa) value = value * 10 + (c - '0');
  value *= power_of_ten(shift);
  return number.negative ? -value : value;
}

std::string decimal_text(int128 scaled, int digits) {
  std::string text = fixed_text(scaled, digits);
  if (digits > 0) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

std::string rounded_text(int128 scaled, int digits, int shown) {
  SLUICE_CHECK(shown >= 0 && shown <= digits);
  return fixed_text(divide_rounded(scaled, power_of_ten(digits - shown)), shown);
}

int128 divide_rounded(int128 scaled, int128 divisor) noexcept {
  SLUICE_CHECK(divisor > 0);
  const int128 quotient = scaled / divisor;
  const int128 remainder = scaled % divisor;
  const int128 magnitude = remainder < 0 ? -remainder : remainder;
  if (magnitude < divisor - magnitude) return quotient;
  return scaled < 0 ? quotient - 1 : quotient + 1;
}

int128 power_of_ten(int exponent) noexcept {
  SLUICE_CHECK(exponent >= 0 && exponent <= kMaxDigits);
  int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace sluice
