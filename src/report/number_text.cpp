#include "report/number_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sluice {
namespace {

// Whole above a thousand, else one digit after the point, unless it is whole.
std::string count_text(double number) {
  const bool is_whole = number == std::floor(number) || std::fabs(number) >= 1000;
  return with_thousands(std::string_view(fmt::format("{:.{}f}", number, is_whole ? 0 : 1)));
}

// To the picodollar, as JSON has it: what is shown is rounded once. Beyond 10^15 dollars, which no
// estimate reaches, the nearest that Money holds.
Money money_of(double dollars) {
  constexpr double kMost = 1e15;
  const double picodollars = std::round(std::clamp(dollars, -kMost, kMost) * 1e12);
  return Money::from_picodollars(static_cast<int128>(picodollars));
}

MetricNumber back_from_double(double number, Unit unit) {
  if (unit == Unit::kDuration) return Duration{std::llround(number * 1e9)};
  if (unit == Unit::kMoney) return money_of(number);
  return number;
}

}  // namespace

std::string percent_text(double ratio) {
  const double percent = ratio * 100;
  if (percent == 0) return "0 %";
  if (percent > 0 && percent < 0.1) return "< 0.1 %";
  if (percent < 100 && percent >= 99.95) return "> 99.9 %";
  if (std::fabs(percent) >= 100) return fmt::format("{:.0f} %", percent);
  return fmt::format("{:.1f} %", percent);
}

std::string money_text(Money money) {
  const Money size = money < Money{} ? -money : money;
  if (size >= Money::from_dollars(1) || size == Money{}) return money.text(2);
  Money bound = Money::from_dollars(1);
  int digits = 3;
  for (; digits < Money::kDigits; ++digits) {
    bound = bound.divided_rounded(10);
    if (size >= bound) break;
  }
  return money.text(digits);
}

std::string number_text(const MetricNumber& number, Unit unit) {
  switch (unit) {
    case Unit::kRequests:
    case Unit::kAttempts:
    case Unit::kTokens:
    case Unit::kCount:
      return count_text(as_double(number));
    case Unit::kRatio:
      return percent_text(as_double(number));
    case Unit::kFactor:
      return fmt::format("{:.3f}", as_double(number));
    case Unit::kPerMinute:
      return count_text(as_double(number)) + "/min";
    case Unit::kPerSecond:
      return count_text(as_double(number)) + "/s";
    case Unit::kDuration:
      return short_text(std::get<Duration>(number));
    case Unit::kMoney:
      return money_text(std::get<Money>(number));
  }
  return {};
}

std::string number_text_of(double number, Unit unit) {
  return number_text(back_from_double(number, unit), unit);
}

std::string metric_text(const std::optional<MetricValue>& value) {
  if (!value) return "-";
  std::string text = number_text(value->number, value->unit);
  if (!value->interval) return text;
  const double half = (value->interval->high - value->interval->low) / 2;
  if (half == 0) return text;
  return text + " ± " + number_text_of(half, value->unit);
}

std::string parts_text(const MetricReader& metric, const std::string& group) {
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < metric.table().size(); ++row) {
    const std::string path = metric.table()[row].path();
    const std::string& last = metric.table()[row].segments.back();
    const bool is_part = path.starts_with(group + ".") && last != "total";
    if (!is_part || path.size() != group.size() + 1 + last.size()) continue;
    const auto value = metric.at(row);
    if (value && as_double(value->number) != 0) texts.push_back(last + " " + metric_text(value));
  }
  return join(texts);
}

std::string interval_text(const std::optional<MetricValue>& value) {
  if (!value || !value->interval) return {};
  const auto text = [&](double end) { return number_text_of(end, value->unit); };
  const std::string low = text(value->interval->low);
  const std::string high = text(value->interval->high);
  // One unit is enough where both have the same.
  const std::size_t space = low.find(' ');
  const bool is_same_unit = space != std::string::npos && high.ends_with(low.substr(space));
  return (is_same_unit ? low.substr(0, space) : low) + "-" + high;
}

}  // namespace sluice
