#include "results/money_end.hpp"

namespace sluice {

std::string_view name(MoneyLimit limit) noexcept {
  switch (limit) {
    case MoneyLimit::kTierCap:
      return "tier_cap";
    case MoneyLimit::kOrganization:
      return "organization";
    case MoneyLimit::kAlert:
      return "alert";
    case MoneyLimit::kCredit:
      return "credit";
    case MoneyLimit::kWorkspace:
      return "workspace";
    case MoneyLimit::kKey:
      return "key";
    case MoneyLimit::kKeyAlert:
      return "key_alert";
  }
  return "tier_cap";
}

}  // namespace sluice
