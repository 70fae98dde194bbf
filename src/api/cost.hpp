// What one response cost, by the categories in which costs are reported. Exact
// (base/money.hpp); a response without a price has no breakdown rather than one of zeros.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/money.hpp"

namespace sluice {

enum class CostCategory : std::uint8_t { kInput, kWrite5m, kWrite1h, kCacheRead, kOutput, kTools };
inline constexpr std::size_t kCostCategoryCount = 6;

// "input", "write_5m", "write_1h", "cache_read", "output", "tools".
std::string_view name(CostCategory category) noexcept;

struct CostBreakdown {
  std::array<Money, kCostCategoryCount> by_category{};

  Money total() const noexcept {
    Money sum;
    for (const Money& part : by_category) sum += part;
    return sum;
  }
  CostBreakdown& operator+=(const CostBreakdown& other) noexcept {
    for (std::size_t i = 0; i < kCostCategoryCount; ++i) by_category[i] += other.by_category[i];
    return *this;
  }
  bool operator==(const CostBreakdown&) const = default;
};

}  // namespace sluice
