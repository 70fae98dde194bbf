// Client-side token buckets of requests, input and output tokens, full at the start. A send takes
// what the client expects of the attempt; what it really took is known at its end and settled.
//
// As OpenAI's cookbook does it (api_request_parallel_processor.py), nothing is settled, and after a
// 429 nothing at all goes for 15 s.
#pragma once

#include <optional>

#include "api/outcome.hpp"
#include "policy/pacer_spec.hpp"
#include "policy/token_bucket.hpp"

namespace sluice {

class ClientBuckets {
 public:
  explicit ClientBuckets(const PacerSpec& spec);

  // When all buckets hold what it takes; one that takes more than a bucket holds goes when that is
  // full, and leaves it in debt.
  TimePoint ready_at(TimePoint now, const PacedAttempt& attempt) noexcept;
  bool send(TimePoint now, const PacedAttempt& attempt, std::uint64_t bits) noexcept;
  void ended(TimePoint now, const PacedAttempt& attempt, TimePoint sent,
             const Outcome& outcome) noexcept;

 private:
  bool is_cookbook_;
  TimePoint paused_until_ = kRunStart;
  std::optional<TokenBucket> requests_;
  std::optional<TokenBucket> input_;
  std::optional<TokenBucket> output_;
};

}  // namespace sluice
