#include "ingest/fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "base/integer.hpp"
#include "ingest/trace_request.hpp"

namespace sluice::ingest {
namespace {

constexpr std::size_t kShownBytes = 40;
constexpr std::size_t kMaxIdentityBytes = 256;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::int64_t days_in_month(std::int64_t year, std::int64_t month) noexcept {
  constexpr std::array<std::int64_t, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

// Days from 1970-01-01 to a date of the Gregorian calendar (Howard Hinnant's days_from_civil).
std::int64_t days_since_1970(std::int64_t year, std::int64_t month, std::int64_t day) noexcept {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = year / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
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
    while (digits < rest_.size() && is_digit(rest_[digits])) {
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

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view kSpace = " \t";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string quoted(std::string_view text) {
  std::string shown = "\"";
  for (const char c : text.substr(0, kShownBytes)) {
    const auto byte = static_cast<unsigned char>(c);
    const bool printable = byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\';
    shown += printable ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
  }
  shown += text.size() > kShownBytes ? "...\"" : "\"";
  return shown;
}

std::string seconds_text(Duration duration) {
  const std::int64_t count = ns(duration);
  std::string text = fmt::format("{}.{:09}", count / 1'000'000'000, count % 1'000'000'000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + " s";
}

FieldResult<std::int64_t> whole_number(FieldText field, WholeRange range) {
  std::int64_t value = 0;
  const char* const end = field.text.data() + field.text.size();
  const auto [stop, problem] = std::from_chars(field.text.data(), end, value);
  const bool whole = problem == std::errc{} && stop == end;
  if (whole && value >= range.least && value <= range.most && is_digit(field.text[0])) return value;
  return tl::unexpected(fmt::format("{} is {}; expected a whole number from {} to {}", field.name,
                                    quoted(field.text), range.least, range.most));
}

FieldResult<Duration> decimal_time(FieldText field, Duration unit) {
  const std::size_t point = field.text.find('.');
  const std::string_view whole = field.text.substr(0, point);
  const std::string_view fraction =
      point == std::string_view::npos ? std::string_view("0") : field.text.substr(point + 1);
  constexpr std::size_t kMostDigits = 19;
  if (!all_digits(whole) || !all_digits(fraction) || whole.size() > kMostDigits) {
    return tl::unexpected(
        fmt::format("{} is {}; expected a plain decimal number that is not negative", field.name,
                    quoted(field.text)));
  }
  int128 count = 0;
  for (const char c : whole) count = count * 10 + (c - '0');
  count *= ns(unit);
  std::int64_t place = ns(unit);
  for (const char c : fraction) {
    place /= 10;
    if (place == 0 && c != '0') {
      return tl::unexpected(fmt::format("{} is {}; expected no digit finer than a nanosecond",
                                        field.name, quoted(field.text)));
    }
    count += place * (c - '0');
  }
  if (count > ns(kMaxTraceTime)) {
    return tl::unexpected(
        fmt::format("{} is {}; expected at most a hundred years", field.name, quoted(field.text)));
  }
  return Duration{static_cast<std::int64_t>(count)};
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
  const std::int64_t last_day = piece.good() ? days_in_month(year, month) : 31;
  const std::int64_t day = piece.number(2, {.least = 1, .most = last_day});
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
  if (!piece.good() || !piece.done()) {
    return tl::unexpected(fmt::format(
        "{} is {}; expected a date and time from 1970 to 2199 such as 2023-11-16 18:15:46.6805900",
        field.name, quoted(field.text)));
  }
  return seconds(days_since_1970(year, month, day) * 86'400 + second) + nanoseconds(fraction);
}

FieldResult<std::int64_t> identity(FieldText field) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (all_digits(field.text)) return whole_number(field, {.least = 0, .most = kMost});
  if (field.text.empty() || field.text.size() > kMaxIdentityBytes) {
    return tl::unexpected(
        fmt::format("{} is {}; expected a whole number or a text of 1 to {} bytes", field.name,
                    quoted(field.text), kMaxIdentityBytes));
  }
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char c : field.text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return static_cast<std::int64_t>(hash >> 1);
}

FieldResult<void> identity_list(FieldText field, std::vector<std::uint64_t>& ids) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  ids.clear();
  std::string_view rest = trimmed(field.text);
  while (!rest.empty()) {
    const std::string_view item = rest.substr(0, rest.find(' '));
    const FieldResult<std::int64_t> id =
        whole_number({.name = field.name, .text = item}, {.least = 0, .most = kMost});
    if (!id) return tl::unexpected(id.error());
    ids.push_back(static_cast<std::uint64_t>(*id));
    rest = trimmed(rest.substr(item.size()));
  }
  return {};
}

}  // namespace sluice::ingest
