#include "policy/retry_policy.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/draw.hpp"
#include "support/catch.hpp"
#include "support/outcomes.hpp"
#include "support/retry_cases.hpp"
#include "support/test_draws.hpp"

namespace sluice {
namespace {

using testing::ended_with;
using testing::in_seconds;
using testing::kDelaySamples;
using testing::kHalfBits;
using testing::kLeastBits;
using testing::kMostBits;
using testing::preset;
using testing::TestDraws;

constexpr TestDraws kDelayDraws{.seed = 20261120};

struct Sample {
  double mean = 0;
  double standard_error = 0;
  double least = 0;
  double most = 0;
};

Sample sample_delays(const RetrySpec& spec, std::int64_t n) {
  DrawStream draws = kDelayDraws.stream(static_cast<std::uint64_t>(n));
  double sum = 0;
  double squares = 0;
  Sample sample{.least = 1e18};
  for (int i = 0; i < kDelaySamples; ++i) {
    const double delay = in_seconds(backoff_delay(spec, n, Duration{}, draws.next()));
    sum += delay;
    squares += delay * delay;
    sample.least = std::min(sample.least, delay);
    sample.most = std::max(sample.most, delay);
  }
  sample.mean = sum / kDelaySamples;
  const double variance = std::max(squares / kDelaySamples - sample.mean * sample.mean, 0.0);
  sample.standard_error = std::sqrt(variance / kDelaySamples);
  return sample;
}

struct Support {
  double least;
  double most;
};

// A delay uniform on [least, most): the formulas' whole content.
void check_uniform_delay(const RetrySpec& spec, std::int64_t n, Support support) {
  const Sample sample = sample_delays(spec, n);
  INFO(spec.preset << " n=" << n << " seed " << kDelayDraws.seed);
  CHECK(std::abs(sample.mean - (support.least + support.most) / 2) <=
        4 * sample.standard_error + 2e-9);
  CHECK(sample.least >= support.least - 1e-9);
  CHECK(sample.most <= support.most + 1e-9);
  const double width = support.most - support.least;
  CHECK(sample.least <= support.least + width * 0.001 + 1e-9);
  CHECK(sample.most >= support.most - width * 0.001 - 1e-9);
  CHECK(in_seconds(backoff_delay(spec, n, Duration{}, kLeastBits)) >= support.least - 1e-9);
  CHECK(in_seconds(backoff_delay(spec, n, Duration{}, kMostBits)) <= support.most + 1e-9);
}

TEST_CASE("every preset's delays cover exactly the support of its formula, with its mean") {
  for (std::int64_t n = 0; n < 8; ++n) {
    const double doubled = std::ldexp(0.5, static_cast<int>(n));
    const double v = std::min(doubled, 8.0);
    check_uniform_delay(preset("fixed"), n, {1, 1});
    check_uniform_delay(preset("exponential"), n, {v, v});
    check_uniform_delay(preset("full-jitter"), n, {0, v});
    check_uniform_delay(preset("equal-jitter"), n, {v / 2, v});
    check_uniform_delay(preset("anthropic-sdk-python"), n, {0.75 * v, v});
    check_uniform_delay(preset("anthropic-sdk-typescript"), n, {0.75 * v, v});
    const double guess = std::min(doubled, 32.0);
    check_uniform_delay(preset("claude-code"), n, {guess, 1.25 * guess});
    check_uniform_delay(preset("vercel-ai"), n, {4 * doubled, 4 * doubled});
    check_uniform_delay(preset("langchain-js"), n, {2 * doubled, 4 * doubled});
    const double lagging = std::min(n == 0 ? 0.5 : doubled / 2, 8.0);
    check_uniform_delay(preset("litellm"), n, {lagging, lagging + 0.75});
  }
}

TEST_CASE("the mean delays of Anthropic's SDKs are 0.4375, 0.875, 1.75, 3.5, 7 and 7 s") {
  const std::array<double, 6> expected = {.4375, .875, 1.75, 3.5, 7, 7};
  for (std::size_t n = 0; n < expected.size(); ++n) {
    const Sample sample =
        sample_delays(preset("anthropic-sdk-python"), static_cast<std::int64_t>(n));
    CHECK(std::abs(sample.mean - expected[n]) <= 4 * sample.standard_error);
  }
}

TEST_CASE("the mean delays of decorrelated jitter with base 1 s and cap 60 s are the known ones") {
  RetrySpec spec = preset("decorrelated");
  spec.base = seconds(1);
  spec.cap = seconds(60);
  spec.max_retries = 10;
  const std::array<double, 10> expected = {2.0,  3.5,  5.76, 9.13, 13.6,
                                           18.1, 21.8, 24.7, 27.0, 28.6};
  std::array<double, 10> sum{};
  std::array<double, 10> squares{};
  DrawStream draws = kDelayDraws.stream(77);
  for (int i = 0; i < kDelaySamples; ++i) {
    RetryState state;
    for (std::size_t n = 0; n < expected.size(); ++n) {
      const auto wait = next_retry(spec, state, ended_with(ErrorKind::kOverloaded), draws.next());
      REQUIRE(wait.has_value());
      const double delay = in_seconds(*wait);
      CHECK((delay >= 1 && delay <= 60));
      sum[n] += delay;
      squares[n] += delay * delay;
    }
    CHECK_FALSE(next_retry(spec, state, ended_with(ErrorKind::kOverloaded), kHalfBits).has_value());
  }
  for (std::size_t n = 0; n < expected.size(); ++n) {
    const double mean = sum[n] / kDelaySamples;
    const double error = std::sqrt((squares[n] / kDelaySamples - mean * mean) / kDelaySamples);
    INFO("n=" << n << " seed " << kDelayDraws.seed);
    // The table was simulated too and is rounded to three digits.
    CHECK(std::abs(mean - expected[n]) <= 4 * error + 0.005 * expected[n]);
  }
}

TEST_CASE("decorrelated jitter draws between the base and three times the previous wait") {
  RetrySpec spec = preset("decorrelated");
  spec.cap = seconds(60);
  CHECK(backoff_delay(spec, 0, Duration{}, kLeastBits) == spec.base);
  CHECK(backoff_delay(spec, 0, Duration{}, kMostBits) == 3 * spec.base - nanoseconds(1));
  CHECK(backoff_delay(spec, 9, seconds(4), kLeastBits) == spec.base);
  CHECK(backoff_delay(spec, 9, seconds(4), kHalfBits) == milliseconds(6250));
  CHECK(backoff_delay(spec, 9, seconds(50), kMostBits) == seconds(60));
}

TEST_CASE("a cap below the base is what decorrelated and exponential backoff wait") {
  RetrySpec spec = preset("decorrelated");
  spec.cap = milliseconds(100);
  CHECK(backoff_delay(spec, 0, Duration{}, kMostBits) == milliseconds(100));
  spec.backoff = Backoff::kExponential;
  CHECK(backoff_delay(spec, 0, Duration{}, kMostBits) == milliseconds(100));
}

TEST_CASE("growth by a multiplier other than two is exact") {
  RetrySpec spec = preset("exponential");
  spec.base = seconds(1);
  spec.cap = kUnlimited;
  spec.multiplier_permille = 1600;
  CHECK(backoff_delay(spec, 3, Duration{}, 0) == milliseconds(4096));
  spec.multiplier_permille = 1000;
  CHECK(backoff_delay(spec, 1000, Duration{}, 0) == seconds(1));
  spec.multiplier_permille = 500;
  CHECK(backoff_delay(spec, 3, Duration{}, 0) == milliseconds(125));
  spec.multiplier_permille = 3000;
  spec.cap = seconds(20);
  CHECK(backoff_delay(spec, 2, Duration{}, 0) == seconds(9));
  CHECK(backoff_delay(spec, 3, Duration{}, 0) == seconds(20));
}

TEST_CASE("no delay overflows, whatever the retry's number, constants and bits") {
  const Duration longest = nanoseconds(std::int64_t{1} << 61);
  DrawStream draws = kDelayDraws.stream(5);
  for (int shape = 0; shape < 11; ++shape) {
    for (const std::int64_t multiplier : {0L, 1L, 999L, 1000L, 1001L, 2000L, 3000L, 1L << 62}) {
      for (const Duration base : {Duration{}, nanoseconds(1), seconds(1), kUnlimited}) {
        for (const Duration cap : {Duration{}, nanoseconds(7), seconds(8), kUnlimited}) {
          RetrySpec spec{.max_retries = 1001, .backoff = static_cast<Backoff>(shape)};
          spec.base = base;
          spec.cap = cap;
          spec.multiplier_permille = multiplier;
          spec.jitter_permille = multiplier;
          spec.retry_after.spread = base;
          RetryState state;
          Duration previous{};
          bool grows = true;
          for (const std::int64_t n : {0L, 1L, 2L, 31L, 62L, 63L, 64L, 999L, 1000L}) {
            state.retries = n;
            const Outcome outcome = n % 2 == 0 ? ended_with(ErrorKind::kRateLimit)
                                               : ended_with(ErrorKind::kRateLimit, kUnlimited);
            const auto wait = next_retry(spec, state, outcome, draws.next());
            REQUIRE(wait.has_value());
            CHECK((*wait >= Duration{} && *wait <= longest));
            const Duration v = backoff_delay(spec, n, previous, kLeastBits);
            grows = grows && (v >= previous || multiplier < 1000);
            if (spec.backoff == Backoff::kExponential) previous = v;
          }
          CHECK(grows);
        }
      }
    }
  }
}

TEST_CASE("every backoff is found by its name") {
  for (int i = 0; i < 11; ++i) {
    const auto backoff = static_cast<Backoff>(i);
    CHECK(backoff_named(name(backoff)) == backoff);
  }
  CHECK_FALSE(backoff_named("polly-v2").has_value());
}

}  // namespace
}  // namespace sluice
