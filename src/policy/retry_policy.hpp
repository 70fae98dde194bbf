// When a client retries, and after how long (facts: client policies and SDK sources, 2026-11). A
// policy is a value: the presets carry the true constants of real clients by name, and every field
// can be overridden. It reads no clock and draws nothing itself: it is told how the attempt ended
// and given the bits to use.
//
//   RetrySpec spec = *retry_preset("anthropic-sdk-python");
//   if (!is_retried(spec, state, outcome)) ... the request failed
//   const Duration wait = retry_wait(spec, state, outcome, bits);  ++state.retries;  ... again then
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/outcome.hpp"
#include "base/time.hpp"
#include "policy/retry_budget.hpp"

namespace sluice {

// How the wait grows and is spread. v = min(cap, base x multiplier^max(0, n - exponent_lag)), n =
// retries already made; U in [0, 1).
enum class Backoff : std::uint8_t {
  kFixed,         // base
  kExponential,   // v
  kFullJitter,    // U x v
  kEqualJitter,   // v/2 + U x v/2
  kDecorrelated,  // min(cap, base + U x (3 x previous - base)), previous starts at base
  kShrink,        // v x (1 - jitter x U)     Anthropic's SDKs
  kStretch,       // v x (1 + jitter x U)     p-retry as LangChain JS sets it
  kAdd,           // v + jitter x U seconds   LiteLLM
  kAround,        // v x (1 - jitter + 2 x jitter x U)   gRPC since 2024
  kPolly,     // min(cap, base / 1.4 x (f(n + U) - f before)), f(t) = 2^t tanh(sqrt(4 t)), f_-1 = 0
  kWindowed,  // once per window W: what is left of the last window + U x W; W = min(cap, base),
              // or of a retry-after x clients where the clients are known
};
// "fixed", "exponential", "full-jitter", "equal-jitter", "decorrelated", "shrink", "stretch",
// "add", "around", "polly", "windowed".
std::string_view name(Backoff backoff) noexcept;
std::optional<Backoff> backoff_named(std::string_view name) noexcept;

// No cap and no longest header.
inline constexpr Duration kUnlimited = kNever - kRunStart;
// Of one wait: 73 years. Three of them fit 64 bits, so adding one to an instant of a run cannot
// overflow.
inline constexpr Duration kLongestWait = nanoseconds(std::int64_t{1} << 61);

// What becomes of a `retry-after` header. A negative one (a date that has passed) counts as absent.
struct RetryAfterRule {
  bool obey = true;
  Duration longest = kUnlimited;  // a longer one is not obeyed...
  bool fail_if_longer = false;    // ...and ends the request, or gives way to the own backoff
  bool obey_if_shorter_than_backoff =
      false;                         // Vercel: also beyond `longest`, while below the own backoff
  bool obey_zero = false;            // a header of 0 means "at once"; otherwise it counts as absent
  bool as_minimum = false;           // wait for the longer of the header and the own backoff
  bool only_on_429 = false;          // LangChain JS: of other errors the header is not read
  bool required_on_429 = false;      // LangChain JS: a 429 without it is not retried
  Duration spread{};                 // LiteLLM: U x spread is added to an obeyed header...
  std::int64_t spread_permille = 0;  // ...of which spread is at most so much; 0: no such bound
  Duration beyond_backoff = kUnlimited;  // AWS 2026, with as_minimum: at most so much more than
                                         // the own backoff
  bool operator==(const RetryAfterRule&) const = default;
};

// Whatever is set here, a cost that can never fit and 400, 401, 402, 403, 404 and 413 are retried
// only if x-should-retry says so and is obeyed. Durations and permilles are not negative.
struct RetrySpec {
  std::string preset = "none";  // where the values came from
  std::int64_t max_retries = 0;
  Backoff backoff = Backoff::kExponential;
  Duration base = milliseconds(500);
  Duration cap = seconds(8);
  std::int64_t multiplier_permille = 2000;
  std::int64_t exponent_lag = 0;
  std::int64_t jitter_permille = 0;
  Duration base_on_429{};       // AWS 2026: takes the place of base after a 429; zero: does not
  std::int64_t clients = 0;     // kWindowed: how many share the limit; 0: not known
  Duration pause_all_on_429{};  // OpenAI's cookbook: a 429 keeps the whole client process from
                                // sending for so long. The caller's business.
  BudgetKind budget = BudgetKind::kNone;  // over all requests of a client process; the caller's
  RetryAfterRule retry_after{};
  bool obey_should_retry = false;    // x-should-retry decides before the kind of error does
  bool retry_rate_limit = true;      // 429
  bool retry_server_errors = true;   // 408, 500 and above, 529, and what the client itself refused
  bool retry_conflict = true;        // 409
  bool retry_connection = true;      // connection errors and the client's own attempt timeout
  bool retry_in_stream = false;      // an error after the 200: no official SDK does
  bool retry_before_output = false;  // an error after the 200 but before the first token
  bool is_guess = false;  // the formula is not published; shown wherever the preset is named
  bool operator==(const RetrySpec&) const = default;
};

// "none", "fixed", "exponential", "full-jitter", "equal-jitter", "decorrelated",
// "windowed-uniform", "retry-after-strict", "retry-after-jitter", "anthropic-sdk-python",
// "anthropic-sdk-typescript", "claude-code", "vercel-ai", "langchain-js", "litellm",
// "openai-cookbook", "aws-full-jitter", "aws-equal-jitter", "aws-decorrelated", "aws-standard",
// "aws-standard-2026", "grpc", "grpc-2024", "envoy", "polly-v2", "spring7". The generic ones (to
// "retry-after-jitter") never wait for less than a `retry-after`, with one exception: a
// windowed-uniform that knows how many clients there are makes its window of it.
std::optional<RetrySpec> retry_preset(std::string_view name);
struct PresetInfo {
  std::string_view name;
  std::string_view formula;  // readable, with constants
  std::string_view source;   // public source and date
  bool is_guess;
};
std::span<const PresetInfo> retry_presets() noexcept;

// What a request remembers between its attempts.
struct RetryState {
  std::int64_t retries = 0;
  // What the backoff remembers, zero at first: kDecorrelated its last wait, kPolly the sum of its
  // waits, kWindowed what is left of its window.
  Duration previous{};
};

// Whether there is a next attempt, and, if so, the wait before it.
bool is_retried(const RetrySpec& spec, const RetryState& state, const Outcome& outcome) noexcept;
Duration retry_wait(const RetrySpec& spec, RetryState& state, const Outcome& outcome,
                    std::uint64_t bits) noexcept;

// Both in one: the wait before the next attempt, or none if the request has succeeded or finally
// failed. Counts the retry in `state`. The deadline is the caller's business.
inline std::optional<Duration> next_retry(const RetrySpec& spec, RetryState& state,
                                          const Outcome& outcome, std::uint64_t bits) noexcept {
  std::optional<Duration> wait;
  if (is_retried(spec, state, outcome)) {
    wait.emplace(retry_wait(spec, state, outcome, bits));
    ++state.retries;
  }
  return wait;
}

// The own backoff for retry number n (0 = first) after such a failure, without any header: for
// tests and tables. `previous` as in RetryState. The fractions of a nanosecond are cut off. Exact
// for whole multipliers; others round down once per retry.
Duration backoff_delay(const RetrySpec& spec, std::int64_t n, Duration previous, std::uint64_t bits,
                       ErrorKind after = ErrorKind::kOverloaded) noexcept;

// The own backoff for retry number n in a row without any header: its mean, and what it is never
// below and never above. Exact but for these means: decorrelated that may reach its cap (to 1e-5 of
// the mean) and polly (to 1e-4).
Duration expected_delay(const RetrySpec& spec, std::int64_t n,
                        ErrorKind after = ErrorKind::kOverloaded);
Duration least_delay(const RetrySpec& spec, std::int64_t n,
                     ErrorKind after = ErrorKind::kOverloaded) noexcept;
Duration most_delay(const RetrySpec& spec, std::int64_t n,
                    ErrorKind after = ErrorKind::kOverloaded) noexcept;

}  // namespace sluice
