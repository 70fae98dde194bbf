// Up to where a rate is searched: the closed form where the scenario's own means give one, else how
// full the limits are at a load that does not fill them.
#pragma once

#include <optional>
#include <vector>

#include "experiment/plan_demand.hpp"
#include "experiment/plan_search.hpp"

namespace sluice {

struct Ceiling {
  std::optional<ClosedForm> closed;  // none: no limit is touched
  bool is_exact = false;
  double search_to = 1;  // factor
  double guess = 1;
};

// One for each scenario; `replications` for those that have to be measured.
Result<std::vector<Ceiling>> find_ceilings(
    TrialRunner& runner, const Lasting& lasting,
    const std::vector<const scenario::LoadedScenario*>& scenarios, std::int64_t replications);

}  // namespace sluice
