#include "policy/retry_policy.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/draw.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

constexpr std::uint64_t kLeast = 0;
constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kHalf = std::uint64_t{1} << 63;
constexpr int kSamples = 20'000;

DrawStream test_stream(std::uint64_t session) {
  return RandomSource(20261120, 0).stream(Purpose::kTest, {.session = session});
}

RetrySpec preset(std::string_view name) {
  const auto spec = retry_preset(name);
  REQUIRE(spec.has_value());
  return *spec;
}

double in_seconds(Duration duration) { return static_cast<double>(ns(duration)) / 1e9; }

Outcome failed(ErrorKind kind, std::optional<Duration> retry_after = std::nullopt) {
  Outcome outcome;
  outcome.error = kind;
  outcome.retry_after = retry_after;
  return outcome;
}

std::optional<Duration> first_wait(const RetrySpec& spec, const Outcome& outcome,
                                   std::uint64_t bits = kLeast) {
  RetryState state;
  return next_retry(spec, state, outcome, bits);
}

struct Sample {
  double mean = 0;
  double standard_error = 0;
  double least = 0;
  double most = 0;
};

Sample sample_delays(const RetrySpec& spec, std::int64_t n) {
  DrawStream draws = test_stream(static_cast<std::uint64_t>(n));
  double sum = 0;
  double squares = 0;
  Sample sample{.least = 1e18};
  for (int i = 0; i < kSamples; ++i) {
    const double delay = in_seconds(backoff_delay(spec, n, Duration{}, draws.next()));
    sum += delay;
    squares += delay * delay;
    sample.least = std::min(sample.least, delay);
    sample.most = std::max(sample.most, delay);
  }
  sample.mean = sum / kSamples;
  const double variance = std::max(squares / kSamples - sample.mean * sample.mean, 0.0);
  sample.standard_error = std::sqrt(variance / kSamples);
  return sample;
}

struct Support {
  double least;
  double most;
};

// A delay uniform on [least, most): the formulas' whole content.
void check_uniform(const RetrySpec& spec, std::int64_t n, Support support) {
  const Sample sample = sample_delays(spec, n);
  INFO(spec.preset << " n=" << n << " seed 20261120");
  CHECK(std::abs(sample.mean - (support.least + support.most) / 2) <=
        4 * sample.standard_error + 2e-9);
  CHECK(sample.least >= support.least - 1e-9);
  CHECK(sample.most <= support.most + 1e-9);
  const double width = support.most - support.least;
  CHECK(sample.least <= support.least + width * 0.001 + 1e-9);
  CHECK(sample.most >= support.most - width * 0.001 - 1e-9);
  CHECK(in_seconds(backoff_delay(spec, n, Duration{}, kLeast)) >= support.least - 1e-9);
  CHECK(in_seconds(backoff_delay(spec, n, Duration{}, kMost)) <= support.most + 1e-9);
}

