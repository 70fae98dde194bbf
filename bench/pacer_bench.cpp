// Nanoseconds of one attempt's life with its pacer: asked, sent, heard of and ended.
#include <benchmark/benchmark.h>

#include "base/draw.hpp"
#include "policy/pacer.hpp"

namespace {

using namespace sluice;

void pace(benchmark::State& state, Pacing pacing) {
  PacerSpec spec = pacer_preset(pacing);
  spec.requests_per_minute = 6'000'000;
  spec.input_tokens_per_minute = 6'000'000'000;
  spec.output_tokens_per_minute = 600'000'000;
  Pacer pacer(spec);
  DrawStream stream = RandomSource(1, 0).stream(Purpose::kTest, {});
  const PacedAttempt attempt{.input_tokens = 1'000, .output_tokens = 100};
  TimePoint now = kRunStart;
  Outcome outcome;
  outcome.usage = {.input_tokens = 1'000, .output_tokens = 90};
  for (auto _ : state) {
    now += milliseconds(1);
    benchmark::DoNotOptimize(pacer.ready_at(now, attempt));
    if (!pacer.send(now, attempt, stream.next())) continue;
    if (pacer.wants_heads()) {
      const LimitView view{
          .limit = 6'000'000, .remaining = 3'000'000, .full_at = now + seconds(30)};
      pacer.heard(now, {.requests = view, .input_tokens = view, .output_tokens = view}, now);
    }
    outcome.first_token = now;
    pacer.ended(now, attempt, now, outcome);
  }
}
BENCHMARK_CAPTURE(pace, none, Pacing::kNone);
BENCHMARK_CAPTURE(pace, fixed, Pacing::kFixed);
BENCHMARK_CAPTURE(pace, token_bucket, Pacing::kTokenBucket);
BENCHMARK_CAPTURE(pace, aws_adaptive, Pacing::kAwsAdaptive);
BENCHMARK_CAPTURE(pace, aimd, Pacing::kAimd);
BENCHMARK_CAPTURE(pace, vegas, Pacing::kVegas);
BENCHMARK_CAPTURE(pace, gradient2, Pacing::kGradient2);
BENCHMARK_CAPTURE(pace, sre_throttle, Pacing::kSreThrottle);
BENCHMARK_CAPTURE(pace, header_paced, Pacing::kHeaderPaced);
BENCHMARK_CAPTURE(pace, atb, Pacing::kAdaptiveTokenBucket);

}  // namespace

BENCHMARK_MAIN();
