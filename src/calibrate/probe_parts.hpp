// The small designs of a probe: for one thing that is not known of a model or a limit, the fewest
// and cheapest requests that tell it, as workloads of a scenario. Sizes follow from what the
// catalog guesses of the model.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "describe/value.hpp"
#include "policy/run_plan.hpp"
#include "results/probe_plan.hpp"

namespace sluice::calibrate {

// A part with its workloads, whose `starts` are yet to be added.
struct ProbeDesign {
  ProbePart part;
  std::vector<describe::Value> workloads;
  Duration lasts{};
  bool is_dear = false;  // taken only where a maximum was given
};

// What prices a request of the plan's model number `model`.
class ProbePrices {
 public:
  explicit ProbePrices(const RunPlan& plan);
  // `count` of them; none: unpriced.
  std::optional<Money> of(std::size_t model, const Usage& usage, std::int64_t count) const;

 private:
  PriceList prices_;
  std::int64_t at_ns_;
};

struct ProbeOf {
  const RunPlan& plan;
  std::size_t model;  // in the plan
  const ProbePrices& prices;
};
ProbeDesign speed_design(const ProbeOf& of);
ProbeDesign base_design(const ProbeOf& of);
ProbeDesign prefill_design(const ProbeOf& of);
ProbeDesign cached_design(const ProbeOf& of);
ProbeDesign cache_delay_design(const ProbeOf& of);
// The organization's limiter of that type in the model's group; none: it has none.
std::optional<ProbeDesign> bucket_design(const ProbeOf& of, LimitType type);

}  // namespace sluice::calibrate
