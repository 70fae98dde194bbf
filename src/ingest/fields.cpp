#include "ingest/fields.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "base/calendar.hpp"
#include "base/decimal.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "ingest/trace_request.hpp"

namespace sluice::ingest {
namespace {

constexpr std::size_t kMaxIdentityBytes = 256;

bool all_digits(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), ascii::is_digit);
}

// Takes fixed-width pieces off the front of a text; once one does not fit, all later answers are
// worthless and good() is false.
class PieceCursor {
 public:
  explicit PieceCursor(std::string_view text) : rest_(text) {}

  std::int64_t number(std::size_t width, WholeRange range) noexcept {
    if (rest_.size() < width || !all_digits(rest_.substr(0, width))) return fail();
    std::int64_t value = 0;
    for (const char c : rest_.substr(0, width)) value = value * 10 + (c - '0');
    if (value < range.least || value > range.most) return fail();
    rest_.remove_prefix(width);
    return value;
  }
  void one_of(std::string_view allowed) noexcept {
    if (!next_is(allowed)) {
      fail();
    } else {
      rest_.remove_prefix(1);
    }
  }
  bool next_is(std::string_view allowed) const noexcept {
    return !rest_.empty() && allowed.find(rest_.front()) != std::string_view::npos;
  }
  std::int64_t sign() noexcept {
    const std::int64_t value = next_is("-") ? -1 : 1;
    one_of("+-");
    return value;
  }
  // Up to nine digits as nanoseconds.
  std::int64_t nanosecond_digits() noexcept {
    std::size_t digits = 0;
    std::int64_t value = 0;
    while (digits < rest_.size() && ascii::is_digit(rest_[digits])) {
      if (digits == 9) return fail();
      value = value * 10 + (rest_[digits++] - '0');
    }
    if (digits == 0) return fail();
    rest_.remove_prefix(digits);
    for (; digits < 9; ++digits) value *= 10;
    return value;
  }
  bool done() const noexcept { return rest_.empty(); }
  bool good() const noexcept { return good_; }

 private:
  std::int64_t fail() noexcept {
    good_ = false;
    rest_ = {};
    return 0;
  }
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

std::string seconds_text(Duration duration) { return decimal_text(ns(duration), 9) + " s"; }

FieldResult<std::int64_t> whole_number(FieldText field, WholeRange range) {
  std::int64_t value = 0;
  const char* const end = field.text.data() + field.text.size();
  const auto [stop, problem] = std::from_chars(field.text.data(), end, value);
  const bool whole = problem == std::errc{} && stop == end;
  if (whole && value >= range.least && value <= range.most && ascii::is_digit(field.text[0]))
    return value;
  return tl::unexpected(fmt::format("{} is {}; expected a whole number from {} to {}", field.name,
                                    in_quotes(field.text), range.least, range.most));
}

FieldResult<Duration> decimal_time(FieldText field, TimeUnit unit) {
  const auto refused = [&](std::string_view expected) {
    return tl::unexpected(
        fmt::format("{} is {}; expected {}", field.name, in_quotes(field.text), expected));
  };
  const auto count = parse_decimal(field.text, static_cast<int>(unit));
  if (count && *count >= 0 && *count <= ns(kMaxTraceTime)) {
    return Duration{static_cast<std::int64_t>(*count)};
  }
  if (count && *count > 0) return refused("at most a hundred years");
  if (count) return refused("a time that is not negative");
  switch (count.error()) {
    case DecimalError::kMalformed:
      return refused("a decimal number");
    case DecimalError::kTooPrecise:
      return refused("no digit finer than a nanosecond");
    case DecimalError::kTooLarge:
      return refused("at most a hundred years");
  }
  return refused("a decimal number");
}

bool looks_like_timestamp(std::string_view text) noexcept {
  return text.size() > 4 && text[4] == '-' && all_digits(text.substr(0, 4));
}

FieldResult<Duration> timestamp(FieldText field) {
  PieceCursor piece(field.text);
  const std::int64_t year = piece.number(4, {.least = 1970, .most = 2199});
  piece.one_of("-");
  const std::int64_t month = piece.number(2, {.least = 1, .most = 12});
  piece.one_of("-");
  const std::int64_t day = piece.number(2, {.least = 1, .most = 31});
  piece.one_of(" Tt");
  std::int64_t second = piece.number(2, {.least = 0, .most = 23}) * 3600;
  piece.one_of(":");
  second += piece.number(2, {.least = 0, .most = 59}) * 60;
  piece.one_of(":");
  second += piece.number(2, {.least = 0, .most = 59});
  std::int64_t fraction = 0;
  if (piece.next_is(".")) {
    piece.one_of(".");
    fraction = piece.nanosecond_digits();
  }
  if (piece.next_is("+-")) {
    const std::int64_t sign = piece.sign();
    second -= sign * piece.number(2, {.least = 0, .most = 23}) * 3600;
    piece.one_of(":");
    second -= sign * piece.number(2, {.least = 0, .most = 59}) * 60;
  } else if (!piece.done()) {
    piece.one_of("Zz");
  }
  const CivilDate date{.year = static_cast<std::int32_t>(year),
                       .month = static_cast<std::int32_t>(month),
                       .day = static_cast<std::int32_t>(day)};
  const std::int64_t days = piece.good() ? days_from_civil(date) : 0;
  if (!piece.good() || !piece.done() || civil_from_days(days) != date) {
    return tl::unexpected(fmt::format(
        "{} is {}; expected a date and time from 1970 to 2199 such as 2023-11-16 18:15:46.6805900",
        field.name, in_quotes(field.text)));
  }
  return seconds(days * 86'400 + second) + nanoseconds(fraction);
}

FieldResult<std::int64_t> identity(FieldText field) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (all_digits(field.text)) return whole_number(field, {.least = 0, .most = kMost});
  if (field.text.empty() || field.text.size() > kMaxIdentityBytes) {
    return tl::unexpected(
        fmt::format("{} is {}; expected a whole number or a text of 1 to {} bytes", field.name,
                    in_quotes(field.text), kMaxIdentityBytes));
  }
  return static_cast<std::int64_t>(stable_hash(field.text) >> 1);
}

FieldResult<void> identity_list(FieldText field, std::vector<std::uint64_t>& ids) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  ids.clear();
  std::string_view rest = ascii::trimmed(field.text);
  while (!rest.empty()) {
    const std::string_view item = rest.substr(0, rest.find(' '));
    const FieldResult<std::int64_t> id =
        whole_number({.name = field.name, .text = item}, {.least = 0, .most = kMost});
    if (!id) return tl::unexpected(id.error());
    ids.push_back(static_cast<std::uint64_t>(*id));
    rest = ascii::trimmed(rest.substr(item.size()));
  }
  return {};
}

}  // namespace sluice::ingest
