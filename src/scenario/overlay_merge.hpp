// Laying overlays under a scenario, before anything is decoded: what the scenario says stands, what
// it does not say comes from the last overlay that says it. The result is an ordinary scenario
// document whose nodes know which file they come from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "describe/value.hpp"
#include "scenario/catalog.hpp"

namespace sluice::scenario {

// Objects are merged member by member, arrays of named things (workspaces, keys) by name, limits
// and models by what their names mean. A distribution, any other array, a string or a number is one
// word: it is taken whole. A null in the scenario takes an overlay's word back. `overlays` are in
// order, the last the strongest; their faults are put behind the scenario's.
void lay_overlays(describe::Value& scenario, const std::vector<describe::Value>& overlays,
                  const Catalog& catalog);

}  // namespace sluice::scenario
