// When all that an organization sends is refused for money, and which limit that is. A plain value,
// which says neither how it was found nor how sure it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice {

// An alert is one that revokes: on all spending, or (kKeyAlert) on a key or a workspace.
enum class MoneyLimit : std::uint8_t {
  kTierCap,
  kOrganization,
  kAlert,
  kCredit,
  kWorkspace,
  kKey,
  kKeyAlert
};
std::string_view name(MoneyLimit limit) noexcept;  // "tier_cap", "credit", ...
// Of all spending, and set by the organization: its limit or an alert.
constexpr bool is_own(MoneyLimit limit) noexcept {
  return limit == MoneyLimit::kOrganization || limit == MoneyLimit::kAlert;
}
// Stops some keys alone.
constexpr bool is_of_keys(MoneyLimit limit) noexcept {
  return limit == MoneyLimit::kWorkspace || limit == MoneyLimit::kKey ||
         limit == MoneyLimit::kKeyAlert;
}
// No new month brings back what it has taken.
constexpr bool is_for_good(MoneyLimit limit) noexcept {
  return limit == MoneyLimit::kCredit || limit == MoneyLimit::kKeyAlert;
}

struct MoneyEnd {
  MoneyLimit limit = MoneyLimit::kTierCap;
  double after = 0;  // seconds
  // Of that limit; none: it is of the last key that spends, or its workspace, and stops these
  // alone.
  std::optional<double> dollars;
  // Not in the month of the start. Of what comes back every month `after` is then counted from the
  // beginning of a whole one.
  bool is_later = false;
  bool operator==(const MoneyEnd&) const = default;
};

}  // namespace sluice