TEST_CASE("every preset's delays cover exactly the support of its formula, with its mean") {
  for (std::int64_t n = 0; n < 8; ++n) {
    const double doubled = std::ldexp(0.5, static_cast<int>(n));
    const double v = std::min(doubled, 8.0);
    check_uniform(preset("fixed"), n, {1, 1});
    check_uniform(preset("exponential"), n, {v, v});
    check_uniform(preset("full-jitter"), n, {0, v});
    check_uniform(preset("equal-jitter"), n, {v / 2, v});
    check_uniform(preset("anthropic-sdk-python"), n, {0.75 * v, v});
    check_uniform(preset("anthropic-sdk-typescript"), n, {0.75 * v, v});
    const double guess = std::min(doubled, 32.0);
    check_uniform(preset("claude-code"), n, {guess, 1.25 * guess});
    check_uniform(preset("vercel-ai"), n, {4 * doubled, 4 * doubled});
    check_uniform(preset("langchain-js"), n, {2 * doubled, 4 * doubled});
    const double lagging = std::min(n == 0 ? 0.5 : doubled / 2, 8.0);
    check_uniform(preset("litellm"), n, {lagging, lagging + 0.75});
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
  DrawStream draws = test_stream(77);
  for (int i = 0; i < kSamples; ++i) {
    RetryState state;
    for (std::size_t n = 0; n < expected.size(); ++n) {
      const auto wait = next_retry(spec, state, failed(ErrorKind::kOverloaded), draws.next());
      REQUIRE(wait.has_value());
      const double delay = in_seconds(*wait);
      CHECK((delay >= 1 && delay <= 60));
      sum[n] += delay;
      squares[n] += delay * delay;
    }
    CHECK_FALSE(next_retry(spec, state, failed(ErrorKind::kOverloaded), kHalf).has_value());
  }
  for (std::size_t n = 0; n < expected.size(); ++n) {
    const double mean = sum[n] / kSamples;
    const double error = std::sqrt((squares[n] / kSamples - mean * mean) / kSamples);
    INFO("n=" << n << " seed 20261120");
    // The table was simulated too and is rounded to three digits.
    CHECK(std::abs(mean - expected[n]) <= 4 * error + 0.005 * expected[n]);
  }
}

TEST_CASE("decorrelated jitter draws between the base and three times the previous wait") {
  RetrySpec spec = preset("decorrelated");
  spec.cap = seconds(60);
  CHECK(backoff_delay(spec, 0, Duration{}, kLeast) == spec.base);
  CHECK(backoff_delay(spec, 0, Duration{}, kMost) == 3 * spec.base - nanoseconds(1));
  CHECK(backoff_delay(spec, 9, seconds(4), kLeast) == spec.base);
  CHECK(backoff_delay(spec, 9, seconds(4), kHalf) == milliseconds(6250));
  CHECK(backoff_delay(spec, 9, seconds(50), kMost) == seconds(60));
}

TEST_CASE("a cap below the base is what decorrelated and exponential backoff wait") {
  RetrySpec spec = preset("decorrelated");
  spec.cap = milliseconds(100);
  CHECK(backoff_delay(spec, 0, Duration{}, kMost) == milliseconds(100));
  spec.backoff = Backoff::kExponential;
  CHECK(backoff_delay(spec, 0, Duration{}, kMost) == milliseconds(100));
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
  DrawStream draws = test_stream(5);
  for (int shape = 0; shape < 8; ++shape) {
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
            const Outcome outcome = n % 2 == 0 ? failed(ErrorKind::kRateLimit)
                                               : failed(ErrorKind::kRateLimit, kUnlimited);
            const auto wait = next_retry(spec, state, outcome, draws.next());
            REQUIRE(wait.has_value());
            CHECK((*wait >= Duration{} && *wait <= longest));
            const Duration v = backoff_delay(spec, n, previous, kLeast);
            grows = grows && (v >= previous || multiplier < 1000);
            if (spec.backoff == Backoff::kExponential) previous = v;
          }
          CHECK(grows);
        }
      }
    }
  }
}

// What a client does with a refusal: fails, backs off on its own, or waits for a time that the
// header gives.
constexpr int kFails = -1;
constexpr int kOwn = -2;

struct HeaderRow {
  std::string preset;
  ErrorKind error;
  std::optional<Duration> header;
  int expected;  // kFails, kOwn or seconds
};

