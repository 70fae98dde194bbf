#include <algorithm>
#include <array>
#include <cmath>

#include "base/draw.hpp"
#include "policy/retry_policy.hpp"
#include "support/catch.hpp"
#include "support/retry_cases.hpp"
#include "support/test_draws.hpp"

namespace sluice {
namespace {

using testing::in_seconds;
using testing::kDelaySamples;
using testing::preset;
using testing::TestDraws;

constexpr TestDraws kPromiseDraws{.seed = 20261122};
constexpr std::size_t kRetries = 8;

// Draws requests of kRetries failures and compares what they waited with what is promised.
void check_promises(const RetrySpec& spec, ErrorKind after) {
  DrawStream draws = kPromiseDraws.stream();
  std::array<double, kRetries> sum{};
  std::array<double, kRetries> squares{};
  std::array<Duration, kRetries> least{};
  std::array<Duration, kRetries> most{};
  least.fill(kUnlimited);
  Outcome failure;
  failure.error = after;
  for (int i = 0; i < kDelaySamples; ++i) {
    RetryState state;
    for (std::size_t n = 0; n < kRetries; ++n) {
      const auto wait = next_retry(spec, state, failure, draws.next());
      REQUIRE(wait.has_value());
      sum[n] += in_seconds(*wait);
      squares[n] += in_seconds(*wait) * in_seconds(*wait);
      least[n] = std::min(least[n], *wait);
      most[n] = std::max(most[n], *wait);
    }
  }
  for (std::size_t n = 0; n < kRetries; ++n) {
    const auto retry = static_cast<std::int64_t>(n);
    const double mean = sum[n] / kDelaySamples;
    const double error =
        std::sqrt(std::max(squares[n] / kDelaySamples - mean * mean, 0.0) / kDelaySamples);
    INFO(spec.preset << " after " << name(after) << ", n=" << n << ", seed " << kPromiseDraws.seed);
    const double promised = in_seconds(expected_delay(spec, retry, after));
    CHECK(std::abs(mean - promised) <= 3 * error + 1e-4 * promised + 2e-9);
    CHECK(least[n] >= least_delay(spec, retry, after));
    CHECK(most[n] <= most_delay(spec, retry, after));
    CHECK(expected_delay(spec, retry, after) >= least_delay(spec, retry, after));
    CHECK(expected_delay(spec, retry, after) <= most_delay(spec, retry, after));
  }
}

TEST_CASE("every preset's waits have the mean and the bounds that are promised") {
  for (const PresetInfo& info : retry_presets()) {
    if (info.name == "none") continue;
    RetrySpec spec = preset(info.name);
    spec.max_retries = kRetries;
    spec.retry_after.required_on_429 = false;
    check_promises(spec, ErrorKind::kOverloaded);
    if (spec.base_on_429 > Duration{}) check_promises(spec, ErrorKind::kRateLimit);
  }
}

TEST_CASE("promises hold for constants that no preset has") {
  RetrySpec spec = preset("decorrelated");
  spec.max_retries = kRetries;
  for (const Duration cap : {milliseconds(100), milliseconds(501), seconds(2), kUnlimited}) {
    spec.cap = cap;
    check_promises(spec, ErrorKind::kOverloaded);
  }
  spec = preset("polly-v2");
  spec.max_retries = kRetries;
  spec.cap = seconds(3);
  check_promises(spec, ErrorKind::kOverloaded);
  for (const Backoff backoff : {Backoff::kShrink, Backoff::kAround, Backoff::kStretch}) {
    spec.backoff = backoff;
    spec.jitter_permille = 2500;  // waits below zero are held to zero
    check_promises(spec, ErrorKind::kOverloaded);
  }
  spec = preset("windowed-uniform");
  spec.max_retries = kRetries;
  spec.cap = seconds(10);
  check_promises(spec, ErrorKind::kOverloaded);
}

TEST_CASE("the expected delays of the published tables are promised") {
  const std::array<double, 6> sdk = {.4375, .875, 1.75, 3.5, 7, 7};
  for (std::size_t n = 0; n < sdk.size(); ++n) {
    CHECK(in_seconds(expected_delay(preset("anthropic-sdk-python"),
                                    static_cast<std::int64_t>(n))) == Approx(sdk[n]).epsilon(1e-9));
  }
  RetrySpec spec = preset("decorrelated");
  spec.base = seconds(1);
  spec.cap = seconds(60);
  const std::array<double, 10> decorrelated = {2.0,  3.5,  5.76, 9.13, 13.6,
                                               18.1, 21.8, 24.7, 27.0, 28.6};
  for (std::size_t n = 0; n < decorrelated.size(); ++n) {
    // The table was simulated and is rounded to three digits.
    CHECK(in_seconds(expected_delay(spec, static_cast<std::int64_t>(n))) ==
          Approx(decorrelated[n]).epsilon(0.005));
  }
}

TEST_CASE("full jitter is expected to wait half, equal jitter three quarters of the exponential") {
  for (std::int64_t n = 0; n < 8; ++n) {
    const Duration v = expected_delay(preset("exponential"), n);
    CHECK(expected_delay(preset("full-jitter"), n) == v / 2);
    CHECK(expected_delay(preset("equal-jitter"), n) == v * 3 / 4);
  }
}

TEST_CASE("promises do not overflow") {
  for (int shape = 0; shape < 11; ++shape) {
    for (const Duration base : {Duration{}, nanoseconds(1), seconds(1), kUnlimited}) {
      for (const Duration cap : {Duration{}, nanoseconds(7), seconds(8), kUnlimited}) {
        for (const std::int64_t n : {0L, 1L, 62L, 1'000'000L}) {
          const RetrySpec spec{.backoff = static_cast<Backoff>(shape),
                               .base = base,
                               .cap = cap,
                               .multiplier_permille = 3000,
                               .jitter_permille = 1'000'000};
          INFO(name(spec.backoff) << " base " << ns(base) << " cap " << ns(cap) << " n=" << n);
          const Duration most = most_delay(spec, n);
          CHECK(most <= nanoseconds(std::int64_t{1} << 61));
          CHECK((least_delay(spec, n) >= Duration{} && least_delay(spec, n) <= most));
          CHECK(
              (expected_delay(spec, n) >= least_delay(spec, n) && expected_delay(spec, n) <= most));
        }
      }
    }
  }
}

}  // namespace
}  // namespace sluice
