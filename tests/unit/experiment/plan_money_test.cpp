// What a plan says of the end of money, against simulations that run out of it.
#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "experiment/plan.hpp"
#include "experiment/run.hpp"
#include "report/plan_text.hpp"
#include "support/catch.hpp"

namespace {

using namespace sluice;

// A request a second of fixed sizes, for twenty minutes.
ScenarioText one_a_second(const std::string& of_organization) {
  const std::string text = R"({"sluice": 1, "duration": "20m", "organization": {"tier": "custom",
      "limits": {"sonnet-5.5": {"requests_per_minute": 100, "output_tokens_per_minute": "1M"}})" +
                           of_organization + R"(},
    "workloads": [{"name": "w", "model": "sonnet-5.5", "input": 1000, "output": 500,
                   "arrivals": {"type": "constant", "rate": "60/min"}}]})";
  auto read = ScenarioText::of(text, "one a second", {});
  REQUIRE(read.has_value());
  return std::move(*read);
}

PlanResult plan_of(const ScenarioText& scenario) {
  Monitor monitor;
  auto result = make_plan(scenario, {.threads = 1, .version = "test"}, monitor);
  if (!result) FAIL(result.error().front().text());
  return std::move(*result);
}

// Requests that are answered until money is gone, if it lasts so long: those are its seconds.
double answered(const ScenarioText& scenario, const char* length) {
  const auto loaded = scenario.load({fmt::format(R"(/duration="{}")", length)});
  REQUIRE(loaded.has_value());
  Monitor monitor;
  const auto run = run_scenario(*loaded, {}, monitor);
  REQUIRE(run.has_value());
  const RequestTotals requests = run->measured.all_workloads().requests;
  REQUIRE(requests.offered > requests.succeeded());  // the rest was refused
  return static_cast<double>(requests.succeeded());
}

}  // namespace

// Within the twenty minutes, and long after them.
TEST_CASE("a plan says when prepaid credit is gone as the simulator runs out of it") {
  for (const auto& [credit, length] : {std::pair{4, "20m"}, std::pair{100, "6h"}}) {
    CAPTURE(credit);
    const ScenarioText scenario =
        one_a_second(fmt::format(R"(, "spend": {{"cap": 500, "credit": {}}})", credit));
    const PlanResult plan = plan_of(scenario);
    REQUIRE(plan.money.gone.has_value());
    CHECK(plan.money.gone->limit == MoneyLimit::kCredit);
    CHECK(plan.money.gone->dollars == credit);
    CHECK(plan.money.gone->after == Approx(answered(scenario, length)).epsilon(0.02));
    CHECK(plan.money.month->value == credit);  // and no month costs more
    CHECK(plan.money.wanted->value > 1000);
    CHECK(render_text(plan, {}).find(fmt::format("the prepaid credit of ${}.00 is gone after ",
                                                 credit)) != std::string::npos);
  }
}

TEST_CASE("a plan says that limits of their own stop all keys as the simulator does") {
  const ScenarioText scenario = one_a_second(R"(, "keys": [{"name": "only", "spend_limit": 3}])");
  const PlanResult plan = plan_of(scenario);
  REQUIRE(plan.money.gone.has_value());
  CHECK(plan.money.gone->limit == MoneyLimit::kKey);
  CHECK(plan.money.gone->after == Approx(answered(scenario, "20m")).epsilon(0.03));
}

TEST_CASE("a plan's tier table has the time to today's cap that its first sentence has") {
  const std::string text = R"({"sluice": 1, "duration": "1h", "organization": {"tier": "start",
      "spend": {"spent_before": 495, "alerts": [{"at": 1, "key": "lab", "action": "revoke"}]},
      "keys": [{"name": "product"}, {"name": "lab"}]},
    "workloads": [{"name": "w", "key": "product", "model": "sonnet-5.5",
                   "input": 1000, "output": 500, "arrivals": {"type": "poisson", "rate": "20/min"}},
                  {"name": "lab", "key": "lab", "model": "sonnet-5.5", "input": 1000, "output": 500,
                   "arrivals": {"type": "poisson", "rate": "10/min"}}]})";
  const auto scenario = ScenarioText::of(text, "capped", {});
  REQUIRE(scenario.has_value());
  Monitor monitor;
  const auto plan = make_plan(*scenario, {.threads = 1, .version = "test"}, monitor);
  REQUIRE(plan.has_value());
  const auto today = std::find_if(plan->tiers.begin(), plan->tiers.end(),
                                  [](const PlanTier& row) { return row.is_current; });
  REQUIRE(today != plan->tiers.end());
  REQUIRE(plan->money.time_to_cap.has_value());
  REQUIRE(today->gone.has_value());
  CHECK(today->gone->after == plan->money.time_to_cap->value);
  // The lab stops at its dollar in every tier: two thirds of the traffic spend the rest.
  const auto build = std::find_if(plan->tiers.begin(), plan->tiers.end(),
                                  [](const PlanTier& row) { return row.tier == "build"; });
  REQUIRE(build != plan->tiers.end());
  REQUIRE(build->gone.has_value());
  const double together =
      505 / (plan->money.per_success->value * 30 / 60);  // seconds at $ a second
  CHECK(build->gone->after == Approx((505 - 1.0) / 505 * together * 1.5).epsilon(0.03));
}
