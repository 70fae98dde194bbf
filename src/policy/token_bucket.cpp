#include "policy/token_bucket.hpp"

#include <limits>

#include "base/check.hpp"

namespace sluice {
namespace {

constexpr std::int64_t kMaxNs = std::numeric_limits<std::int64_t>::max();

int128 capacity_of(const TokenBucket::Size& size) {
  SLUICE_CHECK(size.limit >= 1 && size.limit <= 1'000'000'000'000);
  SLUICE_CHECK(size.period >= minutes(1) && size.period % minutes(1) == Duration{0});
  SLUICE_CHECK(size.burst > Duration{0});
  return static_cast<int128>(size.limit) * ns(size.burst);
}

TimePoint later(TimePoint now, Duration wait) noexcept {
  return wait > kNever - now ? kNever : now + wait;
}

// Quotient rounded up, at most the longest duration; dividend > 0, divisor > 0. Most dividends fit
// in 64 bits, whose division is several times faster.
Duration duration_ceil(int128 dividend, std::int64_t divisor) noexcept {
  if (dividend <= kMaxNs) {
    const auto narrow = static_cast<std::int64_t>(dividend);
    return Duration{narrow / divisor + (narrow % divisor != 0 ? 1 : 0)};
  }
  const int128 quotient = ceil_div(dividend, divisor);
  return Duration{quotient > kMaxNs ? kMaxNs : static_cast<std::int64_t>(quotient)};
}

}  // namespace

TokenBucket::TokenBucket(Size size, TimePoint now)
    : level_(capacity_of(size)),
      capacity_(level_),
      limit_(size.limit),
      period_(ns(size.period)),
      updated_(now),
      refill_origin_(static_cast<int128>(limit_) * ns(now) - level_),
      drain_scale_(size.period / minutes(1)),
      burst_(size.burst) {}

std::int64_t TokenBucket::capacity() const noexcept {
  return static_cast<std::int64_t>(capacity_ / period_);
}

std::int64_t TokenBucket::level(TimePoint now) noexcept {
  return static_cast<std::int64_t>(floor_div(level_units(now), period_));
}

Duration TokenBucket::refill_time(int128 deficit) const noexcept {
  return deficit <= 0 ? Duration{0} : duration_ceil(deficit, limit_);
}

TimePoint TokenBucket::ready_at(TimePoint now, std::int64_t tokens) noexcept {
  if (!could_ever_hold(tokens)) return kNever;
  return later(now, refill_time(units(tokens) - level_units(now)));
}

TimePoint TokenBucket::positive_at(TimePoint now) noexcept {
  return later(now, refill_time(1 - level_units(now)));
}

TimePoint TokenBucket::full_at(TimePoint now) noexcept {
  return later(now, refill_time(capacity_ - level_units(now)));
}

TimePoint TokenBucket::dry_at(TimePoint now) noexcept {
  if (level_units(now) <= 0) return now;
  if (drain_ <= limit_) return kNever;
  return later(now, duration_ceil(level_, drain_ - limit_));
}

void TokenBucket::resize(TimePoint now, Size size) noexcept {
  SLUICE_CHECK(ns(size.period) == period_);
  advance(now);
  refill_origin_ += static_cast<int128>(size.limit - limit_) * ns(now);
  capacity_ = capacity_of(size);
  limit_ = size.limit;
  burst_ = size.burst;
  level_ = clamped(level_);
}

std::int64_t TokenBucket::taken(TimePoint now) const noexcept {
  const int128 flowed_in = static_cast<int128>(limit_) * ns(updated_) - refill_origin_;
  const int128 drained_since = static_cast<int128>(drain_) * (ns(now) - ns(updated_));
  return static_cast<std::int64_t>(
      floor_div(flowed_in - spilled_ - level_ + drained_since, period_));
}

}  // namespace sluice
