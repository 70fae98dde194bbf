#include <string>
#include <variant>

#include "scenario/load.hpp"
#include "support/catch.hpp"

namespace sluice::scenario {
namespace {

RunPlan plan_with(const std::string& parts, const std::string& workloads = "") {
  const std::string text = R"({"sluice": 1, )" + parts +
                           R"(, "workloads": [{"name": "chat", "model": "sonnet-5.5",
      "arrivals": {"type": "poisson", "rate": "10/s"}, "input": 1000, "output": 200})" +
                           workloads + "]}";
  const auto scenario = load_scenario_text(text, "test.json");
  if (!scenario) {
    for (const Error& error : scenario.error()) UNSCOPED_INFO(error.text());
  }
  REQUIRE(scenario);
  return scenario->plan;
}

TEST_CASE("keys are revoked and rotated at their instants, in order of time") {
  const RunPlan plan = plan_with(R"("organization": {"keys": [{"name": "a"}, {"name": "b"}]},
      "events": [{"type": "rotate_key", "at": "9m", "key": "b", "overlap": "1m", "pickup": "5m"},
                 {"type": "revoke_key", "at": "2m", "key": "a"}])");
  REQUIRE(plan.events.size() == 2);
  CHECK(plan.events[0].at == kRunStart + minutes(2));
  CHECK(std::get<KeyRevoked>(plan.events[0].action).key == KeyId{0});
  const auto& rotated = std::get<KeyRotated>(plan.events[1].action);
  CHECK(rotated.key == KeyId{1});
  CHECK(rotated.overlap == minutes(1));
  CHECK(rotated.pickup == minutes(5));
  CHECK(plan.events[1].text == "key b is rotated (overlap 1m, pick-up 5m)");
}

TEST_CASE("a change of tier changes every limiter of the groups in use") {
  const RunPlan plan = plan_with(R"("events": [{"type": "limits", "at": "5m", "tier": "scale"}])");
  REQUIRE(plan.events.size() == 3);
  const auto& change = std::get<LimitChanged>(plan.events[0].action);
  CHECK(change.limiter == LimiterId{0});
  CHECK(change.limit == 10'000);
  CHECK(plan.events[2].text == "output_tokens_per_minute of sonnet-5.5 becomes 2,000,000");
}

TEST_CASE("limits of a workspace change without touching the organization's") {
  const RunPlan plan = plan_with(
      R"("organization": {"workspaces": [{"name": "lab",
          "limits": {"sonnet-5.5": {"requests_per_minute": 100}}}]},
      "events": [{"type": "limits", "at": "5m", "workspace": "lab",
                  "limits": {"sonnet-5.5": {"requests_per_minute": "unlimited"}}}])");
  REQUIRE(plan.events.size() == 1);
  const auto& change = std::get<LimitChanged>(plan.events[0].action);
  CHECK(plan.limits.limiters[index(change.limiter)].workspace == WorkspaceId{1});
  CHECK(change.limit == 1'000'000'000'000);
}

TEST_CASE("a price event replaces what it names and keeps the rest") {
  const RunPlan plan = plan_with(R"("events": [{"type": "prices", "at": "5m", "model": "sonnet-5.5",
          "input": 1.5, "cache_read": "0.05"}])");
  REQUIRE(plan.events.size() == 1);
  const auto& change = std::get<PriceChanged>(plan.events[0].action);
  const auto& prices = change.row.bands.at(0).per_token;
  CHECK(prices[static_cast<std::size_t>(CostCategory::kInput)] == 1'500'000);
  CHECK(prices[static_cast<std::size_t>(CostCategory::kCacheRead)] == 50'000);
  CHECK(prices[static_cast<std::size_t>(CostCategory::kOutput)] == 10'000'000);
  CHECK(change.row.effective_from_ns == plan.start_unix_ns + ns(minutes(5)));
}

