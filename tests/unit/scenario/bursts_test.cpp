// A bucket's size of its own for every type of limit: what it holds, what still is a guess, and
// what fits into it.
#include <string>

#include "policy/rate_limiter.hpp"
#include "support/catch.hpp"
#include "unit/scenario/overlay_case.hpp"

namespace sluice::scenario {
namespace {

using testing::Case;
using testing::error_text;
using testing::kNamed;

TEST_CASE("bursts give every type of limit a bucket of its own size") {
  Case test;
  test.overlay("a.json", R"("organization": {"bursts": {"requests_per_minute": "3s",
      "output_tokens_per_minute": "90s"}})");
  const LoadedScenario scenario =
      test.loaded(std::string{kNamed} + R"("organization": {"burst": "20s",
          "bursts": {"output_tokens_per_minute": "45s"}},)");
  RateLimiter limiter{scenario.plan.limits, kRunStart};
  const auto capacity = [&](LimitType type) {
    for (std::size_t i = 0; i < limiter.size(); ++i) {
      if (limiter.spec(LimiterId(i)).type == type) return limiter.bucket(LimiterId(i)).capacity();
    }
    return std::int64_t{-1};
  };
  CHECK(capacity(LimitType::kRequestsPerMinute) == 1000 * 3 / 60);
  CHECK(capacity(LimitType::kOutputTokensPerMinute) == 400'000 * 45 / 60);
  CHECK(capacity(LimitType::kInputTokensPerMinuteCacheAware) == 2'000'000 * 20 / 60);
}

TEST_CASE("only buckets that nobody has measured are a guess, by name") {
  const auto guess = [](const LoadedScenario& scenario) {
    for (const std::string& one : scenario.guesses) {
      if (one.find("hold one minute") != std::string::npos) return one;
    }
    return std::string{};
  };
  Case test;
  test.overlay("a.json", R"("organization": {"bursts": {"requests_per_minute": "10s"}})");
  CHECK(guess(test.loaded(kNamed)) ==
        "buckets of input_tokens_per_minute_cache_aware, output_tokens_per_minute hold one minute "
        "of their limit: the API does not publish their size");
  test.overlay("a.json", R"("organization": {"bursts": {"requests_per_minute": "60s",
      "output_tokens_per_minute": "60s", "input_tokens_per_minute_cache_aware": "60s"}})");
  CHECK(guess(test.loaded(kNamed)).empty());
  CHECK(guess(test.loaded("")) ==
        "buckets hold one minute of their limit: the API does not publish their size");
}

TEST_CASE("what fits the minute but not the bucket of its own size never fits") {
  const auto fits = [](const std::string& bursts, const std::string& more) {
    return load_scenario_text(R"({"sluice": 1, "organization": {"tier": "custom", "limits":
        {"sonnet-5.5": {"input_tokens_per_minute": 60000, "output_tokens_per_minute": 60000}},
        "bursts": {)" + bursts + R"(}}, "workloads": [{"model": "sonnet-5.5", "output": 100)" +
                                  more + R"(,
        "arrivals": {"type": "poisson", "rate": "1/min"}}]})",
                              "s.json");
  };
  CHECK(fits("", R"(, "input": 20000)"));
  const auto never = fits(R"("input_tokens_per_minute": "10s")", R"(, "input": 20000)");
  REQUIRE_FALSE(never);
  CHECK(error_text(never.error())
            .find("/workloads/0/input: no request ever fits: it needs at least 20,000, and the "
                  "bucket of "
                  "input_tokens_per_minute (60,000) holds at most 10,000") != std::string::npos);
  // The other types keep their minute.
  CHECK(fits(R"("output_tokens_per_minute": "10s")", R"(, "input": 20000)"));
  const auto some = fits(R"("input_tokens_per_minute": "10s")",
                         R"(, "input": {"type": "uniform", "low": 5000, "high": 20000})");
  REQUIRE(some);
  REQUIRE(some->warnings.size() == 1);
  CHECK(some->warnings[0].find("holds at most 10,000") != std::string::npos);
}

}  // namespace
}  // namespace sluice::scenario
