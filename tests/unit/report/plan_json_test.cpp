// The JSON of a plan says what its text says, and what it is about.
#include "report/plan_json.hpp"

#include <string>

#include "report/plan_words.hpp"
#include "support/catch.hpp"
#include "support/schema.hpp"

namespace sluice::testing {
namespace {

using describe::Value;

PlanResult some_plan() {
  PlanResult plan;
  plan.scenario = "chat";
  plan.tier = "start";
  plan.verdict = PlanVerdict::kDoesNotFit;
  PlanDemand demand;
  demand.path = "goodput.share";
  plan.demands.push_back(demand);
  plan.binding = PlanBinding{.limit = "sonnet.rpm", .first_refused = 60, .peak_minute = 1.5};
  plan.limits = {
      {.limit = "sonnet.rpm", .first_refused = 60, .refused_share = 0.25, .peak_minute = 1.5},
      {.limit = "ramp", .first_refused = {}, .refused_share = 0, .peak_minute = {}}};
  PlanTier tier;
  tier.tier = "start";
  tier.binding = plan.binding;
  tier.gone = MoneyEnd{MoneyLimit::kCredit, 3600, 50.0};
  plan.money.cap = 50;
  plan.money.limit = MoneyLimit::kCredit;
  plan.money.gone = tier.gone;
  plan.tiers.push_back(tier);
  plan.effective_scenario = R"({"sluice": 1, "duration": "30m"})";
  return plan;
}

TEST_CASE("the JSON of a plan has the members that its schema names, and no others") {
  check_fits(parsed(plan_schema()), parsed(render_json(some_plan())));
  check_fits(parsed(plan_schema()), parsed(render_json(PlanResult{})));
}

TEST_CASE("the JSON of a plan has the verdict in the words of its text") {
  const PlanResult plan = some_plan();
  const Value value = parsed(render_json(plan));
  CHECK(value.find("words")->as_string() == "DOES NOT FIT " + verdict_sentence(plan));
}

TEST_CASE("the JSON of a plan has every limit, null where there is no utilisation") {
  const Value value = parsed(render_json(some_plan()));
  const auto& limits = value.find("limits")->items();
  REQUIRE(limits.size() == 2);
  CHECK(limits[0].find("limit")->as_string() == "sonnet.rpm");
  CHECK(limits[0].find("refused_share")->number_text() == "0.250000000");
  CHECK(limits[0].find("peak_minute")->number_text() == "1.500000000");
  CHECK(limits[1].find("first_refused")->is(Value::Kind::kNull));
  CHECK(limits[1].find("peak_minute")->is(Value::Kind::kNull));
}

TEST_CASE("the JSON of a plan has the effective scenario as an object, or null") {
  const Value value = parsed(render_json(some_plan()));
  CHECK(value.find("effective_scenario")->find("duration")->as_string() == "30m");
  CHECK(parsed(render_json(PlanResult{})).find("effective_scenario")->is(Value::Kind::kNull));
}

}  // namespace
}  // namespace sluice::testing
