// What a random draw, a table lookup and a planned arrival cost. Goals: 5 ns for a keyed draw, 3 ns
// for a table, 5 ns for a Poisson arrival.
#include <cstdint>

#include <benchmark/benchmark.h>

#include "base/draw.hpp"
#include "policy/arrival_process.hpp"
#include "policy/sizes.hpp"

namespace sluice {
namespace {

DrawStream bench_stream() { return RandomSource(1, 0).stream(Purpose::kTest, {}); }

void keyed_draw(benchmark::State& state) {
  const RandomSource random(1, 0);
  std::uint64_t session = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(random.bits(Purpose::kSize, {.session = session++}).first);
  }
}
BENCHMARK(keyed_draw);

void stream_draw(benchmark::State& state) {
  DrawStream stream = bench_stream();
  for (auto _ : state) benchmark::DoNotOptimize(stream.next());
}
BENCHMARK(stream_draw);

void size_draw(benchmark::State& state, const SizeSpec& spec) {
  const SizeSampler sampler(spec);
  DrawStream stream = bench_stream();
  for (auto _ : state) benchmark::DoNotOptimize(sampler(stream.next()));
}
BENCHMARK_CAPTURE(size_draw, fixed, SizeFixed{1000});
BENCHMARK_CAPTURE(size_draw, uniform, SizeUniform{.low = 1, .high = 1000});
BENCHMARK_CAPTURE(size_draw, lognormal, SizeLognormal{.p50 = 1000, .p95 = 5180});
BENCHMARK_CAPTURE(size_draw, zipf, SizeZipf{.min = 1, .max = 100'000});

void arrival(benchmark::State& state, const ArrivalSpec& spec) {
  ArrivalProcess process(spec, {}, bench_stream());
  for (auto _ : state) benchmark::DoNotOptimize(process.next());
}
BENCHMARK_CAPTURE(arrival, constant, ArrivalConstant{per_minute(10'007)});
BENCHMARK_CAPTURE(arrival, poisson, ArrivalPoisson{per_minute(10'007)});
BENCHMARK_CAPTURE(arrival, gamma,
                  ArrivalGamma{.rate = per_minute(10'007), .burstiness = {250'000'000}});
BENCHMARK_CAPTURE(arrival, on_off, ArrivalOnOff{.rate = per_minute(10'007)});
BENCHMARK_CAPTURE(arrival, ramp, ArrivalRamp{.to = per_minute(1'000'000), .over = hours(24 * 365)});
BENCHMARK_CAPTURE(arrival, diurnal, ArrivalDiurnal{.mean = per_minute(10'007)});

void arrival_set_up(benchmark::State& state, const ArrivalSpec& spec) {
  for (auto _ : state) {
    ArrivalProcess process(spec, {}, bench_stream());
    benchmark::DoNotOptimize(process.peek());
  }
}
BENCHMARK_CAPTURE(arrival_set_up, poisson, ArrivalPoisson{per_minute(10'007)});
BENCHMARK_CAPTURE(arrival_set_up, gamma,
                  ArrivalGamma{.rate = per_minute(10'007), .burstiness = {250'000'000}});

}  // namespace
}  // namespace sluice

BENCHMARK_MAIN();
