#include "policy/batch_limiter.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace sluice {

BatchLimiter::BatchLimiter(BatchLimiterSpec spec, TimePoint now)
    : spec_(spec), calls_({.limit = spec.requests_per_minute, .burst = spec.burst}, now) {
  SLUICE_CHECK(spec.max_enqueued >= 0 && spec.max_per_batch >= 1);
}

std::optional<Refusal> BatchLimiter::call(TimePoint now, std::int64_t requests) noexcept {
  SLUICE_CHECK(requests >= 0);
  Refusal refusal;
  const int128 deficit = calls_.units(1) - calls_.level_units(now);
  const bool calls_refused = deficit > 0;
  const bool queue_refused = requests > 0 && enqueued_ + requests > spec_.max_enqueued;
  if (!calls_refused && !queue_refused) {
    calls_.take_units(calls_.units(1));
    enqueued_ += requests;
    return std::nullopt;
  }
  if (calls_refused) {
    refusal.wait = calls_.refill_time(deficit);
    refusal.never_fits = !calls_.could_ever_hold(1);
  }
  if (queue_refused) {
    const bool never_fits = requests > spec_.max_enqueued;
    if (!refusal.never_fits && (never_fits || kQueueWait > refusal.wait)) {
      refusal.cause = LimitCause::kBatchQueue;
    }
    refusal.wait = std::max(refusal.wait, kQueueWait);
    refusal.never_fits |= never_fits;
  }
  return refusal;
}

void BatchLimiter::completed(std::int64_t requests) noexcept {
  SLUICE_CHECK(requests >= 0 && requests <= enqueued_);
  enqueued_ -= requests;
}

}  // namespace sluice
