#include "policy/pacer_buckets.hpp"

#include <algorithm>

#include "base/integer.hpp"

namespace sluice {
namespace {

constexpr Duration kCookbookPause = seconds(15);

std::optional<TokenBucket> bucket(std::optional<std::int64_t> rate, Duration burst) {
  if (!rate) return std::nullopt;
  return TokenBucket({.limit = *rate, .burst = burst}, kRunStart);
}

// However slow it is, a request has to fit.
Duration at_least_one(std::optional<std::int64_t> rate, Duration burst) {
  if (!rate) return burst;
  const auto interval = static_cast<std::int64_t>(ceil_div(ns(minutes(1)), *rate));
  return std::max(burst, nanoseconds(interval));
}

TimePoint fits_at(std::optional<TokenBucket>& bucket, TimePoint now, std::int64_t tokens) noexcept {
  if (!bucket) return now;
  return bucket->ready_at(now, std::min(tokens, bucket->capacity()));
}

void take(std::optional<TokenBucket>& bucket, TimePoint now, std::int64_t tokens) noexcept {
  if (bucket) bucket->debit(now, tokens);
}

void settle(std::optional<TokenBucket>& bucket, TimePoint now, std::int64_t too_much) noexcept {
  if (bucket) bucket->credit(now, too_much);
}

}  // namespace

ClientBuckets::ClientBuckets(const PacerSpec& spec)
    : is_cookbook_(spec.pacing == Pacing::kCookbook),
      requests_(
          bucket(spec.requests_per_minute, at_least_one(spec.requests_per_minute, spec.burst))),
      input_(bucket(spec.input_tokens_per_minute, spec.burst)),
      output_(bucket(spec.output_tokens_per_minute, spec.burst)) {}

TimePoint ClientBuckets::ready_at(TimePoint now, const PacedAttempt& attempt) noexcept {
  return std::max({paused_until_, fits_at(requests_, now, 1),
                   fits_at(input_, now, attempt.input_tokens),
                   fits_at(output_, now, attempt.output_tokens)});
}

bool ClientBuckets::send(TimePoint now, const PacedAttempt& attempt, std::uint64_t) noexcept {
  take(requests_, now, 1);
  take(input_, now, attempt.input_tokens);
  take(output_, now, attempt.output_tokens);
  return true;
}

void ClientBuckets::ended(TimePoint now, const PacedAttempt& attempt, TimePoint,
                          const Outcome& outcome) noexcept {
  if (is_cookbook_) {
    if (outcome.error == ErrorKind::kRateLimit) paused_until_ = now + kCookbookPause;
    return;
  }
  settle(input_, now, attempt.input_tokens - outcome.usage.uncached_input_tokens());
  settle(output_, now, attempt.output_tokens - outcome.usage.output_tokens);
}

}  // namespace sluice
