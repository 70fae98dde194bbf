#include "policy/retry_policy.hpp"

#include <algorithm>
#include <array>

#include "base/check.hpp"
#include "base/integer.hpp"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 8> kBackoffNames = {
    "fixed",        "exponential", "full-jitter", "equal-jitter",
    "decorrelated", "shrink",      "stretch",     "add"};

// 73 years: three of them fit 64 bits.
constexpr std::int64_t kLongestWait = std::int64_t{1} << 61;

// floor(U x span) for the U that the bits stand for; span >= 0.
constexpr std::int64_t share(std::uint64_t bits, std::int64_t span) noexcept {
  return static_cast<std::int64_t>(
      (static_cast<uint128>(bits) * static_cast<std::uint64_t>(span)) >> 64);
}

// floor(value x permille / 1000), at most kLongestWait. In 64 bits: the 128-bit division would cost
// more than all the rest.
constexpr std::int64_t scaled(std::int64_t value, std::int64_t permille) noexcept {
  std::int64_t product = 0;
  if (!__builtin_mul_overflow(value, permille, &product))
    return std::min(product / 1000, kLongestWait);
  std::int64_t whole = 0;
  std::int64_t part = 0;
  std::int64_t sum = 0;
  if (__builtin_mul_overflow(value / 1000, permille, &whole) ||
      __builtin_mul_overflow(value % 1000, permille, &part) ||
      __builtin_add_overflow(whole, part / 1000, &sum)) {
    return kLongestWait;
  }
  return std::min(sum, kLongestWait);
}

// min(cap, base x multiplier^exponent)
std::int64_t grown(std::int64_t base, std::int64_t cap, std::int64_t multiplier_permille,
                   std::int64_t exponent) noexcept {
  if (multiplier_permille == 2000) {
    return exponent < 63 && base <= (cap >> exponent) ? base << exponent : base == 0 ? 0 : cap;
  }
  std::int64_t value = std::min(base, cap);
  for (; exponent > 0; --exponent) {
    const std::int64_t next = std::min(scaled(value, multiplier_permille), cap);
    if (next == value) break;  // at the cap, at zero, or multiplied by one
    value = next;
  }
  return value;
}

// Ended by the client itself, or not ended at all: there was nothing to try again.
bool is_final(ErrorKind kind) noexcept {
  return kind == ErrorKind::kNone || kind == ErrorKind::kDeadline ||
         kind == ErrorKind::kQueueFull || kind == ErrorKind::kExpired;
}

bool retries_kind(const RetrySpec& spec, ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::kRateLimit:
      return spec.retry_rate_limit;
    case ErrorKind::kApi:
    case ErrorKind::kTimeout:
    case ErrorKind::kOverloaded:
      return spec.retry_server_errors;
    case ErrorKind::kConflict:
      return spec.retry_conflict;
    case ErrorKind::kConnection:
    case ErrorKind::kAttemptTimeout:
      return spec.retry_connection;
    case ErrorKind::kNone:
    case ErrorKind::kInvalidRequest:
    case ErrorKind::kAuthentication:
    case ErrorKind::kBilling:
    case ErrorKind::kPermission:
    case ErrorKind::kNotFound:
    case ErrorKind::kRequestTooLarge:
    case ErrorKind::kDeadline:
    case ErrorKind::kQueueFull:
    case ErrorKind::kExpired:
      return false;
  }
  return false;
}

bool is_retryable(const RetrySpec& spec, const Outcome& outcome) noexcept {
  if (is_final(outcome.error)) return false;
  if (outcome.began) {  // the headers are gone: only the stream's own rules apply
    const bool allowed =
        spec.retry_in_stream || (spec.retry_before_output && outcome.first_token == kNever);
    return allowed && retries_kind(spec, outcome.error);
  }
  if (spec.obey_should_retry && outcome.should_retry) return *outcome.should_retry;
  return !outcome.never_fits && retries_kind(spec, outcome.error);
}

// The own backoff; kDecorrelated remembers it.
Duration own_backoff(const RetrySpec& spec, RetryState& state, std::uint64_t bits) noexcept {
  state.previous = backoff_delay(spec, state.retries, state.previous, bits);
  return state.previous;
}

