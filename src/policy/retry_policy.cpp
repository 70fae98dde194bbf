#include "policy/retry_policy.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.hpp"
#include "base/deterministic_math.hpp"
#include "base/draw.hpp"
#include "base/integer.hpp"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 11> kBackoffNames = {
    "fixed",   "exponential", "full-jitter", "equal-jitter", "decorrelated", "shrink",
    "stretch", "add",         "around",      "polly",        "windowed"};

constexpr std::int64_t kLongestCount = ns(kLongestWait);

// floor(U x span) for the U that the bits stand for; span >= 0.
constexpr std::int64_t share(std::uint64_t bits, std::int64_t span) noexcept {
  return static_cast<std::int64_t>(
      (static_cast<uint128>(bits) * static_cast<std::uint64_t>(span)) >> 64);
}

// floor(value x permille / 1000), at most kLongestCount. In 64 bits: the 128-bit division would
// cost more than all the rest.
constexpr std::int64_t scaled(std::int64_t value, std::int64_t permille) noexcept {
  std::int64_t product = 0;
  if (!__builtin_mul_overflow(value, permille, &product))
    return std::min(product / 1000, kLongestCount);
  std::int64_t whole = 0;
  std::int64_t part = 0;
  std::int64_t sum = 0;
  if (__builtin_mul_overflow(value / 1000, permille, &whole) ||
      __builtin_mul_overflow(value % 1000, permille, &part) ||
      __builtin_add_overflow(whole, part / 1000, &sum)) {
    return kLongestCount;
  }
  return std::min(sum, kLongestCount);
}

