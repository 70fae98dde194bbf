// What the server side decides per request: admission over the limiters of a route, the prompt
// cache, the price.
#include <array>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/hash.hpp"
#include "policy/price_list.hpp"
#include "policy/prompt_cache.hpp"
#include "policy/rate_limiter.hpp"
#include "policy/spend.hpp"

namespace sluice {
namespace {

RateLimiterSpec three_limiters(std::int64_t requests_per_minute) {
  RateLimiterSpec spec;
  spec.limiters = {
      {.type = LimitType::kRequestsPerMinute, .limit = requests_per_minute},
      {.type = LimitType::kInputTokensPerMinuteCacheAware, .limit = requests_per_minute * 2'000},
      {.type = LimitType::kOutputTokensPerMinute, .limit = requests_per_minute * 500}};
  return spec;
}

constexpr RequestCharge kCharge{.uncached_input = 1'000, .cached_input = 500, .max_tokens = 4'096};

// A request every 6 ms against a limit of 12,000 a minute: all are admitted, and none is in flight
// for long.
void admit_three_limiters(benchmark::State& state) {
  RateLimiter limiter(three_limiters(12'000), kRunStart);
  const RouteId route = limiter.route(WorkspaceId{0}, GroupId{0}, false);
  TimePoint now = kRunStart;
  for (auto _ : state) {
    now += milliseconds(6);
    benchmark::DoNotOptimize(limiter.admit(now, route, kCharge));
  }
}
BENCHMARK(admit_three_limiters);

void begin_and_finish(benchmark::State& state) {
  RateLimiter limiter(three_limiters(12'000), kRunStart);
  const RouteId route = limiter.route(WorkspaceId{0}, GroupId{0}, false);
  const RateLimiter::Begin begin{.estimated = kCharge,
                                 .uncached_input = kCharge.uncached_input,
                                 .cached_input = kCharge.cached_input,
                                 .tokens_per_minute = 6'000};
  TimePoint now = kRunStart;
  for (auto _ : state) {
    now += milliseconds(6);
    limiter.begin(now, route, begin);
    limiter.finish(now, route,
                   {.output_tokens = 250, .tokens_per_minute = 6'000, .streamed = seconds(2)});
  }
}
BENCHMARK(begin_and_finish);

void refuse_three_limiters(benchmark::State& state) {
  RateLimiter limiter(three_limiters(12'000), kRunStart);
  const RouteId route = limiter.route(WorkspaceId{0}, GroupId{0}, false);
  for (std::uint16_t i = 0; i < 3; ++i) {
    limiter.bucket(LimiterId{i}).debit(kRunStart, 100'000'000);
  }
  TimePoint now = kRunStart;
  for (auto _ : state) {
    now += Duration{1};
    benchmark::DoNotOptimize(limiter.admit(now, route, kCharge));
  }
}
BENCHMARK(refuse_three_limiters);

using TwoBlocks = std::array<CacheBlock, 2>;

TwoBlocks conversation(std::uint64_t id) {
  return {CacheBlock{.chain = mix64(id / 100), .prefix_tokens = 2'000},
          CacheBlock{.chain = mix64(id + 1'000'000'000), .prefix_tokens = 3'000}};
}

// Conversations in random order over a cache of state.range(0) entries; range(1) percent of looks
// miss the last block.
void look_two_blocks(benchmark::State& state) {
  PromptCache cache;
  const auto entries = static_cast<std::uint64_t>(state.range(0));
  for (std::uint64_t id = 0; id < entries; ++id) {
    cache.begin(kRunStart, kRunStart, {}, conversation(id), 1'024, 0);
  }
  const auto miss_percent = static_cast<std::uint64_t>(state.range(1));
  std::vector<TwoBlocks> asked(4'096);
  for (std::uint64_t i = 0; i < asked.size(); ++i) {
    const bool miss = mix64(i) % 100 < miss_percent;
    asked[i] = conversation(mix64(i + 7) % entries + (miss ? entries : 0));
  }
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(cache.look(kRunStart, {}, asked[next++ % asked.size()], 1'024));
  }
}
BENCHMARK(look_two_blocks)->Args({50'000, 0})->Args({50'000, 50})->Args({1'000'000, 0});

// Every request reads the shared block and writes one of its own, 200 a second.
void serve_two_blocks(benchmark::State& state) {
  PromptCache cache;
  TimePoint now = kRunStart;
  std::uint64_t id = 0;
  for (auto _ : state) {
    now += milliseconds(5);
    const TwoBlocks blocks = conversation(++id);
    const CacheSplit split = cache.start(now, {}, blocks, 1'024);
    cache.begin(now, now, {}, blocks, 1'024, split.blocks_read);
  }
  state.counters["entries"] = static_cast<double>(cache.size());
}
BENCHMARK(serve_two_blocks);

// A prompt of a thousand blocks of which all but the last are cached, as in a long trace.
void serve_thousand_blocks(benchmark::State& state) {
  PromptCache cache;
  std::vector<CacheBlock> blocks(1'000);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    blocks[i] = {.chain = mix64(i), .prefix_tokens = static_cast<std::int64_t>(512 * (i + 2))};
  }
  cache.begin(kRunStart, kRunStart, {}, blocks, 1'024, 0);
  for (auto _ : state) {
    benchmark::DoNotOptimize(cache.start(kRunStart, {}, blocks, 1'024));
  }
}
BENCHMARK(serve_thousand_blocks);

void price(benchmark::State& state) {
  PriceRow row;
  row.bands = {{.per_token = {3'000'000, 3'750'000, 6'000'000, 300'000, 15'000'000, 0}}};
  row.us_permille = 1'100;
  const PriceList list({{row}});
  const Usage usage{.input_tokens = 1'000,
                    .cache_creation_5m_input_tokens = 500,
                    .cache_read_input_tokens = 2'000,
                    .output_tokens = 300};
  const PricedAs as{.batch = state.range(0) != 0, .us_only = state.range(0) != 0};
  for (auto _ : state) {
    benchmark::DoNotOptimize(list.cost(ModelId{0}, 1, usage, as));
  }
}
BENCHMARK(price)->Arg(0)->Arg(1);

void book_and_check(benchmark::State& state) {
  SpendSpec spec;
  spec.tier_cap = Money::from_dollars(1'000'000'000);
  SpendGuard guard(spec);
  TimePoint now = kRunStart;
  for (auto _ : state) {
    now += Duration{1};
    benchmark::DoNotOptimize(guard.check(now, WorkspaceId{1}, KeyId{1}));
    guard.book(now, WorkspaceId{1}, KeyId{1}, Money::from_picodollars(1));
  }
}
BENCHMARK(book_and_check);

}  // namespace
}  // namespace sluice

BENCHMARK_MAIN();
