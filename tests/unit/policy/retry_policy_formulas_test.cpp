#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/draw.hpp"
#include "policy/retry_policy.hpp"
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

constexpr std::uint64_t kFormulaSeed = 20261121;

// Waits of retry n of so many requests, each of which goes through retries 0 to n.
std::vector<double> waits(RetrySpec spec, std::int64_t n, const Outcome& outcome) {
  spec.max_retries = n + 1;
  DrawStream draws = TestDraws{kFormulaSeed}.stream(static_cast<std::uint64_t>(n));
  std::vector<double> result;
  for (int i = 0; i < kDelaySamples; ++i) {
    RetryState state;
    std::optional<Duration> wait;
    while (state.retries <= n) {
      wait = next_retry(spec, state, outcome, draws.next());
      if (!wait) break;
    }
    REQUIRE(wait.has_value());
    result.push_back(in_seconds(*wait));
  }
  std::sort(result.begin(), result.end());
  return result;
}

struct WaitMoments {
  double mean = 0;
  double error = 0;  // of the mean
};

WaitMoments moments(const std::vector<double>& sorted) {
  double sum = 0;
  double squares = 0;
  for (const double wait : sorted) {
    sum += wait;
    squares += wait * wait;
  }
  const auto count = static_cast<double>(sorted.size());
  const double mean = sum / count;
  return {mean, std::sqrt(std::max(squares / count - mean * mean, 0.0) / count)};
}

// Uniform on [least, most), in seconds: mean, both ends and every tenth of the distribution.
void check_uniform_wait(const RetrySpec& spec, std::int64_t n, const Outcome& outcome, double least,
                        double most) {
  const std::vector<double> sorted = waits(spec, n, outcome);
  INFO(spec.preset << " after " << name(outcome.error) << ", n=" << n << ", seed " << kFormulaSeed);
  const WaitMoments found = moments(sorted);
  const double width = most - least;
  CHECK(std::abs(found.mean - (least + most) / 2) <= 3 * found.error + 2e-9);
  CHECK(sorted.front() >= least - 1e-9);
  CHECK(sorted.back() <= most + 1e-9);
  CHECK(sorted.front() <= least + width * 0.001 + 1e-9);
  CHECK(sorted.back() >= most - width * 0.001 - 1e-9);
  for (int tenth = 1; tenth < 10; ++tenth) {
    const double p = tenth / 10.0;
    const double at = sorted[static_cast<std::size_t>(p * kDelaySamples)];
    const double error = width * std::sqrt(p * (1 - p) / kDelaySamples);
    CHECK(std::abs(at - (least + p * width)) <= 4 * error + 2e-9);
  }
}

TEST_CASE("each backoff of real clients is uniform on the support of its formula") {
  const Outcome overloaded = ended_with(ErrorKind::kOverloaded);
  const Outcome limited = ended_with(ErrorKind::kRateLimit);
  for (std::int64_t n = 0; n < 8; ++n) {
    const double doubled = std::ldexp(1.0, static_cast<int>(n));
    const double aws = std::min(2.0, 0.005 * 2 * doubled);  // n from 1
    check_uniform_wait(preset("aws-full-jitter"), n, overloaded, 0, aws);
    check_uniform_wait(preset("aws-equal-jitter"), n, overloaded, aws / 2, aws);
    check_uniform_wait(preset("aws-standard"), n, overloaded, 0, std::min(doubled, 20.0));
    check_uniform_wait(preset("aws-standard"), n, limited, 0, std::min(doubled, 20.0));
    check_uniform_wait(preset("aws-standard-2026"), n, overloaded, 0,
                       std::min(0.05 * doubled, 20.0));
    check_uniform_wait(preset("aws-standard-2026"), n, limited, 0, std::min(doubled, 20.0));
    const double grpc = std::min(0.1 * doubled, 1.0);
    check_uniform_wait(preset("grpc"), n, overloaded, 0, grpc);
    check_uniform_wait(preset("grpc-2024"), n, overloaded, 0.8 * grpc, 1.2 * grpc);
    check_uniform_wait(preset("envoy"), n, overloaded, 0, std::min(0.025 * doubled, 0.25));
    check_uniform_wait(preset("spring7"), n, overloaded, 1, 1);
    check_uniform_wait(preset("openai-cookbook"), n, overloaded, 0.001, 0.001);
    check_uniform_wait(preset("openai-cookbook"), n, limited, 15, 15);
    const double sdk = std::min(0.5 * doubled, 8.0);
    check_uniform_wait(preset("retry-after-strict"), n, overloaded, sdk, sdk);
    check_uniform_wait(preset("retry-after-jitter"), n, overloaded, 0, sdk);
  }
}

