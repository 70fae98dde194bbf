#include "experiment/sweep_grid.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/decimal.hpp"
#include "base/integer.hpp"
#include "base/text.hpp"

namespace sluice {
namespace {

constexpr int kPointDigits = 9;  // after the point, as quantities in scenarios have
constexpr std::int64_t kLargestCount = 1000;

std::string where_of(std::string_view pointer) { return "--vary " + std::string(pointer); }

// At commas that stand outside of quotes, brackets and braces.
std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items(1);
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' && (i == 0 || text[i - 1] != '\\')) quoted = !quoted;
    if (!quoted && (c == '[' || c == '{')) depth += 1;
    if (!quoted && (c == ']' || c == '}')) depth -= 1;
    if (c == ',' && !quoted && depth == 0) {
      items.emplace_back();
    } else {
      items.back() += c;
    }
  }
  return items;
}

struct Range {
  std::string_view from;
  std::string_view to;
  std::string_view count;
};

// "from..to:n", n of digits only; anything else is a list.
std::optional<Range> as_range(std::string_view text) {
  const std::size_t dots = text.find("..");
  const std::size_t colon = text.rfind(':');
  if (dots == std::string_view::npos || colon == std::string_view::npos) return std::nullopt;
  if (dots == 0 || colon <= dots + 2 || colon + 1 == text.size()) return std::nullopt;
  const Range range{text.substr(0, dots), text.substr(dots + 2, colon - dots - 2),
                    text.substr(colon + 1)};
  const bool digits = range.count.find_first_not_of("0123456789") == std::string_view::npos;
  return digits ? std::optional(range) : std::nullopt;
}

// A number with what stands around it: "$12.50", "300/min", "5%".
struct Quantity {
  std::string_view prefix;
  int128 scaled;
  std::string_view unit;
};

std::optional<Quantity> as_quantity(std::string_view text) {
  Quantity quantity{};
  if (text.starts_with('$')) {
    quantity.prefix = text.substr(0, 1);
    text.remove_prefix(1);
  }
  const std::size_t end = std::min(text.find_first_not_of("-0123456789."), text.size());
  const auto scaled = parse_decimal(text.substr(0, end), kPointDigits);
  if (!scaled) return std::nullopt;
  quantity.scaled = *scaled;
  quantity.unit = text.substr(end);
  return quantity;
}

// Value i of n evenly spaced ones.
int128 between(int128 from, int128 to, std::int64_t i, std::int64_t n) {
  return from + divide_rounded((to - from) * i, n - 1);
}

std::vector<std::string> spread_durations(Duration from, Duration to, std::int64_t n) {
  std::vector<std::string> values;
  for (std::int64_t i = 0; i < n; ++i) {
    const int128 value = between(ns(from), ns(to), i, n);
    values.push_back(exact_text(Duration{static_cast<std::int64_t>(value)}));
  }
  return values;
}

std::vector<std::string> spread(const Quantity& from, const Quantity& to, std::int64_t n) {
  const int128 one = power_of_ten(kPointDigits);
  const int128 distance =
      to.scaled < from.scaled ? from.scaled - to.scaled : to.scaled - from.scaled;
  const bool whole = from.prefix.empty() && from.unit.empty() && from.scaled % one == 0 &&
                     to.scaled % one == 0 && distance >= 10 * one * (n - 1);
  // A rate keeps so many digits only, and nobody wants to read more.
  const int128 kFinest = power_of_ten(kPointDigits - 3);
  std::vector<std::string> values;
  for (std::int64_t i = 0; i < n; ++i) {
    int128 value = between(from.scaled, to.scaled, i, n);
    if (whole) value = divide_rounded(value, one) * one;
    if (!from.unit.empty()) value = divide_rounded(value, kFinest) * kFinest;
    values.push_back(
        fmt::format("{}{}{}", from.prefix, decimal_text(value, kPointDigits), from.unit));
  }
  return values;
}

