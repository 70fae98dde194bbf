// Nanoseconds of one retry decision, of one draw of service times and of one fault decision.
#include <array>
#include <string>

#include <benchmark/benchmark.h>

#include "base/draw.hpp"
#include "policy/fault_plan.hpp"
#include "policy/latency_model.hpp"
#include "policy/retry_policy.hpp"

namespace {

using namespace sluice;

DrawStream draws() { return RandomSource(1, 0).stream(Purpose::kTest, {}); }

void next_retry_of(benchmark::State& state, const std::string& name) {
  const RetrySpec spec = *retry_preset(name);
  std::array<Outcome, 2> outcomes{};
  outcomes[0].error = ErrorKind::kOverloaded;
  outcomes[1].error = ErrorKind::kRateLimit;
  outcomes[1].retry_after = seconds(16);
  DrawStream stream = draws();
  std::uint64_t turn = 0;
  for (auto _ : state) {
    RetryState retries{.retries = static_cast<std::int64_t>(turn & 1)};
    const auto wait = next_retry(spec, retries, outcomes[(turn >> 1) & 1], stream.next());
    benchmark::DoNotOptimize(wait.value_or(Duration{}));
    ++turn;
  }
}
// What the loop above costs without the decision.
void loop_alone(benchmark::State& state) {
  DrawStream stream = draws();
  std::uint64_t turn = 0;
  for (auto _ : state) {
    RetryState retries{.retries = static_cast<std::int64_t>(turn & 1)};
    benchmark::DoNotOptimize(retries);
    benchmark::DoNotOptimize(stream.next());
    ++turn;
  }
}
BENCHMARK(loop_alone);
BENCHMARK_CAPTURE(next_retry_of, full_jitter, "full-jitter");
BENCHMARK_CAPTURE(next_retry_of, decorrelated, "decorrelated");
BENCHMARK_CAPTURE(next_retry_of, anthropic_sdk_python, "anthropic-sdk-python");
BENCHMARK_CAPTURE(next_retry_of, claude_code, "claude-code");
BENCHMARK_CAPTURE(next_retry_of, langchain_js, "langchain-js");
BENCHMARK_CAPTURE(next_retry_of, litellm, "litellm");
BENCHMARK_CAPTURE(next_retry_of, polly_v2, "polly-v2");

void draw_service(benchmark::State& state) {
  const LatencyModel model(
      {.ttft_base = DurationLognormal{.p50 = milliseconds(900), .p95 = milliseconds(1800)},
       .output_tokens_per_minute = SizeLognormal{.p50 = 6000, .p95 = 9000}});
  const Usage usage{.input_tokens = 2000, .cache_read_input_tokens = 8000};
  DrawStream stream = draws();
  for (auto _ : state) {
    const std::uint64_t bits = stream.next();
    const Service service = model.draw(usage, bits, stream.next());
    benchmark::DoNotOptimize(service.streaming(500));
  }
}
BENCHMARK(draw_service);

void strike_of_two_faults(benchmark::State& state) {
  FaultPlan plan({{.kind = FaultKind::kOverloaded, .probability_ppm = 10'000},
                  {.kind = FaultKind::kApiError,
                   .probability_ppm = 100'000,
                   .mean_active = seconds(30),
                   .mean_quiet = seconds(300)}},
                 RandomSource(1, 0));
  DrawStream stream = draws();
  TimePoint now = kRunStart;
  for (auto _ : state) {
    now += milliseconds(1);
    benchmark::DoNotOptimize(plan.at_admission(now, ModelId{0}, stream.next()));
  }
}
BENCHMARK(strike_of_two_faults);

}  // namespace

BENCHMARK_MAIN();
