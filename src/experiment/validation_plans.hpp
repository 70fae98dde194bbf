// The plainest possible run plans for the validation table: one organization, key, model, client
// and workload; the API answers at once, costs nothing and limits nothing. Each check changes what
// it is about.
#pragma once

#include <cstdint>

#include "engine/simulation.hpp"
#include "experiment/validation_check.hpp"
#include "metrics/measurements.hpp"
#include "policy/run_plan.hpp"
#include "stats/closed_forms.hpp"

namespace sluice {

// Poisson arrivals at one a second, one input token, no output, no retries.
RunPlan bare_plan(const CheckTrial& trial, Duration duration);

// To six digits; for the round figures of the table, exactly.
Rate rate_of(double per_second);
// A bucket of the API's own kind: a limit per minute and a burst.
RateLimiterSpec limiter_of(LimitType type, double refill, double capacity);

struct ValidationRun {
  Measurements measured;
  Duration duration;
  std::uint64_t order_digest;
};
ValidationRun run_plan(const RunPlan& plan, std::uint64_t replication,
                       TimePoint counts_from = kRunStart, QueueKind queue = QueueKind::kRadix);

// Requests that ended, and of those the ones that failed in this way.
std::int64_t ended(const RequestTotals& totals);
Observation share(std::int64_t some, std::int64_t all);

}  // namespace sluice