TEST_CASE("a deployment multiplies the rate, and ends to what was deployed for good") {
  const RunPlan plan = plan_with(
      R"("events": [{"type": "deploy", "at": "10m", "factor": 3, "lasts": "5m"},
                    {"type": "deploy", "at": "2m", "workload": "chat", "factor": 2}])",
      R"(, {"name": "other", "model": "haiku-5.5", "arrivals": {"type": "constant", "rate": "1/s"},
            "input": 10, "output": 10})");
  const RateChanges expected{{kRunStart + minutes(2), Fraction::whole(2)},
                             {kRunStart + minutes(10), Fraction::whole(3)},
                             {kRunStart + minutes(15), Fraction::whole(2)}};
  CHECK(plan.workloads[0].rate_changes == expected);
  const RateChanges other{{kRunStart + minutes(10), Fraction::whole(3)},
                          {kRunStart + minutes(15), Fraction::whole(1)}};
  CHECK(plan.workloads[1].rate_changes == other);
  CHECK(plan.events.empty());
}

TEST_CASE("an overload event is a window of 529, beside the scenario's faults") {
  const RunPlan plan = plan_with(
      R"("faults": [{"kind": "stall", "probability": "1%", "stall": "5s", "until": "20m"},
                    {"kind": "api_error", "mean_active": "1m", "mean_quiet": "9m"}],
      "events": [{"type": "overload", "at": "5m", "lasts": "2m", "probability": 0.5,
                  "model": "sonnet-5.5"}])");
  REQUIRE(plan.faults.size() == 3);
  CHECK(plan.faults[0].kind == FaultKind::kStall);
  CHECK(plan.faults[0].probability_ppm == 10'000);
  CHECK(plan.faults[0].until == kRunStart + minutes(20));
  CHECK(plan.faults[1].mean_active == minutes(1));
  CHECK(plan.faults[2].kind == FaultKind::kOverloaded);
  CHECK(plan.faults[2].from == kRunStart + minutes(5));
  CHECK(plan.faults[2].until == kRunStart + minutes(7));
  CHECK(plan.faults[2].probability_ppm == 500'000);
  CHECK(plan.faults[2].model == ModelId{0});
}

TEST_CASE("every kind of arrivals reaches the plan as it was written") {
  const RunPlan plan = plan_with(
      R"("duration": "1h")",
      R"(, {"name": "1", "model": "sonnet-5.5", "input": {"type": "zipf", "max": 100}, "output": 1,
            "arrivals": {"type": "weibull", "rate": "1/s", "shape": 0.5}},
         {"name": "2", "model": "sonnet-5.5", "input": 1, "output": 1,
            "arrivals": {"type": "ramp", "from": "1/s", "to": "9/s", "over": "10m"}},
         {"name": "3", "model": "opus-5.5", "fast": true, "input": 1, "output": 1,
            "arrivals": {"type": "diurnal", "mean": "1/s"}, "batch": 0, "us_only": true,
            "cache": {"prefix": "1h", "conversation": "1h"}, "prefix": 1000,
            "conversation": {"turns": 3, "think_time": {"type": "exponential", "mean": "5s"},
              "calls_per_turn": {"type": "uniform", "low": 1, "high": 3}}, "stops": "30m"},
         {"name": "4", "model": "sonnet-5.5", "input": "2k", "output": 1, "batch": "25%",
            "arrivals": {"type": "closed", "users": 2, "think_time": {"type": "uniform",
              "low": "1s", "high": "2s"}}, "max_requests": 10})");
  const auto open = [&](std::size_t i) {
    return std::get<ArrivalSpec>(plan.workloads[i].arrivals);
  };
  CHECK(std::holds_alternative<ArrivalWeibull>(open(1)));
  CHECK(std::get<ArrivalRamp>(open(2)).over == minutes(10));
  CHECK(std::holds_alternative<ArrivalDiurnal>(open(3)));
  CHECK(plan.workloads[3].prefix_ttl == CacheTtl::kOneHour);
  CHECK(plan.workloads[3].conversation_ttl == CacheTtl::kOneHour);
  CHECK(plan.workloads[3].stops == kRunStart + minutes(30));
  CHECK(plan.workloads[3].fast);
  CHECK(plan.models[index(plan.workloads[3].model)].has_fast_mode);
  CHECK(plan.workloads[4].batch.share_ppm == 250'000);
  CHECK(plan.workloads[4].max_requests == 10);
  CHECK(plan.workloads[4].input == SizeSpec{SizeFixed{2000}});
}

}  // namespace
}  // namespace sluice::scenario
