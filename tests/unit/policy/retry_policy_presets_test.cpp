#include <string>
#include <utility>
#include <vector>

#include "base/draw.hpp"
#include "policy/retry_policy.hpp"
#include "support/catch.hpp"
#include "support/outcomes.hpp"
#include "support/retry_cases.hpp"

namespace sluice {
namespace {

using testing::ended_with;
using testing::kHalfBits;
using testing::kLeastBits;
using testing::kMostBits;
using testing::preset;

std::optional<Duration> first_wait(const RetrySpec& spec, const Outcome& outcome,
                                   std::uint64_t bits = kLeastBits) {
  RetryState state;
  return next_retry(spec, state, outcome, bits);
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
      {"windowed-uniform", limited, seconds(16), 16},
      {"windowed-uniform", limited, std::nullopt, kOwn},
      {"retry-after-strict", limited, seconds(16), 16},
      {"retry-after-strict", limited, seconds(600), 600},
      {"retry-after-strict", overloaded, std::nullopt, kOwn},
      {"retry-after-jitter", limited, seconds(16), 16},
      {"retry-after-jitter", limited, std::nullopt, kOwn},
      {"openai-cookbook", limited, seconds(600), 15},
      {"openai-cookbook", limited, std::nullopt, 15},
      {"openai-cookbook", overloaded, seconds(600), kOwn},
      {"aws-full-jitter", limited, seconds(16), 16},
      {"aws-equal-jitter", limited, seconds(16), 16},
      {"aws-decorrelated", limited, seconds(16), 16},
      {"aws-standard", limited, seconds(16), kOwn},
      {"aws-standard-2026", limited, std::nullopt, kOwn},
      {"aws-standard-2026", limited, seconds(4), 4},
      {"aws-standard-2026", limited, seconds(5), 5},
      {"aws-standard-2026", limited, seconds(600), 5},
      {"grpc", overloaded, std::nullopt, kOwn},
      {"grpc", overloaded, Duration{}, 0},
      {"grpc", overloaded, seconds(-1), kOwn},
      {"grpc", overloaded, seconds(16), 16},
      {"grpc-2024", overloaded, seconds(16), 16},
      {"envoy", overloaded, seconds(16), kOwn},
      {"polly-v2", limited, seconds(16), 16},
      {"polly-v2", limited, std::nullopt, kOwn},
      {"spring7", limited, seconds(16), kOwn},
  };
  for (const HeaderRow& row : rows) {
    INFO(row.preset << " on " << name(row.error) << " with "
                    << (row.header ? ns(*row.header) / 1'000'000'000 : -999) << " s");
    const RetrySpec spec = preset(row.preset);
    const auto wait = first_wait(spec, ended_with(row.error, row.header));
    REQUIRE(wait.has_value() == (row.expected != kFails));
    if (row.expected == kFails) continue;
    CHECK(*wait == (row.expected == kOwn ? backoff_delay(spec, 0, Duration{}, kLeastBits)
                                         : seconds(row.expected)));
  }
}

TEST_CASE("the generic policies and LangChain never wait for less than retry-after") {
  for (const char* const name :
       {"fixed", "exponential", "full-jitter", "equal-jitter", "decorrelated", "langchain-js",
        "aws-full-jitter", "aws-equal-jitter", "aws-decorrelated", "windowed-uniform"}) {
    RetrySpec spec = preset(name);
    RetryState state;
    DrawStream draws = RandomSource(20261120, 0).stream(Purpose::kTest, {.session = 9});
    for (std::int64_t n = 0; n < spec.max_retries; ++n) {
      const std::uint64_t bits = draws.next();
      const Duration own = backoff_delay(spec, n, state.previous, bits);
      const auto wait =
          next_retry(spec, state, ended_with(ErrorKind::kRateLimit, seconds(3)), bits);
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
  CHECK(next_retry(spec, state, ended_with(ErrorKind::kRateLimit, seconds(61)), 0) == seconds(61));
  CHECK(next_retry(spec, state, ended_with(ErrorKind::kRateLimit, seconds(200)), 0) ==
        seconds(128));
}

TEST_CASE("LiteLLM spreads an obeyed retry-after over three quarters of a second") {
  const RetrySpec spec = preset("litellm");
  const Outcome outcome = ended_with(ErrorKind::kRateLimit, seconds(16));
  CHECK(first_wait(spec, outcome, kLeastBits) == seconds(16));
  CHECK(first_wait(spec, outcome, kHalfBits) == milliseconds(16'375));
  CHECK(first_wait(spec, outcome, kMostBits) == milliseconds(16'750) - nanoseconds(1));
}

TEST_CASE("an official SDK waits for retry-after without jitter") {
  const Outcome outcome = ended_with(ErrorKind::kRateLimit, seconds(16));
  for (const char* const name : {"anthropic-sdk-python", "anthropic-sdk-typescript"}) {
    for (const std::uint64_t bits : {kLeastBits, kHalfBits, kMostBits}) {
      CHECK(first_wait(preset(name), outcome, bits) == seconds(16));
    }
  }
}

TEST_CASE("a spend refusal without retry-after makes an official SDK try three times in 1.5 s") {
  Outcome outcome = ended_with(ErrorKind::kRateLimit);
  outcome.limit = LimitCause::kSpend;
  const RetrySpec spec = preset("anthropic-sdk-python");
  RetryState state;
  CHECK(next_retry(spec, state, outcome, kLeastBits) == milliseconds(500));
  CHECK(next_retry(spec, state, outcome, kLeastBits) == seconds(1));
  CHECK_FALSE(next_retry(spec, state, outcome, kLeastBits).has_value());
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
      const bool aws = spec.preset == "aws-standard" || spec.preset == "aws-standard-2026";
      const bool expected = (status == 429 && !langchain) ||
                            (status == 409 && !langchain && !aws) || status >= 500 ||
                            kind == ErrorKind::kConnection || kind == ErrorKind::kAttemptTimeout ||
                            kind == ErrorKind::kRefusedByClient;
      INFO(info.name << " on " << name(kind));
      CHECK(first_wait(spec, ended_with(kind)).has_value() == expected);
    }
  }
}

TEST_CASE("each switch turns off the errors it names and no others") {
  const auto retries = [](const RetrySpec& spec, ErrorKind kind) {
    return first_wait(spec, ended_with(kind)).has_value();
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
  Outcome outcome = ended_with(ErrorKind::kRateLimit, seconds(1));
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
    Outcome bad = ended_with(ErrorKind::kInvalidRequest);
    bad.should_retry = true;
    CHECK(first_wait(spec, bad).has_value() == obeys);
    Outcome never = ended_with(ErrorKind::kRateLimit, seconds(1));
    never.never_fits = true;
    never.should_retry = true;
    CHECK(first_wait(spec, never).has_value() == obeys);
    Outcome limited = ended_with(ErrorKind::kRateLimit, seconds(16));
    limited.should_retry = false;
    CHECK(first_wait(spec, limited).has_value() == !obeys);
    RetryState spent{.retries = spec.max_retries};
    CHECK_FALSE(next_retry(spec, spent, bad, kLeastBits).has_value());
  }
}

TEST_CASE("an error inside a stream is retried only by those who say so") {
  Outcome broken = ended_with(ErrorKind::kOverloaded);
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
  CHECK_FALSE(next_retry(spec, state, ended_with(ErrorKind::kRateLimit), kLeastBits).has_value());
  CHECK(state.retries == 0);
  CHECK(next_retry(spec, state, ended_with(ErrorKind::kOverloaded), kLeastBits).has_value());
  CHECK(state.retries == 1);
}

TEST_CASE("the number of retries is each client's own") {
  const std::vector<std::pair<std::string, int>> expected = {{"none", 0},
                                                             {"fixed", 5},
                                                             {"exponential", 5},
                                                             {"full-jitter", 5},
                                                             {"equal-jitter", 5},
                                                             {"decorrelated", 5},
                                                             {"windowed-uniform", 5},
                                                             {"retry-after-strict", 5},
                                                             {"retry-after-jitter", 5},
                                                             {"openai-cookbook", 4},
                                                             {"aws-full-jitter", 10},
                                                             {"aws-equal-jitter", 10},
                                                             {"aws-decorrelated", 10},
                                                             {"aws-standard", 2},
                                                             {"aws-standard-2026", 2},
                                                             {"grpc", 3},
                                                             {"grpc-2024", 3},
                                                             {"envoy", 1},
                                                             {"polly-v2", 5},
                                                             {"spring7", 3},
                                                             {"anthropic-sdk-python", 2},
                                                             {"anthropic-sdk-typescript", 2},
                                                             {"claude-code", 10},
                                                             {"vercel-ai", 2},
                                                             {"langchain-js", 6},
                                                             {"litellm", 2}};
  REQUIRE(retry_presets().size() == expected.size());
  for (const auto& [name, count] : expected) {
    RetryState state;
    while (next_retry(preset(name), state, ended_with(ErrorKind::kConnection), kHalfBits)) {
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

}  // namespace
}  // namespace sluice
