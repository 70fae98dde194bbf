#include "policy/circuit_breaker.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace sluice {

CircuitBreaker::CircuitBreaker(const BreakerSpec& spec) : spec_(spec) {
  SLUICE_CHECK(spec.calls >= 1 && spec.trial_calls >= 1 && spec.failure_permille >= 0);
  if (spec.is_on) failed_.assign(static_cast<std::size_t>(spec.calls), false);
}

bool CircuitBreaker::allows(TimePoint now) noexcept {
  if (state_ == State::kOpen && now >= open_until_) {
    state_ = State::kHalfOpen;
    counted_ = 0;
    failures_ = 0;
    trials_allowed_ = 0;
  }
  switch (state_) {
    case State::kClosed:
      return true;
    case State::kOpen:
      return false;
    case State::kHalfOpen:
      return trials_allowed_ < spec_.trial_calls && ++trials_allowed_ > 0;
  }
  return false;
}

void CircuitBreaker::ended(TimePoint now, const Outcome& outcome) noexcept {
  if (!spec_.is_on || state_ == State::kOpen) return;
  const bool failed = is_failure(outcome);
  if (failed) ++failures_;
  if (state_ == State::kHalfOpen) {
    if (++counted_ < spec_.trial_calls) return;
    too_many_failed(spec_.trial_calls) ? open(now) : close();
    return;
  }
  if (counted_ == spec_.calls) {
    if (failed_[next_]) --failures_;
  } else {
    ++counted_;
  }
  failed_[next_] = failed;
  next_ = next_ + 1 == failed_.size() ? 0 : next_ + 1;
  if (counted_ == spec_.calls && too_many_failed(spec_.calls)) open(now);
}

void CircuitBreaker::open(TimePoint now) noexcept {
  state_ = State::kOpen;
  open_until_ = spec_.open_for < kNever - now ? now + spec_.open_for : kNever;
}

void CircuitBreaker::close() noexcept {
  state_ = State::kClosed;
  next_ = 0;
  counted_ = 0;
  failures_ = 0;
}

bool CircuitBreaker::is_failure(const Outcome& outcome) const noexcept {
  switch (outcome.error) {
    case ErrorKind::kRateLimit:
      return spec_.counts_rate_limit;
    case ErrorKind::kApi:
    case ErrorKind::kTimeout:
    case ErrorKind::kOverloaded:
    case ErrorKind::kConnection:
    case ErrorKind::kAttemptTimeout:
    case ErrorKind::kDeadline:
      return true;
    case ErrorKind::kNone:
    case ErrorKind::kInvalidRequest:
    case ErrorKind::kAuthentication:
    case ErrorKind::kBilling:
    case ErrorKind::kPermission:
    case ErrorKind::kNotFound:
    case ErrorKind::kConflict:
    case ErrorKind::kRequestTooLarge:
    case ErrorKind::kQueueFull:
    case ErrorKind::kExpired:
    case ErrorKind::kRefusedByClient:
      return false;
  }
  return false;
}

// A share of exactly failure_permille is too many, as in resilience4j.
bool CircuitBreaker::too_many_failed(std::int64_t of) const noexcept {
  return failures_ * 1000 >= spec_.failure_permille * of;
}

}  // namespace sluice