bool is_heard(const RetryAfterRule& rule, const Outcome& outcome) noexcept {
  if (!rule.obey || !outcome.retry_after) return false;
  if (rule.only_on_429 && outcome.error != ErrorKind::kRateLimit) return false;
  return *outcome.retry_after > Duration{} ||
         (rule.obey_zero && *outcome.retry_after == Duration{});
}

bool ends_request(const RetryAfterRule& rule, const Outcome& outcome) noexcept {
  if (rule.required_on_429 && outcome.error == ErrorKind::kRateLimit && !outcome.retry_after) {
    return true;
  }
  return rule.fail_if_longer && is_heard(rule, outcome) && *outcome.retry_after > rule.longest;
}

}  // namespace

std::string_view name(Backoff backoff) noexcept {
  return kBackoffNames[static_cast<std::size_t>(backoff)];
}

std::optional<Backoff> backoff_named(std::string_view name) noexcept {
  const auto* const found = std::find(kBackoffNames.begin(), kBackoffNames.end(), name);
  if (found == kBackoffNames.end()) return std::nullopt;
  return static_cast<Backoff>(found - kBackoffNames.begin());
}

Duration backoff_delay(const RetrySpec& spec, std::int64_t n, Duration previous,
                       std::uint64_t bits) noexcept {
  SLUICE_CHECK(spec.base >= Duration{} && spec.cap >= Duration{});
  SLUICE_CHECK(spec.multiplier_permille >= 0 && spec.jitter_permille >= 0);
  const std::int64_t base = std::min(ns(spec.base), kLongestWait);
  const std::int64_t cap = std::min(ns(spec.cap), kLongestWait);
  if (spec.backoff == Backoff::kFixed) return nanoseconds(base);
  if (spec.backoff == Backoff::kDecorrelated) {
    const std::int64_t last = std::clamp(ns(previous), base, std::max(base, cap));
    return nanoseconds(std::min(cap, base + share(bits, 3 * last - base)));
  }
  const std::int64_t exponent = std::max<std::int64_t>(n - spec.exponent_lag, 0);
  const std::int64_t v = grown(base, cap, spec.multiplier_permille, exponent);
  std::int64_t wait = v;
  switch (spec.backoff) {
    case Backoff::kFixed:
    case Backoff::kDecorrelated:
    case Backoff::kExponential:
      break;
    case Backoff::kFullJitter:
      wait = share(bits, v);
      break;
    case Backoff::kEqualJitter:
      wait = v / 2 + share(bits, v - v / 2);
      break;
    case Backoff::kShrink:
      wait = std::max<std::int64_t>(v - share(bits, scaled(v, spec.jitter_permille)), 0);
      break;
    case Backoff::kStretch:
      wait = v + share(bits, scaled(v, spec.jitter_permille));
      break;
    case Backoff::kAdd:
      wait = v + share(bits, scaled(ns(seconds(1)), spec.jitter_permille));
      break;
  }
  return nanoseconds(std::min(wait, kLongestWait));
}

bool is_retried(const RetrySpec& spec, const RetryState& state, const Outcome& outcome) noexcept {
  return state.retries < spec.max_retries && is_retryable(spec, outcome) &&
         !ends_request(spec.retry_after, outcome);
}

Duration retry_wait(const RetrySpec& spec, RetryState& state, const Outcome& outcome,
                    std::uint64_t bits) noexcept {
  const RetryAfterRule& rule = spec.retry_after;
  if (!is_heard(rule, outcome)) return own_backoff(spec, state, bits);
  const Duration asked = std::min(*outcome.retry_after, nanoseconds(kLongestWait));
  if (*outcome.retry_after > rule.longest) {
    const Duration own = own_backoff(spec, state, bits);
    return rule.obey_if_shorter_than_backoff ? std::min(asked, own) : own;
  }
  if (rule.as_minimum) return std::max(asked, own_backoff(spec, state, bits));
  SLUICE_CHECK(rule.spread >= Duration{});
  const std::int64_t spread = std::min(ns(rule.spread), kLongestWait);
  return nanoseconds(std::min(ns(asked) + share(bits, spread), kLongestWait));
}

}  // namespace sluice
