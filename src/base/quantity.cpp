#include "base/quantity.hpp"

#include <array>
#include <limits>

#include "base/decimal.hpp"
#include "base/text.hpp"

namespace sluice {
namespace {

constexpr int128 kInt64Max = std::numeric_limits<std::int64_t>::max();

struct RateUnit {
  std::string_view name;
  Duration duration;
};

// The first name of a duration is the one that is written; "m" is refused, as months and milli are
// near.
constexpr std::array kRateUnits{
    RateUnit{"s", seconds(1)},   RateUnit{"sec", seconds(1)},    RateUnit{"second", seconds(1)},
    RateUnit{"min", minutes(1)}, RateUnit{"minute", minutes(1)}, RateUnit{"h", hours(1)},
    RateUnit{"hour", hours(1)},  RateUnit{"d", hours(24)},       RateUnit{"day", hours(24)},
};

tl::unexpected<Error> not_a_rate(std::string_view text) {
  return invalid(
      "", in_quotes(text) + " is not a rate: write \"20/s\", \"600/min\", \"5000/h\" or \"3/10s\"");
}

// The duration after the slash: a unit name, or a whole duration such as "10s"; zero when it is
// neither.
Duration period(std::string_view text) {
  for (const RateUnit& unit : kRateUnits) {
    if (unit.name == text) return unit.duration;
  }
  const Result<Duration> duration = parse_duration(text);
  return duration ? *duration : Duration{0};
}

}  // namespace

Result<Fraction> Fraction::parse(std::string_view text) {
  const bool percent = text.ends_with('%');
  const std::string_view number = percent ? text.substr(0, text.size() - 1) : text;
  const auto scaled = parse_decimal(number, percent ? kDigits - 2 : kDigits);
  if (!scaled && scaled.error() == DecimalError::kMalformed) {
    return invalid("", in_quotes(text) + " is not a fraction: write 0.05 or \"5%\"");
  }
  if (!scaled && scaled.error() == DecimalError::kTooPrecise) {
    return invalid("", in_quotes(text) + " is finer than one part in a billion");
  }
  if (!scaled || *scaled > kInt64Max || *scaled < -kInt64Max) {
    return invalid("", in_quotes(text) + " is too large for a fraction");
  }
  return Fraction{static_cast<std::int64_t>(*scaled)};
}

std::string Fraction::text() const { return decimal_text(ppb, kDigits); }

Result<Rate> Rate::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return not_a_rate(text);
  const Duration unit = period(text.substr(slash + 1));
  const auto scaled = parse_decimal(text.substr(0, slash), 9);
  if (unit == Duration{0} || (!scaled && scaled.error() == DecimalError::kMalformed)) {
    return not_a_rate(text);
  }
  if (!scaled && scaled.error() == DecimalError::kTooPrecise) {
    return invalid("", in_quotes(text) + " has more than nine digits after the point");
  }
  if (scaled && *scaled < 0)
    return invalid("", in_quotes(text) + " is negative; expected 0 or more");
  int128 count = scaled.value_or(kInt64Max * kInt64Max);
  int128 per = ns(unit);
  int128 divisor = 1'000'000'000;
  while (divisor > 1 && count % 10 == 0) {
    count /= 10;
    divisor /= 10;
  }
  per *= divisor;
  if (count > kInt64Max || per > kInt64Max) {
    return invalid("", in_quotes(text) + " is out of range: write fewer digits, or another period");
  }
  return Rate{static_cast<std::int64_t>(count), Duration{static_cast<std::int64_t>(per)}};
}

std::string Rate::text() const {
  for (const RateUnit& unit : kRateUnits) {
    if (per == unit.duration) return std::to_string(count) + "/" + std::string{unit.name};
  }
  // 205 per 10 min was written 20.5/min: find the power of ten that leads back to a unit.
  std::int64_t power = 10;
  for (int digits = 1; digits <= 9; ++digits, power *= 10) {
    for (const RateUnit& unit : kRateUnits) {
      if (ns(per) % power != 0 || Duration{ns(per) / power} != unit.duration) continue;
      return decimal_text(count, digits) + "/" + std::string{unit.name};
    }
  }
  return std::to_string(count) + "/" + exact_text(per);
}

}  // namespace sluice