TEST_CASE("retry-after is treated as each client treats it") {
  const auto limited = ErrorKind::kRateLimit;
  const auto overloaded = ErrorKind::kOverloaded;
  const std::vector<HeaderRow> rows = {
      {"none", limited, seconds(16), kFails},
      {"anthropic-sdk-python", limited, std::nullopt, kOwn},
      {"anthropic-sdk-python", limited, seconds(16), 16},
      {"anthropic-sdk-python", limited, seconds(60), 60},
      {"anthropic-sdk-python", limited, seconds(61), kOwn},
      {"anthropic-sdk-python", limited, seconds(600), kOwn},
      {"anthropic-sdk-python", limited, Duration{}, kOwn},
      {"anthropic-sdk-python", limited, seconds(-5), kOwn},
      {"anthropic-sdk-python", overloaded, seconds(7), 7},
      {"anthropic-sdk-typescript", limited, std::nullopt, kOwn},
      {"anthropic-sdk-typescript", limited, seconds(16), 16},
      {"anthropic-sdk-typescript", limited, seconds(61), 61},
      {"anthropic-sdk-typescript", limited, seconds(86400), 86400},
      {"anthropic-sdk-typescript", limited, seconds(2147483), 2147483},
      {"anthropic-sdk-typescript", limited, seconds(2147484), kOwn},
      {"anthropic-sdk-typescript", limited, Duration{}, kOwn},
      {"claude-code", limited, seconds(600), 600},
      {"claude-code", overloaded, std::nullopt, kOwn},
      {"vercel-ai", limited, std::nullopt, kOwn},
      {"vercel-ai", limited, Duration{}, 0},
      {"vercel-ai", limited, seconds(1), 1},
      {"vercel-ai", limited, seconds(59), 59},
      {"vercel-ai", limited, seconds(60), kOwn},
      {"vercel-ai", limited, seconds(-1), kOwn},
      {"langchain-js", limited, std::nullopt, kFails},
      {"langchain-js", limited, seconds(16), 16},
      {"langchain-js", limited, Duration{}, kOwn},
      {"langchain-js", limited, seconds(60), 60},
      {"langchain-js", limited, seconds(61), kFails},
      {"langchain-js", overloaded, std::nullopt, kOwn},
      {"langchain-js", overloaded, seconds(61), kOwn},
      {"langchain-js", overloaded, seconds(16), kOwn},
      {"litellm", limited, std::nullopt, kOwn},
      {"litellm", limited, seconds(16), 16},
      {"litellm", limited, seconds(60), 60},
      {"litellm", limited, seconds(61), kOwn},
      {"fixed", limited, seconds(16), 16},
      {"fixed", limited, std::nullopt, kOwn},
      {"exponential", limited, seconds(600), 600},
      {"full-jitter", limited, seconds(16), 16},
      {"equal-jitter", limited, seconds(16), 16},
      {"decorrelated", overloaded, seconds(16), 16},
  };
  for (const HeaderRow& row : rows) {
    INFO(row.preset << " on " << name(row.error) << " with "
                    << (row.header ? ns(*row.header) / 1'000'000'000 : -999) << " s");
    const RetrySpec spec = preset(row.preset);
    const auto wait = first_wait(spec, failed(row.error, row.header));
    REQUIRE(wait.has_value() == (row.expected != kFails));
    if (row.expected == kFails) continue;
    CHECK(*wait == (row.expected == kOwn ? backoff_delay(spec, 0, Duration{}, kLeast)
                                         : seconds(row.expected)));
  }
}

TEST_CASE("the generic policies and LangChain never wait for less than retry-after") {
  for (const char* const name :
       {"fixed", "exponential", "full-jitter", "equal-jitter", "decorrelated", "langchain-js"}) {
    RetrySpec spec = preset(name);
    RetryState state;
    DrawStream draws = test_stream(9);
    for (std::int64_t n = 0; n < spec.max_retries; ++n) {
      const std::uint64_t bits = draws.next();
      const Duration own = backoff_delay(spec, n, state.previous, bits);
      const auto wait = next_retry(spec, state, failed(ErrorKind::kRateLimit, seconds(3)), bits);
      INFO(name << " n=" << n);
      REQUIRE(wait.has_value());
      CHECK(*wait == std::max(own, seconds(3)));
    }
  }
}

TEST_CASE("Vercel obeys a long retry-after once its own backoff is longer still") {
  RetrySpec spec = preset("vercel-ai");
  spec.max_retries = 20;
  RetryState state{.retries = 5};  // own backoff 64 s
  CHECK(next_retry(spec, state, failed(ErrorKind::kRateLimit, seconds(61)), 0) == seconds(61));
  CHECK(next_retry(spec, state, failed(ErrorKind::kRateLimit, seconds(200)), 0) == seconds(128));
}

TEST_CASE("LiteLLM spreads an obeyed retry-after over three quarters of a second") {
  const RetrySpec spec = preset("litellm");
  const Outcome outcome = failed(ErrorKind::kRateLimit, seconds(16));
  CHECK(first_wait(spec, outcome, kLeast) == seconds(16));
  CHECK(first_wait(spec, outcome, kHalf) == milliseconds(16'375));
  CHECK(first_wait(spec, outcome, kMost) == milliseconds(16'750) - nanoseconds(1));
}

TEST_CASE("an official SDK waits for retry-after without jitter") {
  const Outcome outcome = failed(ErrorKind::kRateLimit, seconds(16));
  for (const char* const name : {"anthropic-sdk-python", "anthropic-sdk-typescript"}) {
    for (const std::uint64_t bits : {kLeast, kHalf, kMost}) {
      CHECK(first_wait(preset(name), outcome, bits) == seconds(16));
    }
  }
}

TEST_CASE("a spend refusal without retry-after makes an official SDK try three times in 1.5 s") {
  Outcome outcome = failed(ErrorKind::kRateLimit);
  outcome.limit = LimitCause::kSpend;
  const RetrySpec spec = preset("anthropic-sdk-python");
  RetryState state;
  CHECK(next_retry(spec, state, outcome, kLeast) == milliseconds(500));
  CHECK(next_retry(spec, state, outcome, kLeast) == seconds(1));
  CHECK_FALSE(next_retry(spec, state, outcome, kLeast).has_value());
  CHECK(state.retries == 2);
}

TEST_CASE("which errors are retried is what each client's source says") {
  for (const PresetInfo& info : retry_presets()) {
    if (info.name == "none") continue;
    const RetrySpec spec = preset(info.name);
    for (std::size_t i = 0; i < kErrorKindCount; ++i) {
      const auto kind = static_cast<ErrorKind>(i);
      const int status = http_status(kind);
      const bool langchain = info.name == "langchain-js";
      const bool expected = (status == 429 && !langchain) || (status == 409 && !langchain) ||
                            status >= 500 || kind == ErrorKind::kConnection ||
                            kind == ErrorKind::kAttemptTimeout;
      INFO(info.name << " on " << name(kind));
      CHECK(first_wait(spec, failed(kind)).has_value() == expected);
    }
  }
}

TEST_CASE("each switch turns off the errors it names and no others") {
  const auto retries = [](const RetrySpec& spec, ErrorKind kind) {
    return first_wait(spec, failed(kind)).has_value();
  };
  RetrySpec spec = preset("exponential");
  spec.retry_rate_limit = false;
  CHECK_FALSE(retries(spec, ErrorKind::kRateLimit));
  CHECK(retries(spec, ErrorKind::kOverloaded));
  spec.retry_server_errors = false;
  CHECK_FALSE(retries(spec, ErrorKind::kOverloaded));
  CHECK_FALSE(retries(spec, ErrorKind::kApi));
  CHECK_FALSE(retries(spec, ErrorKind::kTimeout));
  CHECK(retries(spec, ErrorKind::kConnection));
  spec.retry_connection = false;
  CHECK_FALSE(retries(spec, ErrorKind::kConnection));
  CHECK_FALSE(retries(spec, ErrorKind::kAttemptTimeout));
  CHECK(retries(spec, ErrorKind::kConflict));
  spec.retry_conflict = false;
  CHECK_FALSE(retries(spec, ErrorKind::kConflict));
}

TEST_CASE("a request that can never fit is not retried") {
  Outcome outcome = failed(ErrorKind::kRateLimit, seconds(1));
  outcome.never_fits = true;
  for (const PresetInfo& info : retry_presets()) {
    INFO(info.name);
    CHECK_FALSE(first_wait(preset(info.name), outcome).has_value());
  }
}

TEST_CASE("x-should-retry overrides the status for Anthropic's clients and nobody else") {
  for (const PresetInfo& info : retry_presets()) {
    if (info.name == "none") continue;
    INFO(info.name);
    const RetrySpec spec = preset(info.name);
    const bool obeys = info.name.substr(0, 9) == "anthropic" || info.name == "claude-code";
    Outcome bad = failed(ErrorKind::kInvalidRequest);
    bad.should_retry = true;
    CHECK(first_wait(spec, bad).has_value() == obeys);
    Outcome never = failed(ErrorKind::kRateLimit, seconds(1));
    never.never_fits = true;
    never.should_retry = true;
    CHECK(first_wait(spec, never).has_value() == obeys);
    Outcome limited = failed(ErrorKind::kRateLimit, seconds(16));
    limited.should_retry = false;
    CHECK(first_wait(spec, limited).has_value() == !obeys);
    RetryState spent{.retries = spec.max_retries};
    CHECK_FALSE(next_retry(spec, spent, bad, kLeast).has_value());
  }
}

TEST_CASE("an error inside a stream is retried only by those who say so") {
  Outcome broken = failed(ErrorKind::kOverloaded);
  broken.began = true;
  broken.first_token = TimePoint(seconds(3));
  broken.should_retry = true;
  Outcome before_output = broken;
  before_output.first_token = kNever;
  for (const PresetInfo& info : retry_presets()) {
    INFO(info.name);
    const RetrySpec spec = preset(info.name);
    CHECK_FALSE(first_wait(spec, broken).has_value());
    CHECK(first_wait(spec, before_output).has_value() == (info.name == "claude-code"));
  }
  RetrySpec spec = preset("full-jitter");
  spec.retry_in_stream = true;
  CHECK(first_wait(spec, broken).has_value());
}

TEST_CASE("a refused retry is not counted") {
  const RetrySpec spec = preset("langchain-js");
  RetryState state;
  CHECK_FALSE(next_retry(spec, state, failed(ErrorKind::kRateLimit), kLeast).has_value());
  CHECK(state.retries == 0);
  CHECK(next_retry(spec, state, failed(ErrorKind::kOverloaded), kLeast).has_value());
  CHECK(state.retries == 1);
}

TEST_CASE("the number of retries is each client's own") {
  const std::vector<std::pair<std::string, int>> expected = {{"none", 0},
                                                             {"fixed", 5},
                                                             {"exponential", 5},
                                                             {"full-jitter", 5},
                                                             {"equal-jitter", 5},
                                                             {"decorrelated", 5},
                                                             {"anthropic-sdk-python", 2},
                                                             {"anthropic-sdk-typescript", 2},
                                                             {"claude-code", 10},
                                                             {"vercel-ai", 2},
                                                             {"langchain-js", 6},
                                                             {"litellm", 2}};
  REQUIRE(retry_presets().size() == expected.size());
  for (const auto& [name, count] : expected) {
    RetryState state;
    while (next_retry(preset(name), state, failed(ErrorKind::kConnection), kHalf)) {
    }
    INFO(name);
    CHECK(state.retries == count);
  }
}

TEST_CASE("every preset carries its name, and only claude-code is a guess") {
  for (const PresetInfo& info : retry_presets()) {
    const RetrySpec spec = preset(info.name);
    CHECK(spec.preset == info.name);
    CHECK(spec.is_guess == info.is_guess);
    CHECK(spec.is_guess == (info.name == "claude-code"));
    CHECK_FALSE(info.formula.empty());
    CHECK_FALSE(info.source.empty());
  }
  CHECK_FALSE(retry_preset("anthropic-sdk-go").has_value());
}

TEST_CASE("every backoff is found by its name") {
  for (int i = 0; i < 8; ++i) {
    const auto backoff = static_cast<Backoff>(i);
    CHECK(backoff_named(name(backoff)) == backoff);
  }
  CHECK_FALSE(backoff_named("polly").has_value());
}

}  // namespace
}  // namespace sluice
