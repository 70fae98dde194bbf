// What is computed from a bucket's size outside the engine, where types of limits have sizes of
// their own.
#include <algorithm>
#include <string>

#include "experiment/plan_variants.hpp"
#include "experiment/plan_window.hpp"
#include "experiment/tune_cases.hpp"
#include "experiment/tune_overload.hpp"
#include "scenario/load.hpp"
#include "support/catch.hpp"

namespace {

using namespace sluice;

// A limit of one request a second.
scenario::LoadedScenario with_bursts(const std::string& bursts, const std::string& duration) {
  auto loaded = scenario::load_scenario_text(
      R"({"sluice": 1, "duration": ")" + duration + R"(", "organization": {"tier": "custom",
          "limits": {"sonnet-5.5": {"requests_per_minute": 60, "output_tokens_per_minute": "1M"}},
          "bursts": {)" +
          bursts + R"(}}, "workloads": [{"model": "sonnet-5.5", "input": 1000, "output": 500,
          "arrivals": {"type": "poisson", "rate": "30/min"}}]})",
      "bursts");
  if (!loaded) FAIL(loaded.error().front().text());
  return std::move(*loaded);
}

constexpr LimitType kRequests = LimitType::kRequestsPerMinute;
constexpr LimitType kOutput = LimitType::kOutputTokensPerMinute;

}  // namespace

TEST_CASE("what a bucket of its own size holds is what tune takes off an overload") {
  const auto overload = [](const std::string& bursts) {
    RunPlan plan = with_bursts(bursts, "10m").plan;
    plan.workloads[0].deadline = seconds(5);
    RunResult today{.facts = {},
                    .measured = {1, 2, plan.duration},
                    .binding = {},
                    .replications = {},
                    .expectations = {},
                    .trace = {}};
    today.facts.names.limiters = {"requests", "output"};
    // A hundred in the first cell, and nothing in the second.
    today.measured.traffic.at(kRunStart).offered = 100;
    today.measured.traffic.cover(2);
    return std::pair{lasting_overload(plan, today), today.measured.traffic.width()};
  };
  const auto [found, width] = overload(R"("requests_per_minute": "10s")");
  const double refilled = static_cast<double>(ns(width)) / 1e9;
  REQUIRE(refilled < 50);
  REQUIRE(found);
  CHECK(found->limit == "requests");
  CHECK(found->lost_share == Approx((100 - refilled - 10 - 5) / 100));
  const auto minute = overload(R"("output_tokens_per_minute": "10s")").first;
  REQUIRE(minute);
  CHECK(minute->lost_share == Approx((100 - refilled - 60 - 5) / 100));
  CHECK_FALSE(overload(R"("requests_per_minute": "100s")").first);
}

TEST_CASE("a plan's window is long enough for the longest of all buckets") {
  const auto length = [](const std::string& bursts) {
    return window_of(with_bursts(bursts, "1d").plan, 30, 1).length;
  };
  CHECK(length("") == minutes(10));
  CHECK(length(R"("requests_per_minute": "10s")") == minutes(10));
  CHECK(length(R"("output_tokens_per_minute": "3m")") == minutes(30));
}

TEST_CASE("a world of smaller buckets has less of every size") {
  const scenario::LoadedScenario base = with_bursts(R"("requests_per_minute": "10s")", "10m");
  const auto worlds = world_cases(base.plan);
  const auto quarter = std::find_if(worlds.begin(), worlds.end(), [&base](const WorldCase& world) {
    return with(base, world).plan.limits.burst != base.plan.limits.burst;
  });
  REQUIRE(quarter != worlds.end());
  const RateLimiterSpec tuned = with(base, *quarter).plan.limits;
  CHECK(tuned.burst_of(kRequests) == milliseconds(2500));
  CHECK(tuned.burst_of(kOutput) == seconds(15));

  const auto variants = assumptions_of(base);
  const auto half = std::find_if(variants.begin(), variants.end(), [](const PlanVariant& one) {
    return one.name == "what a bucket holds";
  });
  REQUIRE(half != variants.end());
  CHECK(half->scenario.plan.limits.burst_of(kRequests) == seconds(5));
  CHECK(half->scenario.plan.limits.burst_of(kOutput) == seconds(30));
}
