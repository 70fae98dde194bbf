// Plans the cheapest set of requests that identifies what is missing, priced before any is sent, as
// an ordinary scenario that `sluice replay` runs. For each model of a scenario that is not known
// from records: short answers for the base, long prompts for the prefill speed, long answers for
// the output speed, repeats of a prefix for the cached speed and for how soon it can be read, and a
// burst just above the bucket of requests, whose refusals are free.
#pragma once

#include <optional>

#include "describe/value.hpp"
#include "policy/run_plan.hpp"
#include "results/calibration.hpp"
#include "results/probe_plan.hpp"

namespace sluice::calibrate {

struct ProbeWish {
  const RunPlan& plan;
  // The scenario as it is written, for its organization, models and overlays.
  const describe::Value& document;
  // What records have told already; empty: nothing.
  const Calibration* known = nullptr;
  // In the worst case. Parts are taken from the cheapest on; what is dear to start with (buckets of
  // tokens) is taken only with it.
  std::optional<Money> max_cost{};
};
ProbePlan plan_probe(const ProbeWish& wish);

}  // namespace sluice::calibrate
