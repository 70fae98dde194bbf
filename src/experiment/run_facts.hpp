// What a result says about its run besides measurements, read from the scenario and the finished
// simulation.
#pragma once

#include "engine/simulation.hpp"
#include "results/run_facts.hpp"
#include "scenario/load.hpp"

namespace sluice {

// What is known before the run: names, limits, identity.
RunFacts facts_of(const scenario::LoadedScenario& scenario);
// The same with what the run left: events, spending.
RunFacts facts_of(const scenario::LoadedScenario& scenario, Simulation& simulation);

}  // namespace sluice
