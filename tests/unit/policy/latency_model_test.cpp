#include "policy/latency_model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/draw.hpp"
#include "base/integer.hpp"
#include "support/catch.hpp"
#include "support/test_draws.hpp"

namespace sluice {
namespace {

constexpr testing::TestDraws kLatencyDraws{.seed = 20261120};

LatencySpec fixed_spec() {
  return {.ttft_base = DurationFixed{milliseconds(500)},
          .prefill_tokens_per_second = 10'000,
          .cached_tokens_per_second = 1'000'000,
          .output_tokens_per_minute = SizeFixed{6000}};
}

TEST_CASE("the time to the first token is base plus uncached and cached input at their speeds") {
  const LatencyModel model(fixed_spec());
  CHECK(model.draw({}, 1, 2).ttft == milliseconds(500));
  const Usage usage{.input_tokens = 1000,
                    .cache_creation_5m_input_tokens = 2000,
                    .cache_creation_1h_input_tokens = 3000,
                    .cache_read_input_tokens = 40'000,
                    .output_tokens = 999};
  CHECK(model.draw(usage, 1, 2).ttft == milliseconds(500 + 600 + 40));
  CHECK(model.draw(usage, 1, 2).tokens_per_minute == 6000);
}

TEST_CASE("each kind of input takes its time rounded up to a whole nanosecond") {
  LatencySpec spec = fixed_spec();
  spec.ttft_base = DurationFixed{};
  spec.prefill_tokens_per_second = 3;
  spec.cached_tokens_per_second = 7;
  const LatencyModel model(spec);
  CHECK(model.draw({.input_tokens = 1}, 0, 0).ttft == nanoseconds(333'333'334));
  CHECK(model.draw({.cache_read_input_tokens = 1}, 0, 0).ttft == nanoseconds(142'857'143));
  CHECK(model.draw({.input_tokens = 3, .cache_read_input_tokens = 7}, 0, 0).ttft == seconds(2));
}

TEST_CASE("a drawn speed of nothing becomes one token a minute") {
  LatencySpec spec = fixed_spec();
  spec.output_tokens_per_minute = SizeFixed{0};
  CHECK(LatencyModel(spec).draw({}, 0, 0).tokens_per_minute == 1);
}

TEST_CASE("streaming 6000 tokens at 6000 a minute takes a minute") {
  const Service service{.ttft = seconds(1), .tokens_per_minute = 6000};
  CHECK(service.streaming(0) == Duration{});
  CHECK(service.streaming(1) == milliseconds(10));
  CHECK(service.streaming(6000) == minutes(1));
  CHECK(service.produced(Duration{}) == 0);
  CHECK(service.produced(milliseconds(10) - nanoseconds(1)) == 0);
  CHECK(service.produced(milliseconds(10)) == 1);
  CHECK(service.produced(minutes(1)) == 6000);
}

TEST_CASE("a response ends at the first nanosecond at which all its tokens are produced") {
  DrawStream draws = kLatencyDraws.stream(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto speed = static_cast<std::int64_t>(1 + uniform_below(draws.next(), 1'000'000));
    const auto magnitude = uniform_below(draws.next(), 38);
    const auto tokens =
        static_cast<std::int64_t>(uniform_below(draws.next(), std::uint64_t{2} << magnitude));
    const Service service{.tokens_per_minute = speed};
    const Duration end = service.streaming(tokens);
    if (end >= nanoseconds(std::int64_t{1} << 61)) continue;
    INFO(tokens << " tokens at " << speed << " a minute, seed " << kLatencyDraws.seed);
    REQUIRE(service.produced(end) == tokens);
    if (tokens > 0) REQUIRE(service.produced(end - nanoseconds(1)) == tokens - 1);
    const int128 units = static_cast<int128>(tokens) * 60'000'000'000;
    REQUIRE(static_cast<int128>(ns(end)) * speed >= units);
    REQUIRE((static_cast<int128>(ns(end)) - 1) * speed < units);
  }
}

TEST_CASE("tokens produced never decrease, and whole minutes give whole speeds") {
  const Service service{.tokens_per_minute = 4321};
  std::int64_t last = 0;
  for (std::int64_t step = 0; step < 10'000; ++step) {
    const std::int64_t produced = service.produced(nanoseconds(step * 7'777'777));
    REQUIRE(produced >= last);
    last = produced;
  }
  for (std::int64_t m = 0; m < 50; ++m) CHECK(service.produced(minutes(m)) == 4321 * m);
}

TEST_CASE("absurd sizes saturate instead of overflowing") {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const Duration longest = nanoseconds(std::int64_t{1} << 61);
  CHECK(Service{.tokens_per_minute = 1}.streaming(most) == longest);
  CHECK(Service{.tokens_per_minute = most}.streaming(most) == seconds(60));
  CHECK(Service{.tokens_per_minute = most}.produced(nanoseconds(most)) == ns(longest));
  CHECK(Service{.tokens_per_minute = 1}.produced(nanoseconds(most)) == most / 60'000'000'000);
  LatencySpec spec = fixed_spec();
  spec.prefill_tokens_per_second = 1;
  spec.cached_tokens_per_second = 1;
  const Usage usage{.input_tokens = kSizeMax, .cache_read_input_tokens = kSizeMax};
  CHECK(LatencyModel(spec).draw(usage, 0, 0).ttft == longest + milliseconds(500));
}

TEST_CASE("a fixed speed gives the times of its division, whole or not") {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t speed : {1, 7, 60, 4800, 4801, 60'000}) {
    LatencySpec spec = fixed_spec();
    spec.output_tokens_per_minute = SizeFixed{speed};
    const Service service = LatencyModel(spec).draw({}, 0, 0);
    const OutputSpeed divided{speed};
    for (const std::int64_t tokens : {0, 1, 2, 999, 8192, 1'000'000'007}) {
      CAPTURE(speed, tokens);
      CHECK(service.streaming(tokens) == divided.streaming(tokens));
    }
    CHECK(service.streaming(most) == divided.streaming(most));
  }
}

TEST_CASE("draws follow the distributions of the spec") {
  const LatencyModel model(
      {.ttft_base = DurationLognormal{.p50 = milliseconds(900), .p95 = milliseconds(1800)},
       .output_tokens_per_minute = SizeUniform{.low = 3000, .high = 5000}});
  DrawStream draws = kLatencyDraws.stream(2);
  constexpr int kSamples = 40'000;
  int below_median = 0;
  int above_p95 = 0;
  std::int64_t speeds = 0;
  for (int i = 0; i < kSamples; ++i) {
    const std::uint64_t ttft_bits = draws.next();
    const Service service = model.draw({}, ttft_bits, draws.next());
    below_median += service.ttft < milliseconds(900) ? 1 : 0;
    above_p95 += service.ttft > milliseconds(1800) ? 1 : 0;
    speeds += service.tokens_per_minute;
    REQUIRE((service.tokens_per_minute >= 3000 && service.tokens_per_minute <= 5000));
  }
  INFO("seed " << kLatencyDraws.seed);
  CHECK(std::abs(below_median - kSamples / 2) <= 4 * std::sqrt(kSamples * 0.25));
  CHECK(std::abs(above_p95 - kSamples * 0.05) <= 4 * std::sqrt(kSamples * 0.05 * 0.95));
  const double mean_speed = static_cast<double>(speeds) / kSamples;
  CHECK(std::abs(mean_speed - 4000) <= 4 * (2001 / std::sqrt(12.0)) / std::sqrt(kSamples));
}

TEST_CASE("the first word of bits decides the first token alone, the second the speed alone") {
  const LatencyModel model({.ttft_base = DurationUniform{.low = {}, .high = seconds(1)},
                            .output_tokens_per_minute = SizeUniform{.low = 1, .high = 1000}});
  const Service a = model.draw({}, 1ULL << 62, 1ULL << 63);
  CHECK(a.ttft == model.draw({}, 1ULL << 62, 0).ttft);
  CHECK(a.tokens_per_minute == model.draw({}, 0, 1ULL << 63).tokens_per_minute);
  CHECK(a.ttft != model.draw({}, 0, 1ULL << 63).ttft);
  CHECK(a.tokens_per_minute != model.draw({}, 1ULL << 62, 0).tokens_per_minute);
}

}  // namespace
}  // namespace sluice
