#include "base/calendar.hpp"

#include <array>
#include <optional>

#include "base/decimal.hpp"
#include "base/text.hpp"

namespace sluice {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kDay = 24 * 60 * kMinute;

std::int64_t floor_to(std::int64_t value, std::int64_t step) {
  return static_cast<std::int64_t>(floor_div(value, step)) * step;
}

bool is_leap(std::int32_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

std::int32_t days_in_month(std::int32_t year, std::int32_t month) {
  constexpr std::array<std::int32_t, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month == 2 && is_leap(year)) return 29;
  return kDays[static_cast<std::size_t>(month - 1)];
}

// Takes exactly `digits` digits and then `after` (unless 0) from the front.
std::optional<std::int32_t> take_number(std::string_view& rest, std::size_t digits, char after) {
  if (rest.size() < digits + (after == 0 ? 0 : 1)) return std::nullopt;
  std::int32_t number = 0;
  for (const char c : rest.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  if (after != 0 && rest[digits] != after) return std::nullopt;
  rest.remove_prefix(digits + (after == 0 ? 0 : 1));
  return number;
}

std::optional<CivilDate> take_date(std::string_view& rest) {
  const auto year = take_number(rest, 4, '-');
  if (!year) return std::nullopt;
  const auto month = take_number(rest, 2, '-');
  if (!month || *month < 1 || *month > 12) return std::nullopt;
  const auto day = take_number(rest, 2, 0);
  if (!day || *day < 1 || *day > days_in_month(*year, *month)) return std::nullopt;
  return CivilDate{.year = *year, .month = *month, .day = *day};
}

// Nanoseconds of ".25" in front, 0 without a point; nothing when malformed or finer than a
// nanosecond.
std::optional<std::int64_t> take_fraction(std::string_view& rest) {
  if (!rest.starts_with('.')) return 0;
  std::size_t end = 1;
  while (end < rest.size() && rest[end] >= '0' && rest[end] <= '9') ++end;
  const auto scaled = parse_decimal("0" + std::string{rest.substr(0, end)}, 9);
  if (!scaled) return std::nullopt;
  rest.remove_prefix(end);
  return static_cast<std::int64_t>(*scaled);
}

std::optional<std::int64_t> take_time_of_day(std::string_view& rest) {
  const auto hour = take_number(rest, 2, ':');
  if (!hour || *hour > 23) return std::nullopt;
  const auto minute = take_number(rest, 2, ':');
  if (!minute || *minute > 59) return std::nullopt;
  const auto second = take_number(rest, 2, 0);
  if (!second || *second > 59) return std::nullopt;
  const auto fraction = take_fraction(rest);
  if (!fraction) return std::nullopt;
  return (*hour * 60 + *minute) * kMinute + *second * kSecond + *fraction;
}

// What "Z" or "+02:00" adds to UTC.
std::optional<std::int64_t> take_offset(std::string_view& rest) {
  if (rest == "Z" || rest == "z") {
    rest = {};
    return 0;
  }
  if (!rest.starts_with('+') && !rest.starts_with('-')) return std::nullopt;
  const std::int64_t sign = rest.front() == '+' ? 1 : -1;
  rest.remove_prefix(1);
  const auto hour = take_number(rest, 2, ':');
  if (!hour || *hour > 23) return std::nullopt;
  const auto minute = take_number(rest, 2, 0);
  if (!minute || *minute > 59) return std::nullopt;
  return sign * (*hour * 60 + *minute) * kMinute;
}

std::optional<UnixTime> read_time(std::string_view rest) {
  const std::optional<CivilDate> date = take_date(rest);
  if (!date || date->year < 1678 || date->year > 2261) return std::nullopt;
  const UnixTime midnight = UnixTime::midnight(*date);
  if (rest.empty()) return midnight;
  if (rest.front() != 'T' && rest.front() != 't') return std::nullopt;
  rest.remove_prefix(1);
  const std::optional<std::int64_t> time = take_time_of_day(rest);
  if (!time) return std::nullopt;
  const std::optional<std::int64_t> offset = take_offset(rest);
  if (!offset || !rest.empty()) return std::nullopt;
  return UnixTime{midnight.nanoseconds + *time - *offset};
}

std::string digits(std::int64_t number, std::size_t width) {
  std::string text = std::to_string(number);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

}  // namespace

// Days and dates after Howard Hinnant, "chrono-compatible low-level date algorithms": years begin
// in March.
std::int64_t days_from_civil(CivilDate date) noexcept {
  const std::int64_t year = std::int64_t{date.year} - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t shifted_month = (date.month + 9) % 12;
  const std::int64_t day_of_year = (153 * shifted_month + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

CivilDate civil_from_days(std::int64_t days) noexcept {
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {.year = static_cast<std::int32_t>(year_of_era + era * 400 + (month <= 2 ? 1 : 0)),
          .month = static_cast<std::int32_t>(month),
          .day = static_cast<std::int32_t>(day_of_year - (153 * shifted_month + 2) / 5 + 1)};
}

Result<CivilDate> CivilDate::parse(std::string_view text) {
  std::string_view rest = text;
  const std::optional<CivilDate> date = take_date(rest);
  if (date && rest.empty()) return *date;
  return invalid("", in_quotes(text) + " is not a date: write \"2026-07-01\"");
}

std::string CivilDate::text() const {
  return digits(year, 4) + "-" + digits(month, 2) + "-" + digits(day, 2);
}

UnixTime UnixTime::midnight(CivilDate date) noexcept { return {days_from_civil(date) * kDay}; }

Result<UnixTime> UnixTime::parse(std::string_view text) {
  const std::optional<UnixTime> time = read_time(text);
  if (time) return *time;
  return invalid(
      "", in_quotes(text) + " is not a time: write \"2026-07-01T12:30:00Z\" or \"2026-07-01\"");
}

std::string UnixTime::text() const {
  const std::int64_t midnight = floor_to(nanoseconds, kDay);
  const std::int64_t time = nanoseconds - midnight;
  const std::int64_t minutes_of_day = time / kMinute;
  const std::string fraction = decimal_text(time % kSecond, 9).substr(1);  // "" or ".25"
  return date().text() + "T" + digits(minutes_of_day / 60, 2) + ":" +
         digits(minutes_of_day % 60, 2) + ":" + digits(time % kMinute / kSecond, 2) + fraction +
         "Z";
}

CivilDate UnixTime::date() const noexcept {
  return civil_from_days(static_cast<std::int64_t>(floor_div(nanoseconds, kDay)));
}

UnixTime UnixTime::next_month() const noexcept {
  const CivilDate today = date();
  const bool december = today.month == 12;
  return midnight(
      {.year = today.year + (december ? 1 : 0), .month = december ? 1 : today.month + 1, .day = 1});
}

UnixTime UnixTime::next_day() const noexcept { return {floor_to(nanoseconds, kDay) + kDay}; }

UnixTime UnixTime::next_minute() const noexcept {
  return {floor_to(nanoseconds, kMinute) + kMinute};
}

}  // namespace sluice
