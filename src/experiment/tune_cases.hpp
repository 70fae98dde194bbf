// The same scenario in a world that is otherwise: heavier traffic, an outage, and assumptions that
// nobody can be sure of. For seeing whether a choice of policy holds. Deterministic; draws stay
// keyed as they were.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenario/load.hpp"

namespace sluice {

struct WorldCase {
  std::string name;
  std::string words;           // what is changed, in a sentence's middle
  bool is_assumption = false;  // of the scenario's own, not something that happens
  void (*change)(RunPlan& plan) = nullptr;
};

// Those that change something in this scenario, in a fixed order.
std::vector<WorldCase> world_cases(const RunPlan& plan);

scenario::LoadedScenario with(const scenario::LoadedScenario& scenario, const WorldCase& world);

}  // namespace sluice
