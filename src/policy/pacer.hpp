// How fast a client sends: the second half of a client policy, beside when it retries
// (policy/retry_policy.hpp). A value that reads no clock: it is told what is to be sent, what was
// sent and what came back, and says when the next attempt may go. One pacer serves one client
// process; processes that share an organization do not talk to each other.
//
//   Pacer pacer(spec);
//   const TimePoint ready = pacer.ready_at(now, attempt);       // asked again after every event
//   if (ready <= now && pacer.send(now, attempt, bits)) ...     // it goes; else it was shed
//   pacer.heard(now, view);                                     // an answer's head came
//   pacer.ended(now, attempt, outcome);                         // an attempt is over
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/outcome.hpp"
#include "api/rate_limit_view.hpp"
#include "base/quantity.hpp"
#include "base/time.hpp"

namespace sluice {

// What a client knows of an attempt before it sends it.
struct PacedAttempt {
  std::int64_t input_tokens = 0;   // of the prompt, cache reads included: a client cannot know them
  std::int64_t output_tokens = 0;  // what it expects: max_tokens where the workload sets it
  bool is_retry = false;
};

enum class Pacing : std::uint8_t {
  kNone,
  kFixed,                // one attempt every 1 / rate
  kTokenBucket,          // client-side buckets of requests, input and output tokens
  kAwsAdaptive,          // botocore's adaptive mode: cubic, off until the first throttle
  kAimd,                 // window of attempts in flight: +1, x 0.9       (Netflix)
  kVegas,                // the same by queue estimated from response times (Netflix)
  kGradient2,            // the same by long and short averages             (Netflix)
  kSreThrottle,          // sheds with p = max(0, (requests - K accepts) / (requests + 1)) (Google)
  kHeaderPaced,          // spreads what the headers say is left until it is full again
  kAdaptiveTokenBucket,  // a token bucket whose rate learns from 429s and headers
};
// "none", "fixed", "token-bucket", "aws-adaptive", "aimd", "vegas", "gradient2", "sre-throttle",
// "header-paced", "atb".
std::string_view name(Pacing pacing) noexcept;
std::optional<Pacing> pacing_named(std::string_view name) noexcept;

// Only the fields that a pacing uses mean something to it; each says which. The defaults are the
// published constants; what is absent follows from the organization's limits (scenario/ fills it
// in: limit x share / processes).
struct PacerSpec {
  Pacing pacing = Pacing::kNone;
  // kFixed, kTokenBucket, kAdaptiveTokenBucket (where it begins)
  std::optional<std::int64_t> requests_per_minute;
  // kTokenBucket, kAdaptiveTokenBucket
  std::optional<std::int64_t> input_tokens_per_minute;
  std::optional<std::int64_t> output_tokens_per_minute;
  Duration burst = seconds(10);       // what a client bucket holds, of its own rate
  std::int64_t share_permille = 900;  // of the limits, that all processes together use
  // kAimd, kVegas, kGradient2: attempts in flight
  std::int64_t window_initial = 20;
  std::int64_t window_min = 1;
  std::int64_t window_max = 200;
  // kSreThrottle
  std::int64_t accept_multiplier_permille = 2000;  // K
  Duration memory = minutes(2);
  bool operator==(const PacerSpec&) const = default;
};

// What `sluice policies` says of one.
struct PacingInfo {
  Pacing pacing = Pacing::kNone;
  std::string_view formula;  // readable, with constants
  std::string_view source;   // public source and date
  bool is_guess = false;     // a reading of ours of what is not published in full
};
std::span<const PacingInfo> pacings() noexcept;
PacerSpec pacer_preset(Pacing pacing) noexcept;  // with the constants of its source

class Pacer;

}  // namespace sluice
