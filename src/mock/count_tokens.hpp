// The limit of POST /v1/messages/count_tokens: calls a minute of the whole organization, apart from
// the Messages limits (docs: token-counting, 2026-08).
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "policy/token_bucket.hpp"

namespace sluice::mock {

class CountLimiter {
 public:
  // None: not limited.
  explicit CountLimiter(std::optional<std::int64_t> per_minute) {
    if (per_minute) bucket_.emplace(TokenBucket::Size{.limit = *per_minute}, kRunStart);
  }

  // Nothing: charged. Else how long until a call fits.
  std::optional<Duration> call(TimePoint now) noexcept {
    if (!bucket_) return std::nullopt;
    if (!bucket_->holds(now, 1)) return bucket_->ready_at(now, 1) - now;
    bucket_->debit(now, 1);
    return std::nullopt;
  }
  std::int64_t per_minute() const noexcept { return bucket_ ? bucket_->size().limit : 0; }

 private:
  std::optional<TokenBucket> bucket_;
};

}  // namespace sluice::mock