Result<std::vector<std::string>> expand(const Range& range, std::string_view pointer) {
  std::int64_t n = 0;
  const auto [end, code] =
      std::from_chars(range.count.data(), range.count.data() + range.count.size(), n);
  if (code != std::errc{} || n < 2 || n > kLargestCount) {
    return invalid(where_of(pointer), fmt::format("{} is not a number of values from 2 to {}",
                                                  range.count, kLargestCount));
  }
  const auto from = as_quantity(range.from);
  const auto to = as_quantity(range.to);
  if (from && to && !from->unit.empty() && !to->unit.empty()) {
    const auto first = parse_duration(range.from);
    const auto last = parse_duration(range.to);
    if (first && last) return spread_durations(*first, *last, n);
  }
  if (!from || !to) {
    return invalid(where_of(pointer),
                   fmt::format("{} is not a number, with or without a unit, that a range could "
                               "begin or end with; write 300/min..1200/min:4, or a list",
                               in_quotes(from ? range.to : range.from)));
  }
  if (from->unit != to->unit || from->prefix != to->prefix) {
    return invalid(where_of(pointer),
                   fmt::format("{} and {} have different units; write both ends of the range alike",
                               in_quotes(range.from), in_quotes(range.to)));
  }
  return spread(*from, *to, n);
}

}  // namespace

Result<SweepAxis> parse_axis(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (!text.starts_with('/') || equals == std::string_view::npos) {
    return invalid(where_of(text),
                   "is not POINTER=VALUES: write /organization/tier=start,build or "
                   "/workloads/0/arrivals/rate=300/min..1200/min:4");
  }
  SweepAxis axis{.pointer = std::string(text.substr(0, equals)), .values = {}};
  const std::string_view values = text.substr(equals + 1);
  if (const auto range = as_range(values)) {
    SLUICE_TRY(axis.values, expand(*range, axis.pointer));
  } else {
    axis.values = split_list(values);
    const std::size_t dots = values.find("..");
    if (dots != std::string_view::npos && as_quantity(values.substr(0, dots))) {
      return invalid(
          where_of(axis.pointer),
          fmt::format("{} does not say how many values; write {}:4", in_quotes(values), values));
    }
  }
  std::set<std::string_view> seen;
  for (const std::string& value : axis.values) {
    if (value.empty()) return invalid(where_of(axis.pointer), "has an empty value");
    if (!seen.insert(value).second) {
      return invalid(where_of(axis.pointer), fmt::format("has {} twice", in_quotes(value)));
    }
  }
  return axis;
}

Checked<std::vector<SweepAxis>> parse_axes(const std::vector<std::string>& texts) {
  std::vector<SweepAxis> axes;
  Errors errors;
  for (const std::string& text : texts) {
    auto axis = parse_axis(text);
    if (!axis) {
      errors.push_back(std::move(axis).error());
      continue;
    }
    const bool again = std::any_of(axes.begin(), axes.end(), [&](const SweepAxis& other) {
      return other.pointer == axis->pointer;
    });
    if (again) {
      errors.push_back({ErrorCode::kInvalidInput, where_of(axis->pointer),
                        "varies twice; name all values once"});
    }
    axes.push_back(std::move(*axis));
  }
  if (!errors.empty()) return tl::unexpected(std::move(errors));
  return axes;
}

std::vector<std::vector<std::string>> grid_of(const std::vector<SweepAxis>& axes) {
  std::vector<std::vector<std::string>> cells(1);
  for (const SweepAxis& axis : axes) {
    std::vector<std::vector<std::string>> longer;
    for (const std::vector<std::string>& cell : cells) {
      for (const std::string& value : axis.values) {
        longer.push_back(cell);
        longer.back().push_back(value);
      }
    }
    cells = std::move(longer);
  }
  return cells;
}

std::vector<std::string> overrides_of(const std::vector<SweepAxis>& axes,
                                      const std::vector<std::string>& cell) {
  std::vector<std::string> overrides;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    overrides.push_back(axes[i].pointer + "=" + cell[i]);
  }
  return overrides;
}

}  // namespace sluice