// value x count, at most kLongestCount.
constexpr std::int64_t times(std::int64_t value, std::int64_t count) noexcept {
  std::int64_t product = 0;
  return __builtin_mul_overflow(value, count, &product) ? kLongestCount
                                                        : std::min(product, kLongestCount);
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
    case ErrorKind::kRefusedByClient:
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

struct Terms {
  std::int64_t base;
  std::int64_t cap;
};

// base / 1.4 x f(t), f(t) = 2^t tanh(sqrt(4 t)), t = n + U: the time from the first failure to the
// retry, of which kPolly waits the part that has not passed.
std::int64_t polly_instant(std::int64_t base, std::int64_t n, std::uint64_t bits) noexcept {
  constexpr double kLn2 = 0.69314718055994530942;
  const double t = static_cast<double>(std::min<std::int64_t>(n, 1000)) + unit_interval(bits);
  const double doubled = deterministic::expm1(2 * std::sqrt(4 * t));  // tanh(x), x = sqrt(4 t)
  const double tanh = doubled < 1e18 ? doubled / (doubled + 2) : 1;
  const double instant = static_cast<double>(base) / 1.4 * deterministic::exp(t * kLn2) * tanh;
  return instant < static_cast<double>(kLongestCount) ? static_cast<std::int64_t>(instant)
                                                      : kLongestCount;
}

std::int64_t polly_wait(const Terms& terms, std::int64_t n, Duration& memory,
                        std::uint64_t bits) noexcept {
  const std::int64_t instant = polly_instant(terms.base, n, bits);
  // One that has grown beyond all bounds is not the difference of two that have.
  const std::int64_t wait = instant == kLongestCount ? instant : instant - ns(memory);
  memory = nanoseconds(instant);
  return std::clamp<std::int64_t>(wait, 0, terms.cap);
}

// Once per window: what is left of the last one, and a part of the next.
std::int64_t windowed_wait(std::int64_t window, Duration& memory, std::uint64_t bits) noexcept {
  const std::int64_t offset = share(bits, window);
  const std::int64_t wait = ns(memory) + offset;
  memory = nanoseconds(window - offset);
  return wait;
}

// v of the header, spread.
std::int64_t grown_wait(const RetrySpec& spec, const Terms& terms, std::int64_t n,
                        std::uint64_t bits) noexcept {
  const std::int64_t exponent = std::max<std::int64_t>(n - spec.exponent_lag, 0);
  const std::int64_t v = grown(terms.base, terms.cap, spec.multiplier_permille, exponent);
  switch (spec.backoff) {
    case Backoff::kFixed:
    case Backoff::kDecorrelated:
    case Backoff::kExponential:
    case Backoff::kPolly:
    case Backoff::kWindowed:
      break;
    case Backoff::kFullJitter:
      return share(bits, v);
    case Backoff::kEqualJitter:
      return v / 2 + share(bits, v - v / 2);
    case Backoff::kShrink:
      return std::max<std::int64_t>(v - share(bits, scaled(v, spec.jitter_permille)), 0);
    case Backoff::kStretch:
      return v + share(bits, scaled(v, spec.jitter_permille));
    case Backoff::kAdd:
      return v + share(bits, scaled(ns(seconds(1)), spec.jitter_permille));
    case Backoff::kAround: {
      const std::int64_t half = scaled(v, spec.jitter_permille);
      return std::max<std::int64_t>(v - half + share(bits, 2 * half), 0);
    }
  }
  return v;
}

// `memory` is RetryState::previous.
Duration own_wait(const RetrySpec& spec, Terms terms, std::int64_t n, Duration& memory,
                  std::uint64_t bits) noexcept {
  SLUICE_CHECK(terms.base >= 0 && terms.cap >= 0);
  SLUICE_CHECK(spec.multiplier_permille >= 0 && spec.jitter_permille >= 0);
  terms = {.base = std::min(terms.base, kLongestCount), .cap = std::min(terms.cap, kLongestCount)};
  if (spec.backoff == Backoff::kFixed) return nanoseconds(terms.base);
  std::int64_t wait = 0;
  if (spec.backoff == Backoff::kDecorrelated) {
    const std::int64_t last = std::clamp(ns(memory), terms.base, std::max(terms.base, terms.cap));
    wait = std::min(terms.cap, terms.base + share(bits, 3 * last - terms.base));
    memory = nanoseconds(wait);
  } else if (spec.backoff < Backoff::kPolly) {
    wait = grown_wait(spec, terms, n, bits);
  } else if (spec.backoff == Backoff::kPolly) {
    wait = polly_wait(terms, n, memory, bits);
  } else {
    wait = windowed_wait(std::min(terms.base, terms.cap), memory, bits);
  }
  return nanoseconds(std::min(wait, kLongestCount));
}

// The base after this failure, and the cap.
Terms terms_after(const RetrySpec& spec, ErrorKind error) noexcept {
  const bool own_base = error == ErrorKind::kRateLimit && spec.base_on_429 > Duration{};
  return {.base = ns(own_base ? spec.base_on_429 : spec.base), .cap = ns(spec.cap)};
}

Duration own_backoff(const RetrySpec& spec, RetryState& state, const Outcome& outcome,
                     std::uint64_t bits) noexcept {
  return own_wait(spec, terms_after(spec, outcome.error), state.retries, state.previous, bits);
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

Duration backoff_delay(const RetrySpec& spec, std::int64_t n, Duration previous, std::uint64_t bits,
                       ErrorKind after) noexcept {
  return own_wait(spec, terms_after(spec, after), n, previous, bits);
}

bool is_retried(const RetrySpec& spec, const RetryState& state, const Outcome& outcome) noexcept {
  return state.retries < spec.max_retries && is_retryable(spec, outcome) &&
         !ends_request(spec.retry_after, outcome);
}

Duration retry_wait(const RetrySpec& spec, RetryState& state, const Outcome& outcome,
                    std::uint64_t bits) noexcept {
  const RetryAfterRule& rule = spec.retry_after;
  if (!is_heard(rule, outcome)) return own_backoff(spec, state, outcome, bits);
  const Duration asked = std::min(*outcome.retry_after, kLongestWait);
  if (spec.backoff == Backoff::kWindowed && spec.clients > 0) {
    return own_wait(spec, {.base = times(ns(asked), spec.clients), .cap = ns(spec.cap)},
                    state.retries, state.previous, bits);
  }
  if (*outcome.retry_after > rule.longest) {
    const Duration own = own_backoff(spec, state, outcome, bits);
    return rule.obey_if_shorter_than_backoff ? std::min(asked, own) : own;
  }
  if (rule.as_minimum) {
    const Duration own = own_backoff(spec, state, outcome, bits);
    return asked - own > rule.beyond_backoff ? own + rule.beyond_backoff : std::max(asked, own);
  }
  SLUICE_CHECK(rule.spread >= Duration{} && rule.spread_permille >= 0);
  std::int64_t spread = std::min(ns(rule.spread), kLongestCount);
  if (rule.spread_permille > 0) spread = std::min(spread, scaled(ns(asked), rule.spread_permille));
  return nanoseconds(std::min(ns(asked) + share(bits, spread), kLongestCount));
}

}  // namespace sluice
