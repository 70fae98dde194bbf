// When all that an organization sends is refused for money, and which limit that is. A plain value,
// which says neither how it was found nor how sure it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice {

// An alert is one that revokes, on all spending, or on the last of the keys or its workspace.
enum class MoneyLimit : std::uint8_t { kTierCap, kOrganization, kAlert, kCredit, kWorkspace, kKey };
std::string_view name(MoneyLimit limit) noexcept;  // "tier_cap", "credit", ...
// Of all spending, and set by the organization: its limit or an alert.
constexpr bool is_own(MoneyLimit limit) noexcept {
  return limit == MoneyLimit::kOrganization || limit == MoneyLimit::kAlert;
}

struct MoneyEnd {
  MoneyLimit limit = MoneyLimit::kTierCap;
  double after = 0;  // seconds
  // Of that limit; none: it is of the last key that spends, or its workspace, and stops these
  // alone.
  std::optional<double> dollars;
  bool operator==(const MoneyEnd&) const = default;
};

}  // namespace sluice
