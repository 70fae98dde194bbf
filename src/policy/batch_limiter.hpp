// Limits of the Message Batches API (docs: rate-limits, 2026-08): requests a minute over all batch
// endpoints, requests waiting in the processing queue over all models, and requests per batch.
// Apart from the Messages limiters.
#pragma once

#include <cstdint>
#include <optional>

#include "policy/rate_limiter.hpp"
#include "policy/token_bucket.hpp"

namespace sluice {

struct BatchLimiterSpec {
  std::int64_t requests_per_minute = 1000;
  std::int64_t max_enqueued = 200'000;
  std::int64_t max_per_batch = 100'000;
  Duration burst = minutes(1);
};

class BatchLimiter {
 public:
  BatchLimiter(BatchLimiterSpec spec, TimePoint now);

  // One call of a batch endpoint that enqueues `requests` (0 for a poll): admitted and charged, or
  // refused. How long a full queue stays full is unknown to it: the refusal asks for kQueueWait. A
  // batch above max_per_batch() is an invalid request, for the caller to find.
  std::optional<Refusal> call(TimePoint now, std::int64_t requests) noexcept;
  // That many have been processed, have expired or were cancelled.
  void completed(std::int64_t requests) noexcept;
  std::int64_t enqueued() const noexcept { return enqueued_; }
  std::int64_t max_per_batch() const noexcept { return spec_.max_per_batch; }

  static constexpr Duration kQueueWait = minutes(1);

 private:
  BatchLimiterSpec spec_;
  TokenBucket calls_;
  std::int64_t enqueued_ = 0;
};

}  // namespace sluice
