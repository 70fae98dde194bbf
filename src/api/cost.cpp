#include "api/cost.hpp"

namespace sluice {

std::string_view name(CostCategory category) noexcept {
  constexpr std::array<std::string_view, kCostCategoryCount> kNames = {
      "input", "write_5m", "write_1h", "cache_read", "output", "tools"};
  return kNames[static_cast<std::size_t>(category)];
}

}  // namespace sluice
