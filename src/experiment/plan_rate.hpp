// What a plan says of the highest rate that lasts, from the runs that were searched for it: its
// mean and interval, what broke above it, and how it compares with arithmetic on means. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "experiment/plan_ceiling.hpp"
#include "experiment/plan_search.hpp"
#include "results/plan_result.hpp"

namespace sluice {

struct RateSearch {
  const std::vector<RateFound>& found;  // by replication
  const Ceiling& ceiling;
  const Lasting& lasting;
  const RunPlan& plan;  // that was searched
  double today = 0;     // requests a minute
};
// All but `impossible`.
PlanRate rate_of(const RateSearch& search);

// A load at which to look whether anything lasts at all. None: what was found had requests enough.
struct LightLoad {
  double factor = 0;
  std::int64_t runs = 0;
  double least = 0;       // of the factors that were searched
  bool is_found = false;  // half of a rate that was found, whose few requests may tell little
};
std::optional<LightLoad> light_load(const RateSearch& search);

std::vector<double> factors_of(const std::vector<RateFound>& found);

}  // namespace sluice
