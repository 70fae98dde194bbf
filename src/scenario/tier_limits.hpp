// The numbers of one usage tier on one day. A tier that has ended can be named for ever and means
// its last numbers; one that begins later is an error.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/organization_config.hpp"
#include "scenario/resolve.hpp"

namespace sluice::scenario {

// The tier without limits or cap: what the scenario gives is all there is.
inline constexpr std::string_view kCustomTier = "custom";

class TierLimits {
 public:
  // Nothing for the custom tier, and after a finding.
  static std::optional<TierLimits> find(Resolution& r, const std::string& tier, CivilDate date,
                                        const std::string& pointer);

  const TierRow* row() const noexcept { return row_; }
  NamedLimits of_group(std::string_view group) const;
  void note_guesses(Resolution& r, std::string_view group) const;

 private:
  TierLimits(const Catalog& catalog, const TierRow* row, CivilDate date)
      : catalog_(&catalog), row_(row), date_(date) {}
  const LimitRow* row_of(std::string_view group) const;

  const Catalog* catalog_;
  const TierRow* row_;
  CivilDate date_;
};

}  // namespace sluice::scenario
