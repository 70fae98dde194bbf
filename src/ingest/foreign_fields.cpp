#include "ingest/foreign_fields.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/decimal.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "ingest/trace_request.hpp"

namespace sluice::ingest {
namespace {

constexpr int kNanosecondDigits = 9;

// Without the digits after the point that a nanosecond cannot hold.
std::string_view cut_digits(std::string_view number) noexcept {
  const std::size_t point = number.find('.');
  if (point == std::string_view::npos) return number;
  const std::string_view digits = number.substr(point + 1);
  if (!std::all_of(digits.begin(), digits.end(), ascii::is_digit)) return number;
  return number.substr(0, point + 1 + std::min<std::size_t>(digits.size(), kNanosecondDigits));
}

// How many of the number's units make a second, as a power of ten.
int unit_digits(int128 whole) noexcept {
  if (whole > power_of_ten(17)) return 9;
  if (whole > power_of_ten(14)) return 6;
  return whole > power_of_ten(11) ? 3 : 0;
}

}  // namespace

FieldResult<Duration> clock_time(FieldText field) {
  if (looks_like_timestamp(field.text)) return timestamp(field);
  const auto scaled = parse_decimal(cut_digits(field.text), kNanosecondDigits);
  if (!scaled || *scaled < 0) {
    return tl::unexpected(
        fmt::format("{} is {}; expected a number of seconds or a date and time such as "
                    "2026-01-31T23:59:59.25Z",
                    field.name, in_quotes(field.text)));
  }
  const int digits = unit_digits(*scaled / power_of_ten(kNanosecondDigits));
  const int128 time = *scaled / power_of_ten(digits);
  if (time >= ns(kDatesEnd)) {
    return tl::unexpected(
        fmt::format("{} is {}; expected a time before 2200", field.name, in_quotes(field.text)));
  }
  return Duration{static_cast<std::int64_t>(time)};
}

FieldResult<std::int64_t> token_count(FieldText field) {
  const std::size_t point = field.text.find('.');
  if (point != std::string_view::npos && point > 0 &&
      field.text.find_first_not_of('0', point + 1) == std::string_view::npos) {
    field.text = field.text.substr(0, point);
  }
  return whole_number(field, {.least = 0, .most = kMaxTokensPerRow});
}

FieldResult<std::int64_t> hashed_identity(FieldText field) {
  if (field.text.empty()) return tl::unexpected(fmt::format("{} is empty", field.name));
  return static_cast<std::int64_t>(stable_hash(field.text) >> 1);
}

std::string without_content(std::string_view message) {
  const std::size_t first = message.find('"');
  const std::size_t last = message.rfind('"');
  if (first == last) return std::string(message);
  const std::string_view quoted = message.substr(first + 1, last - first - 1);
  const bool harmless = quoted.find_first_not_of("0123456789.+-:eETZ ") == std::string_view::npos;
  if (harmless) return std::string(message);
  return fmt::format("{}something else{}", message.substr(0, first), message.substr(last + 1));
}

}  // namespace sluice::ingest
