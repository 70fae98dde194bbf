#include "policy/pacer_atb.hpp"

#include <algorithm>

#include "policy/pacer_outcome.hpp"

namespace sluice {
namespace {

constexpr double kCapacity = 4;
constexpr double kIncrease = 1.2;
constexpr double kDecrease = 0.5;
constexpr double kLeastStep = 0.01;
constexpr double kLeastRate = 0.01;
// Theirs has no upper bound; this one is beyond all limits and keeps the numbers finite.
constexpr double kMostRate = 1e6;
constexpr std::int64_t kBeginsAt = 4;  // a minute

bool is_refused(const Outcome& outcome) noexcept {
  return is_dropped(outcome) || outcome.error == ErrorKind::kApi;
}

}  // namespace

AdaptiveTokenBucket::AdaptiveTokenBucket(const PacerSpec& spec) noexcept
    : rate_(std::max(kLeastRate,
                     static_cast<double>(spec.requests_per_minute.value_or(kBeginsAt)) / 60)) {}

TimePoint AdaptiveTokenBucket::ready_at(TimePoint now, const PacedAttempt&) noexcept {
  refill(now);
  if (level_ >= 1) return now;
  // The nanosecond more makes good for the fraction that is cut off.
  return now + nanoseconds(static_cast<std::int64_t>((1 - level_) / rate_ * 1e9) + 1);
}

bool AdaptiveTokenBucket::send(TimePoint now, const PacedAttempt&, std::uint64_t) noexcept {
  refill(now);
  level_ -= 1;
  return true;
}

void AdaptiveTokenBucket::ended(TimePoint now, const PacedAttempt&, TimePoint sent,
                                const Outcome& outcome) noexcept {
  if (sent < changed_) return;
  refill(now);
  if (outcome.ok()) {
    rate_ = std::min(kMostRate, std::max(rate_ + kLeastStep, rate_ * kIncrease));
  } else if (is_refused(outcome)) {
    rate_ = std::max(kLeastRate, rate_ * kDecrease);
    level_ = std::min(level_, 0.0);
  } else {
    return;
  }
  changed_ = now;
}

void AdaptiveTokenBucket::refill(TimePoint now) noexcept {
  const double elapsed = static_cast<double>(ns(now - refilled_)) / 1e9;
  level_ = std::min(kCapacity, level_ + elapsed * rate_);
  refilled_ = now;
}

}  // namespace sluice
