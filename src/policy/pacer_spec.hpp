// What is said of pacing before anything is sent: the kinds, their numbers and what is known of an
// attempt. A value to be configured; policy/pacer.hpp runs it.
//
//   PacerSpec spec = pacer_preset(Pacing::kAimd);   // with the constants of its source
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

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
  kAdaptiveTokenBucket,  // a token bucket of requests whose rate learns from 429s
  kCookbook,             // client-side buckets that start full; all pause for 15 s after a 429
};
inline constexpr std::size_t kPacingCount = 11;
// "none", "fixed", "token-bucket", "aws-adaptive", "aimd", "vegas", "gradient2", "sre-throttle",
// "header-paced", "atb", "openai-cookbook".
std::string_view name(Pacing pacing) noexcept;
std::optional<Pacing> pacing_named(std::string_view name) noexcept;

// Only the fields that a pacing uses mean something to it; each says which. The defaults are the
// published constants; what is absent follows from the organization's limits (scenario/ fills it
// in: limit x share / processes).
struct PacerSpec {
  Pacing pacing = Pacing::kNone;
  // kFixed, kTokenBucket, kCookbook, kAdaptiveTokenBucket (where it begins). Rates are at least 1;
  // absent: not limited by it (kFixed: no pacing; kAdaptiveTokenBucket: the published beginning).
  std::optional<std::int64_t> requests_per_minute{};
  // kTokenBucket, kCookbook
  std::optional<std::int64_t> input_tokens_per_minute{};
  std::optional<std::int64_t> output_tokens_per_minute{};
  // kTokenBucket, kCookbook: what a client bucket holds, of its own rate
  Duration burst = seconds(10);
  // Of the limits, what all processes together use: in the rates that scenario/ fills in. To
  // kHeaderPaced: of a bucket, what it uses; the rest it leaves.
  std::int64_t share_permille = 900;
  // kAimd, kVegas, kGradient2: attempts in flight, 1 <= min <= initial <= max
  std::int64_t window_initial = 20;
  std::int64_t window_min = 1;
  std::int64_t window_max = 200;
  // kSreThrottle: K >= 1, and how far back it counts, at least 1 us
  std::int64_t accept_multiplier_permille = 2000;
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

}  // namespace sluice