TEST_CASE("retry-after with positive jitter adds up to a fifth of it, at most 30 s") {
  const RetrySpec spec = preset("retry-after-jitter");
  for (const std::int64_t header : {1, 16, 150, 151, 600}) {
    const auto asked = static_cast<double>(header);
    check_uniform_wait(spec, 0, ended_with(ErrorKind::kRateLimit, seconds(header)), asked,
                       asked + std::min(0.2 * asked, 30.0));
  }
}

TEST_CASE("retry-after alone is waited for to the nanosecond, however long") {
  const RetrySpec spec = preset("retry-after-strict");
  for (const std::int64_t header : {1, 16, 600, 86'400}) {
    for (const std::uint64_t bits : {kLeastBits, kHalfBits, kMostBits}) {
      RetryState state;
      CHECK(next_retry(spec, state, ended_with(ErrorKind::kRateLimit, seconds(header)), bits) ==
            seconds(header));
    }
  }
}

TEST_CASE("AWS's new retries wait at least their backoff and at most 5 s more") {
  const RetrySpec spec = preset("aws-standard-2026");
  const auto wait = [&](std::int64_t header, std::uint64_t bits) {
    RetryState state{.retries = 1};  // own backoff up to 2 s
    return next_retry(spec, state, ended_with(ErrorKind::kRateLimit, seconds(header)), bits);
  };
  CHECK(wait(1, kHalfBits) == seconds(1));
  CHECK(wait(1, std::uint64_t{3} << 62) == milliseconds(1500));
  CHECK(wait(4, kHalfBits) == seconds(4));
  CHECK(wait(6, kHalfBits) == seconds(6));
  CHECK(wait(7, kHalfBits) == seconds(6));
  CHECK(wait(600, kLeastBits) == seconds(5));
}

TEST_CASE("only AWS's new retries and the cookbook tell a 429 from other failures") {
  for (const PresetInfo& info : retry_presets()) {
    const RetrySpec spec = preset(info.name);
    const bool differs = info.name == "aws-standard-2026" || info.name == "openai-cookbook";
    INFO(info.name);
    CHECK((backoff_delay(spec, 1, {}, kHalfBits, ErrorKind::kRateLimit) !=
           backoff_delay(spec, 1, {}, kHalfBits, ErrorKind::kOverloaded)) == differs);
    CHECK((spec.pause_all_on_429 == seconds(15)) == (info.name == "openai-cookbook"));
  }
}

TEST_CASE("decorrelated jitter with AWS's constants stays between 5 ms and 2 s") {
  double before = 0.005;
  for (std::int64_t n = 0; n < 8; ++n) {
    const std::vector<double> sorted =
        waits(preset("aws-decorrelated"), n, ended_with(ErrorKind::kOverloaded));
    INFO("n=" << n << ", seed " << kFormulaSeed);
    before = std::min(3 * before, 2.0);
    CHECK(sorted.front() >= 0.005);
    CHECK(sorted.front() <= 0.005 * 1.01);
    CHECK(sorted.back() <= before);
    if (n < 3) CHECK(sorted.back() >= 0.9 * before);
  }
}

TEST_CASE("Polly's medians and 99th percentiles for 1 s are the known ones") {
  const std::array<double, 6> medians = {.90, 1.14, 2.02, 3.99, 8.02, 16.04};
  const std::array<double, 6> p99 = {1.37, 2.36, 4.03, 8.01, 15.98, 32.02};
  for (std::int64_t n = 0; n < 6; ++n) {
    const auto i = static_cast<std::size_t>(n);
    const std::vector<double> sorted =
        waits(preset("polly-v2"), n, ended_with(ErrorKind::kOverloaded));
    INFO("n=" << n << ", seed " << kFormulaSeed);
    // The table was simulated too and is rounded to two digits.
    CHECK(std::abs(sorted[kDelaySamples / 2] - medians[i]) <= 0.015 * medians[i] + 0.005);
    CHECK(std::abs(sorted[kDelaySamples * 99 / 100] - p99[i]) <= 0.015 * p99[i] + 0.005);
  }
}

TEST_CASE("Polly's retries happen at f(n + U) / 1.4 x the base after the first failure") {
  const RetrySpec spec = preset("polly-v2");
  DrawStream draws = TestDraws{kFormulaSeed, 1}.stream();
  for (int request = 0; request < 1000; ++request) {
    RetryState state;
    double sum = 0;
    for (std::int64_t n = 0; n < spec.max_retries; ++n) {
      const std::uint64_t bits = draws.next();
      const auto wait = next_retry(spec, state, ended_with(ErrorKind::kOverloaded), bits);
      REQUIRE(wait.has_value());
      sum += in_seconds(*wait);
      const double t = static_cast<double>(n) + unit_interval(bits);
      const double expected = std::exp2(t) * std::tanh(std::sqrt(4 * t)) / 1.4;
      CHECK(std::abs(sum - expected) <= 1e-8 + 1e-12 * expected);
      CHECK(*wait >= Duration{});
    }
  }
}

TEST_CASE("windowed-uniform retries once in every window, anywhere in it") {
  RetrySpec spec = preset("windowed-uniform");
  check_uniform_wait(spec, 0, ended_with(ErrorKind::kOverloaded), 0, 60);
  DrawStream draws = TestDraws{kFormulaSeed, 2}.stream();
  RetryState state;
  Duration since_first{};
  for (std::int64_t n = 0; n < spec.max_retries; ++n) {
    const std::uint64_t bits = draws.next();
    const auto wait = next_retry(spec, state, ended_with(ErrorKind::kOverloaded), bits);
    REQUIRE(wait.has_value());
    since_first += *wait;
    const auto offset = static_cast<std::int64_t>(uniform_below(bits, 60'000'000'000));
    CHECK(since_first == seconds(60) * n + nanoseconds(offset));
  }
}

TEST_CASE("windowed-uniform makes its window of retry-after x clients where those are known") {
  RetrySpec spec = preset("windowed-uniform");
  spec.clients = 100;
  check_uniform_wait(spec, 0, ended_with(ErrorKind::kRateLimit, seconds(3)), 0, 300);
  spec.cap = seconds(120);
  check_uniform_wait(spec, 0, ended_with(ErrorKind::kRateLimit, seconds(3)), 0, 120);
  check_uniform_wait(spec, 0, ended_with(ErrorKind::kRateLimit), 0, 60);
}

TEST_CASE("windowed-uniform waits for retry-after at least where the clients are not known") {
  const RetrySpec spec = preset("windowed-uniform");
  RetryState state;
  CHECK(next_retry(spec, state, ended_with(ErrorKind::kRateLimit, seconds(40)), kHalfBits) ==
        seconds(40));
  state = {};
  CHECK(next_retry(spec, state, ended_with(ErrorKind::kRateLimit, seconds(20)), kHalfBits) ==
        seconds(30));
}

struct Constants {
  std::string_view preset;
  Backoff backoff;
  Duration base;
  Duration cap;
  BudgetKind budget;
};

TEST_CASE("the constants and the budget of every real client are its source's") {
  const std::array<Constants, 11> rows = {{
      {"aws-full-jitter", Backoff::kFullJitter, milliseconds(10), seconds(2), BudgetKind::kNone},
      {"aws-equal-jitter", Backoff::kEqualJitter, milliseconds(10), seconds(2), BudgetKind::kNone},
      {"aws-decorrelated", Backoff::kDecorrelated, milliseconds(5), seconds(2), BudgetKind::kNone},
      {"aws-standard", Backoff::kFullJitter, seconds(1), seconds(20), BudgetKind::kAwsQuota},
      {"aws-standard-2026", Backoff::kFullJitter, milliseconds(50), seconds(20),
       BudgetKind::kAwsQuota2026},
      {"grpc", Backoff::kFullJitter, milliseconds(100), seconds(1), BudgetKind::kGrpc},
      {"grpc-2024", Backoff::kAround, milliseconds(100), seconds(1), BudgetKind::kGrpc},
      {"envoy", Backoff::kFullJitter, milliseconds(25), milliseconds(250), BudgetKind::kEnvoy},
      {"polly-v2", Backoff::kPolly, seconds(1), kUnlimited, BudgetKind::kNone},
      {"windowed-uniform", Backoff::kWindowed, seconds(60), kUnlimited, BudgetKind::kNone},
      {"anthropic-sdk-python", Backoff::kShrink, milliseconds(500), seconds(8), BudgetKind::kNone},
  }};
  for (const Constants& row : rows) {
    const RetrySpec spec = preset(row.preset);
    INFO(row.preset);
    CHECK(spec.backoff == row.backoff);
    CHECK(spec.base == row.base);
    CHECK(spec.cap == row.cap);
    CHECK(spec.budget == row.budget);
  }
}

}  // namespace
}  // namespace sluice
