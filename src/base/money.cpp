#include "base/money.hpp"

#include "base/decimal.hpp"
#include "base/text.hpp"

namespace sluice {
namespace {

constexpr std::int64_t kDollarsMax = 1'000'000'000'000'000;

std::string problem(DecimalError error) {
  switch (error) {
    case DecimalError::kMalformed:
      return " is not an amount of money: write 12.50 or \"$12.50\"";
    case DecimalError::kTooPrecise:
      return " has more than 12 digits after the point";
    case DecimalError::kTooLarge:
      break;
  }
  return " is too much: amounts are below 10^15 dollars";
}

}  // namespace

Result<Money> Money::from_decimal(std::string_view text) {
  std::string_view number = text;
  const bool negative = number.starts_with('-');
  if (negative) number.remove_prefix(1);
  if (number.starts_with('$')) number.remove_prefix(1);
  const auto fail = [&](DecimalError error) {
    return invalid("", in_quotes(text) + problem(error));
  };
  if (number.starts_with('-')) return fail(DecimalError::kMalformed);
  const auto scaled = parse_decimal(number, kDigits);
  if (!scaled) return fail(scaled.error());
  if (*scaled >= from_dollars(kDollarsMax).picodollars_) return fail(DecimalError::kTooLarge);
  return from_picodollars(negative ? -*scaled : *scaled);
}

std::string Money::text(int digits) const {
  std::string number = rounded_text(picodollars_, kDigits, digits);
  const bool negative = number.starts_with('-');
  if (negative) number.erase(0, 1);
  return (negative ? "-$" : "$") + with_thousands(std::string_view{number});
}

std::string Money::exact() const { return decimal_text(picodollars_, kDigits); }

Money Money::divided_rounded(std::int64_t divisor) const noexcept {
  return from_picodollars(divide_rounded(picodollars_, divisor));
}

Money Money::times(std::int64_t count) const noexcept {
  int128 product = 0;
  SLUICE_CHECK(!__builtin_mul_overflow(picodollars_, int128{count}, &product));
  return from_picodollars(product);
}

}  // namespace sluice
