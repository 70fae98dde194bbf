// An organization's limits as a catalog overlay, which a scenario names under "overlays": what was
// read replaces the tier's numbers, and what cannot be said in a scenario stands in `about`, so
// that nothing is dropped without a word.
#pragma once

#include "admin/pull_limits.hpp"
#include "describe/value.hpp"
#include "results/limits_comparison.hpp"

namespace sluice::admin {

// `compared` is what compare_limits() made of `pulled`: its rows are what is written, and its tier
// gives what the answers do not have. A published type that a group of the answer lacks is
// "unlimited": the API lists all limits that there are.
describe::Value limits_overlay(const PulledLimits& pulled, const LimitsComparison& compared);

}  // namespace sluice::admin
