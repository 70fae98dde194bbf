#include "report/runs_numbers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "report/number_text.hpp"

namespace sluice {
namespace {

std::string text_of(double number, std::optional<Unit> unit) {
  return unit ? number_text_of(number, *unit) : fmt::format("{:.6g}", number);
}

// Without a sign. Of two shares the difference is in points: per cent would be of what?
std::string size_text(double difference, std::optional<Unit> unit) {
  const double size = std::fabs(difference);
  if (unit == Unit::kRatio) return fmt::format("{:.2f} points", size * 100);
  return text_of(size, unit);
}

struct Range {
  double low = 0;
  double high = 0;
};

std::optional<Range> range_of(const std::vector<std::optional<double>>& values) {
  std::optional<Range> range;
  for (const auto& value : values) {
    if (!value) continue;
    if (!range) range = Range{*value, *value};
    range->low = std::min(range->low, *value);
    range->high = std::max(range->high, *value);
  }
  return range;
}

}  // namespace

std::string saved_number_text(const SavedMetric& metric) {
  const std::string text = text_of(metric.value, metric.unit);
  if (!metric.interval || metric.interval->low == metric.interval->high) return text;
  const auto [low, high] = *metric.interval;
  if (metric.mean_of > 0) return text + " ± " + text_of((high - low) / 2, metric.unit);
  return fmt::format("{} ({} to {})", text, text_of(low, metric.unit), text_of(high, metric.unit));
}

std::string difference_text(const DiffRow& row) {
  if (!row.difference) return "-";
  if (*row.difference == 0) return "0";
  std::string text = (*row.difference < 0 ? "-" : "+") + size_text(*row.difference, row.unit);
  if (!row.interval || row.interval->low == row.interval->high) return text;
  return text + " ± " + size_text((row.interval->high - row.interval->low) / 2, row.unit);
}

std::string sparkline(const std::vector<std::optional<double>>& values) {
  constexpr std::array<std::string_view, 8> kHeights = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const auto range = range_of(values);
  std::string text;
  for (const auto& value : values) {
    if (!value) {
      text += ' ';
    } else if (range->high == range->low) {
      text += kHeights[3];
    } else {
      const double share = (*value - range->low) / (range->high - range->low);
      text += kHeights[std::min<std::size_t>(7, static_cast<std::size_t>(share * 8))];
    }
  }
  return text;
}

std::string range_text(const std::vector<std::optional<double>>& values, std::optional<Unit> unit) {
  const auto range = range_of(values);
  if (!range) return "-";
  const std::string low = text_of(range->low, unit);
  const std::string high = text_of(range->high, unit);
  return low == high ? low : low + " to " + high;
}

}  // namespace sluice
