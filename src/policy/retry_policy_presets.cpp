#include <array>

#include "policy/retry_policy.hpp"

namespace sluice {
namespace {

// The generic policies are controls: the official SDKs' 0.5 s doubling to 8 s, with enough retries
// that the shapes differ (waits of up to 15.5 s in all), and any retry-after as the least that they
// wait.
constexpr std::int64_t kControlRetries = 5;
constexpr RetryAfterRule kAtLeast{.as_minimum = true};

RetrySpec control(Backoff backoff) {
  return {.max_retries = kControlRetries, .backoff = backoff, .retry_after = kAtLeast};
}

RetrySpec none() { return {}; }

RetrySpec fixed() {
  RetrySpec spec = control(Backoff::kFixed);
  spec.base = seconds(1);
  return spec;
}

RetrySpec exponential() { return control(Backoff::kExponential); }
RetrySpec full_jitter() { return control(Backoff::kFullJitter); }
RetrySpec equal_jitter() { return control(Backoff::kEqualJitter); }
RetrySpec decorrelated() { return control(Backoff::kDecorrelated); }

// A minute, in which a limit a minute refills, while nobody says how many clients share it.
RetrySpec windowed_uniform() {
  RetrySpec spec = control(Backoff::kWindowed);
  spec.base = seconds(60);
  spec.cap = kUnlimited;
  return spec;
}

RetrySpec retry_after_strict() {
  return {.max_retries = kControlRetries, .backoff = Backoff::kExponential};
}

RetrySpec retry_after_jitter() {
  return {.max_retries = kControlRetries,
          .backoff = Backoff::kFullJitter,
          .retry_after = {.spread = seconds(30), .spread_permille = 200}};
}

RetrySpec anthropic_sdk() {
  return {.max_retries = 2,
          .backoff = Backoff::kShrink,
          .jitter_permille = 250,
          .obey_should_retry = true};
}

RetrySpec anthropic_sdk_python() {
  RetrySpec spec = anthropic_sdk();
  spec.retry_after.longest = seconds(60);
  return spec;
}

RetrySpec anthropic_sdk_typescript() {
  RetrySpec spec = anthropic_sdk();
  spec.retry_after.longest = milliseconds((std::int64_t{1} << 31) - 1);
  return spec;
}

// Not published. Waits that users saw on the count-down: "1 s" at attempt 1, 2 s at 3, 4 s at 6 and
// 24 s at 10 of 10: lower bounds, which doubling from 0.5 s up to 32 s satisfies (0.5, 2, 16, 32).
RetrySpec claude_code() {
  RetrySpec spec = anthropic_sdk();
  spec.max_retries = 10;
  spec.backoff = Backoff::kStretch;
  spec.cap = seconds(32);
  spec.retry_before_output = true;
  spec.is_guess = true;
  return spec;
}

RetrySpec vercel_ai() {
  RetrySpec spec{
      .max_retries = 2, .backoff = Backoff::kExponential, .base = seconds(2), .cap = kUnlimited};
  // Below 60 s, in the milliseconds that it reads.
  spec.retry_after.longest = milliseconds(59'999);
  spec.retry_after.obey_if_shorter_than_backoff = true;
  spec.retry_after.obey_zero = true;
  return spec;
}

// It also gives up on a 429 whose text matches /billing/. The text that Anthropic's rate limit has
// carried since about 2026-05-31 holds a link to .../settings/billing and so would match; whether
// it still does is not known, so the text is not modelled. A scenario sets retry_rate_limit = false
// for that case.
RetrySpec langchain_js() {
  RetrySpec spec{.max_retries = 6,
                 .backoff = Backoff::kStretch,
                 .base = seconds(1),
                 .cap = kUnlimited,
                 .jitter_permille = 1000,
                 .retry_conflict = false};
  spec.retry_after.longest = seconds(60);
  spec.retry_after.fail_if_longer = true;
  spec.retry_after.as_minimum = true;
  spec.retry_after.only_on_429 = true;
  spec.retry_after.required_on_429 = true;
  return spec;
}

// The router with one deployment. It computes the first wait before its loop and the second in the
// loop's first round, both with exponent 0.
RetrySpec litellm() {
  RetrySpec spec{
      .max_retries = 2, .backoff = Backoff::kAdd, .exponent_lag = 1, .jitter_permille = 750};
  spec.retry_after.longest = seconds(60);
  spec.retry_after.spread = milliseconds(750);
  return spec;
}

// An error puts the request back in front of the queue, and the loop sends it a millisecond later
// unless a 429 has stopped all sending.
RetrySpec openai_cookbook() {
  RetrySpec spec{.max_retries = 4,
                 .backoff = Backoff::kFixed,
                 .base = milliseconds(1),
                 .base_on_429 = seconds(15),
                 .pause_all_on_429 = seconds(15)};
  spec.retry_after.obey = false;
  return spec;
}

// The simulator's n begins at 1, so that its first wait is of twice its base of 5 ms. Its clients
// try until they succeed; ten retries reach the cap.
RetrySpec aws_simulator(Backoff backoff) {
  RetrySpec spec{.max_retries = 10,
                 .backoff = backoff,
                 .base = milliseconds(10),
                 .cap = seconds(2),
                 .retry_after = kAtLeast};
  return spec;
}

RetrySpec aws_full_jitter() { return aws_simulator(Backoff::kFullJitter); }
RetrySpec aws_equal_jitter() { return aws_simulator(Backoff::kEqualJitter); }
RetrySpec aws_decorrelated() {
  RetrySpec spec = aws_simulator(Backoff::kDecorrelated);
  spec.base = milliseconds(5);
  return spec;
}

RetrySpec aws_standard() {
  RetrySpec spec{.max_retries = 2,
                 .backoff = Backoff::kFullJitter,
                 .base = seconds(1),
                 .cap = seconds(20),
                 .budget = BudgetKind::kAwsQuota,
                 .retry_conflict = false};
  spec.retry_after.obey = false;
  return spec;
}

// Its x-amz-retry-after (milliseconds) is modelled on the header that the API sends, retry-after.
RetrySpec aws_standard_2026() {
  RetrySpec spec = aws_standard();
  spec.base = milliseconds(50);
  spec.base_on_429 = seconds(1);
  spec.budget = BudgetKind::kAwsQuota2026;
  spec.retry_after = {.as_minimum = true, .beyond_backoff = seconds(5)};
  return spec;
}

// The text's example of a retryPolicy. Its server pushback is modelled on retry-after; that a
// pushback also begins the backoff anew is not modelled.
RetrySpec grpc() {
  RetrySpec spec{.max_retries = 3,
                 .backoff = Backoff::kFullJitter,
                 .base = milliseconds(100),
                 .cap = seconds(1),
                 .budget = BudgetKind::kGrpc};
  spec.retry_after.obey_zero = true;
  return spec;
}

RetrySpec grpc_2024() {
  RetrySpec spec = grpc();
  spec.backoff = Backoff::kAround;
  spec.jitter_permille = 200;
  return spec;
}

RetrySpec envoy() {
  RetrySpec spec{.max_retries = 1,
                 .backoff = Backoff::kFullJitter,
                 .base = milliseconds(25),
                 .cap = milliseconds(250),
                 .budget = BudgetKind::kEnvoy};
  spec.retry_after.obey = false;
  return spec;
}

RetrySpec polly_v2() {
  return {.max_retries = 5, .backoff = Backoff::kPolly, .base = seconds(1), .cap = kUnlimited};
}

RetrySpec spring7() {
  RetrySpec spec{.max_retries = 3, .backoff = Backoff::kFixed, .base = seconds(1)};
  spec.retry_after.obey = false;
  return spec;
}

constexpr std::array<PresetInfo, 26> kPresets = {{
    {"none", "no retries", "control", false},
    {"fixed", "1 s; 5 retries; at least retry-after", "control", false},
    {"exponential", "min(0.5 s x 2^n, 8 s); 5 retries; at least retry-after", "control", false},
    {"full-jitter", "U x min(0.5 s x 2^n, 8 s); 5 retries; at least retry-after",
     "AWS Architecture Blog, Exponential Backoff And Jitter, 2015; constants of the official SDKs",
     false},
    {"equal-jitter", "v/2 + U x v/2, v = min(0.5 s x 2^n, 8 s); 5 retries; at least retry-after",
     "AWS Architecture Blog, Exponential Backoff And Jitter, 2015; constants of the official SDKs",
     false},
    {"decorrelated",
     "min(8 s, uniform between 0.5 s and 3 x the previous wait); 5 retries; at least retry-after",
     "AWS Architecture Blog, Exponential Backoff And Jitter, 2015; constants of the official SDKs",
     false},
    {"windowed-uniform",
     "once per window W: U x W, W = 60 s, or retry-after x clients if those are known; 5 retries; "
     "at "
     "least retry-after, unless the window is made of it",
     "the stagger of Consul's clients (lib.RandomStagger) over a window; the 60 s are ours: in "
     "them a limit a minute refills",
     false},
    {"retry-after-strict", "any retry-after, exactly; without one min(0.5 s x 2^n, 8 s); 5 retries",
     "control", false},
    {"retry-after-jitter",
     "retry-after + U x min(0.2 x retry-after, 30 s); without one U x min(0.5 s x 2^n, 8 s); 5 "
     "retries",
     "hermes-agent pull request 109234, 2026; the backoff without a header is a control", false},
    {"anthropic-sdk-python",
     "min(0.5 s x 2^n, 8 s) x (1 - 0.25 U); 2 retries; retry-after obeyed up to 60 s, else own "
     "backoff; x-should-retry",
     "anthropic-sdk-python 0.121.0 (009b035), 2026-08-08", false},
    {"anthropic-sdk-typescript",
     "min(0.5 s x 2^n, 8 s) x (1 - 0.25 U); 2 retries; retry-after obeyed up to 2^31 - 1 ms; "
     "x-should-retry",
     "@anthropic-ai/sdk 1.11.0, 2026-11-19", false},
    {"claude-code",
     "min(0.5 s x 2^n, 32 s) x (1 + 0.25 U); 10 retries; any retry-after obeyed; also a stream "
     "that breaks before its first token",
     "retries: code.claude.com errors page, 2026-08; formula: a guess that fits waits reported in "
     "anthropics/claude-code #5184, #89156, #91817",
     true},
    {"vercel-ai", "2 s x 2^n; 2 retries; retry-after obeyed below 60 s or below the backoff",
     "ai 6.0.326", false},
    {"langchain-js",
     "1 s x 2^n x (1 + U); 6 retries; a 429 only with a retry-after up to 60 s, and then at least "
     "that; not 409",
     "@langchain/core 1.2.13 (AsyncCaller, p-retry)", false},
    {"litellm",
     "min(0.5 s x 2^max(0, n - 1), 8 s) + 0.75 s x U; 2 retries; retry-after up to 60 s + 0.75 s "
     "x U, else own backoff",
     "litellm/constants.py, utils.py (_calculate_retry_after) and router.py, 2026; one deployment",
     false},
    {"openai-cookbook",
     "at once (1 ms); after a 429 15 s, in which the whole client sends nothing; 4 retries; no "
     "retry-after",
     "openai-cookbook, examples/api_request_parallel_processor.py, 2026", false},
    {"aws-full-jitter",
     "U x min(5 ms x 2^n, 2 s), n from 1; 10 retries (the simulator has no end); at least "
     "retry-after",
     "aws-samples/aws-arch-backoff-simulator, 2015", false},
    {"aws-equal-jitter",
     "v/2 + U x v/2, v = min(5 ms x 2^n, 2 s), n from 1; 10 retries (the simulator has no end); at "
     "least retry-after",
     "aws-samples/aws-arch-backoff-simulator, 2015", false},
    {"aws-decorrelated",
     "min(2 s, uniform between 5 ms and 3 x the previous wait); 10 retries (the simulator has no "
     "end); at least retry-after",
     "aws-samples/aws-arch-backoff-simulator, 2015", false},
    {"aws-standard",
     "U x min(1 s x 2^n, 20 s); 2 retries; budget aws-quota; no retry-after; not 409",
     "botocore, retries/standard.py, until 2026-11", false},
    {"aws-standard-2026",
     "U x min(0.05 s x 2^n, 20 s), after a 429 U x min(1 s x 2^n, 20 s); 2 retries; budget "
     "aws-quota-2026; at least retry-after, at most 5 s more than the backoff; not 409",
     "botocore with AWS_NEW_RETRIES_2026, default from 2026-11; its x-amz-retry-after is modelled "
     "on retry-after",
     false},
    {"grpc",
     "U x min(0.1 s x 2^n, 1 s); 3 retries; budget grpc; retry-after as its server pushback",
     "gRFC A6 of 2017-09-13, with the constants of its example", false},
    {"grpc-2024",
     "min(0.1 s x 2^n, 1 s) x (0.8 + 0.4 U); 3 retries; budget grpc; retry-after as its server "
     "pushback",
     "gRFC A6 of 2024-08-23, with the constants of its example", false},
    {"envoy", "U x min(25 ms x 2^n, 250 ms); 1 retry; budget envoy; no retry-after",
     "Envoy, router filter and circuit breakers' retry_budget, 2026", false},
    {"polly-v2",
     "1 s / 1.4 x (f(n + U) - f before), f(t) = 2^t tanh(sqrt(4 t)); 5 retries; any retry-after "
     "obeyed",
     "Polly 8 and Polly.Contrib.WaitAndRetry (decorrelated jitter V2), constants of the latter's "
     "example; retry-after as Microsoft.Extensions.Http.Resilience",
     false},
    {"spring7", "1 s; 3 retries; no retry-after", "Spring Framework 7, RetryPolicy, 2025-11",
     false},
}};

// In the order of kPresets.
constexpr std::array<RetrySpec (*)(), kPresets.size()> kMakers = {none,
                                                                  fixed,
                                                                  exponential,
                                                                  full_jitter,
                                                                  equal_jitter,
                                                                  decorrelated,
                                                                  windowed_uniform,
                                                                  retry_after_strict,
                                                                  retry_after_jitter,
                                                                  anthropic_sdk_python,
                                                                  anthropic_sdk_typescript,
                                                                  claude_code,
                                                                  vercel_ai,
                                                                  langchain_js,
                                                                  litellm,
                                                                  openai_cookbook,
                                                                  aws_full_jitter,
                                                                  aws_equal_jitter,
                                                                  aws_decorrelated,
                                                                  aws_standard,
                                                                  aws_standard_2026,
                                                                  grpc,
                                                                  grpc_2024,
                                                                  envoy,
                                                                  polly_v2,
                                                                  spring7};

}  // namespace

std::span<const PresetInfo> retry_presets() noexcept { return kPresets; }

std::optional<RetrySpec> retry_preset(std::string_view name) {
  for (std::size_t i = 0; i < kPresets.size(); ++i) {
    if (kPresets[i].name != name) continue;
    RetrySpec spec = kMakers[i]();
    spec.preset = name;
    return spec;
  }
  return std::nullopt;
}

}  // namespace sluice
