#include "results/limits_comparison.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sluice {

std::string_view name(LimitDifference difference) noexcept {
  constexpr std::array<std::string_view, 6> kNames{"same",    "above",         "below",
                                                   "missing", "not published", "unknown"};
  return kNames[static_cast<std::size_t>(difference)];
}

std::int64_t LimitsComparison::differences() const noexcept {
  return std::count_if(rows.begin(), rows.end(), [](const LimitRow& row) {
    return row.difference == LimitDifference::kAbove || row.difference == LimitDifference::kBelow ||
           row.difference == LimitDifference::kMissing;
  });
}

}  // namespace sluice
