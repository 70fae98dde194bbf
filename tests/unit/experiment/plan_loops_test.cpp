// Plans of closed loops, whose users are whole and at least one, and whose requests are only known
// once they have run.
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "experiment/plan.hpp"
#include "report/plan_text.hpp"
#include "support/catch.hpp"

namespace {

using namespace sluice;

struct Loop {
  std::int64_t users = 1;
  std::int64_t requests_per_minute = 5;
  std::string others = "";  // workloads beside it

  PlanResult plan() const {
    const std::string text = fmt::format(
        R"({{"sluice": 1, "duration": "10m", "organization": {{"tier": "custom",
             "limits": {{"sonnet-5.5": {{"requests_per_minute": {}}}}}}},
             "workloads": [{{"model": "sonnet-5.5", "input": 1000, "output": 1,
               "arrivals": {{"type": "closed", "users": {}, "think_time": "0s"}}}}{}]}})",
        requests_per_minute, users, others);
    const auto scenario = ScenarioText::of(text, "loop", {});
    REQUIRE(scenario.has_value());
    Monitor monitor;
    auto result = make_plan(*scenario, {.threads = 1, .version = "test"}, monitor);
    if (!result) FAIL(result.error().front().text());
    return std::move(*result);
  }
};

}  // namespace

TEST_CASE("where one user is too many a plan says what one user really sends") {
  const PlanResult one = Loop{.users = 1}.plan();
  REQUIRE(one.rate.impossible.has_value());
  CHECK(one.rate.impossible->per_minute == Approx(one.rate.today).epsilon(0.02));
  REQUIRE(one.rate.closed_form.has_value());
  CHECK(*one.rate.closed_form <= 1.03);  // a limit that is full shows no more than that
  CHECK(*one.rate.closed_form > 0.1);

  const PlanResult many = Loop{.users = 40}.plan();
  REQUIRE(many.rate.impossible.has_value());
  CHECK(many.rate.today > 10 * one.rate.today);
  CHECK(many.rate.impossible->per_minute == Approx(one.rate.impossible->per_minute).epsilon(0.02));
  CHECK(*many.rate.closed_form == Approx(*one.rate.closed_form / 40).epsilon(0.02));
  CHECK(render_text(many, {}).find("even at 0.0") == std::string::npos);
}

TEST_CASE("a few requests beside a user who is too many change nothing in a plan") {
  const PlanResult one = Loop{.users = 1}.plan();
  const PlanResult both =
      Loop{.users = 40, .others = R"(, {"model": "sonnet-5.5", "input": 1000, "output": 1,
                           "arrivals": {"type": "poisson", "rate": "3/min"}})"}
          .plan();
  REQUIRE(both.rate.impossible.has_value());
  CHECK(both.rate.impossible->per_minute == Approx(one.rate.impossible->per_minute).epsilon(0.05));
  CHECK(*both.rate.closed_form > 1e-4);
}

TEST_CASE("one user whom the limits bear is no less than one user") {
  const PlanResult plan = Loop{.users = 1, .requests_per_minute = 200}.plan();
  CHECK(plan.verdict == PlanVerdict::kFits);
  REQUIRE(plan.rate.closed_form.has_value());
  CHECK(*plan.rate.closed_form > 1);
  REQUIRE(plan.rate.per_minute.has_value());
  CHECK(plan.rate.per_minute->value >= plan.rate.today);
  CHECK(plan.rate.per_minute->value <= 200 * 1.1);
}
