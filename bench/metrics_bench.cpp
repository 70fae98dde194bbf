// What measuring costs: one value into a histogram, and all that one request records (its arrival,
// its attempts and its end), with all metrics on and one or twenty workloads.
#include <cstdint>

#include <benchmark/benchmark.h>

#include "base/hash.hpp"
#include "metrics/recorder.hpp"

namespace {

using namespace sluice;

void histogram_record(benchmark::State& state) {
  Histogram histogram;
  std::uint64_t value = 1;
  for (auto _ : state) {
    value = value * 6364136223846793005U + 1442695040888963407U;
    histogram.record(value >> 40U);
  }
  benchmark::DoNotOptimize(histogram.count());
  state.SetItemsProcessed(state.iterations());
}

CostBreakdown some_cost() {
  CostBreakdown cost;
  cost.by_category[0] = Money::from_picodollars(3'000'000'000);
  cost.by_category[4] = Money::from_picodollars(9'000'000'000);
  return cost;
}

// One request in ten is refused once. Draws are a multiply each, so that they cost next to nothing.
void request_recorded(benchmark::State& state) {
  const auto workloads = static_cast<std::size_t>(state.range(0));
  Recorder recorder({.workloads = workloads, .limiters = 4, .duration = hours(24)});
  const CostBreakdown cost = some_cost();
  TimePoint now = kRunStart;
  std::uint64_t bits = 1;
  for (auto _ : state) {
    bits = bits * 6364136223846793005U + 1442695040888963407U;
    now += nanoseconds(static_cast<std::int64_t>(bits >> 50U));
    const WorkloadId workload{static_cast<std::uint16_t>((bits >> 32U) % workloads)};
    recorder.offered(workload, now);
    const bool retried = (bits >> 50U) % 10 == 0;
    if (retried) {
      const Outcome refusal{.error = ErrorKind::kRateLimit,
                            .limit = LimitCause::kInputTokens,
                            .limiter = 1,
                            .sent = now,
                            .ended = now};
      recorder.attempt({.workload = workload, .outcome = &refusal});
    }
    const TimePoint sent = retried ? now + seconds(2) : now;
    const TimePoint first = sent + milliseconds(200 + static_cast<std::int64_t>(bits >> 56U));
    const TimePoint ended = first + milliseconds(static_cast<std::int64_t>(bits >> 50U));
    const Outcome outcome{.usage = {.input_tokens = 1000, .output_tokens = 250},
                          .sent = sent,
                          .first_token = first,
                          .first_answer = first,
                          .ended = ended};
    recorder.attempt(
        {.workload = workload, .number = retried ? 2 : 1, .outcome = &outcome, .cost = &cost});
    recorder.request({.workload = workload,
                      .attempts = retried ? 2 : 1,
                      .planned = now,
                      .first_sent = now,
                      .last_sent = sent,
                      .first_token = first,
                      .first_answer = first,
                      .ended = ended,
                      .output_tokens = 250});
  }
  benchmark::DoNotOptimize(recorder.in_flight());
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(histogram_record);
BENCHMARK(request_recorded)->Arg(1)->Arg(20);

}  // namespace

BENCHMARK_MAIN();
