#include "policy/pacer_spec.hpp"

#include <array>

namespace sluice {
namespace {

constexpr std::array<std::string_view, kPacingCount> kPacingNames = {
    "none",      "fixed",        "token-bucket", "aws-adaptive", "aimd",           "vegas",
    "gradient2", "sre-throttle", "header-paced", "atb",          "openai-cookbook"};

constexpr std::string_view kNetflix = "github.com/Netflix/concurrency-limits, 2026";

// In the order of the enumeration.
constexpr std::array<PacingInfo, kPacingCount> kPacings = {{
    {Pacing::kNone, "sends at once", "control", false},
    {Pacing::kFixed, "one attempt every 1 / rate", "control", false},
    {Pacing::kTokenBucket,
     "client-side buckets of requests, input and output tokens, each full with `burst` of its own "
     "rate; a send takes what is expected, the end settles what was used",
     "reserve and adjust, as token-aware client limiters do (zae-limiter, LiteLLM), 2026", false},
    {Pacing::kAwsAdaptive,
     "off until the first 429 or 529; then w = min(measured, rate), rate = 0.7 w, and rate = 0.4 "
     "(t "
     "- K)^3 + w with K = (0.3 w / 0.4)^(1/3), t seconds after it; 0.5/s <= rate <= 2 x measured; "
     "measured: EWMA of weight 0.8 over 0.5 s; holds max(1, rate)",
     "botocore retries/adaptive.py, throttling.py, bucket.py, 2026", false},
    {Pacing::kAimd,
     "attempts in flight: + 1 while half of them are used; x 0.9 on 429, 529, a timeout or a first "
     "token after 5 s; 20 at first, 20 to 200",
     kNetflix, false},
    {Pacing::kVegas,
     "attempts in flight L: queue = ceil(L (1 - least / time to first token)), l = log10(L); queue "
     "<= l: + 6 l, < 3 l: + l, > 6 l or a drop: - l; new least after 15 L to 30 L answers; 20 at "
     "first, 1 to 1000",
     kNetflix, false},
    {Pacing::kGradient2,
     "attempts in flight L, each second of ten answers: g = clamp(1.5 long / short, 0.5, 1), L = "
     "0.8 L + 0.2 (L g + 4); long: average over 600; 20 at first, 20 to 200; blind to refusals",
     kNetflix, false},
    {Pacing::kSreThrottle,
     "refuses by itself with p = max(0, (requests - K accepts) / (requests + 1)), K = 2, over 2 "
     "minutes of attempts whose fate is known",
     "Site Reliability Engineering, ch. 21 (Handling Overload), 2016", false},
    {Pacing::kHeaderPaced,
     "an attempt that costs c waits c x T / L since the last one: L left of the limit, T until its "
     "bucket is full, by anthropic-ratelimit-* and what was sent since; leaves 10 % of the bucket",
     "headers: docs, rate limits, 2026-08; the formula is ours", true},
    {Pacing::kAdaptiveTokenBucket,
     "bucket of 4 requests, one at first; success: rate x 1.2, at least + 0.01/s; 429 or 5xx: rate "
     "/ 2, at least 0.01/s, and the bucket is emptied; only attempts sent at the present rate tell",
     "ATB: Farkiani, Liu, Crowley, arXiv 2510.04516v3, 2025, constants of the authors' service "
     "worker; with several in flight a reading of ours",
     true},
    {Pacing::kCookbook,
     "client-side buckets of requests, input tokens and max_tokens, full with a minute's worth at "
     "75 "
     "% of the limits, never settled; after a 429 nothing goes for 15 s",
     "OpenAI cookbook, api_request_parallel_processor.py, 2026", false},
}};

}  // namespace

std::string_view name(Pacing pacing) noexcept {
  return kPacingNames[static_cast<std::size_t>(pacing)];
}

std::optional<Pacing> pacing_named(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kPacingCount; ++i) {
    if (kPacingNames[i] == name) return static_cast<Pacing>(i);
  }
  return std::nullopt;
}

std::span<const PacingInfo> pacings() noexcept { return kPacings; }

PacerSpec pacer_preset(Pacing pacing) noexcept {
  PacerSpec spec{.pacing = pacing};
  if (pacing == Pacing::kAimd || pacing == Pacing::kGradient2) spec.window_min = 20;
  if (pacing == Pacing::kVegas) spec.window_max = 1000;
  if (pacing == Pacing::kCookbook) {
    spec.burst = minutes(1);
    spec.share_permille = 750;
  }
  return spec;
}

}  // namespace sluice
