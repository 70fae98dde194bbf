#include "scenario/load.hpp"

#include <string>
#include <variant>

#include "base/hash.hpp"
#include "support/catch.hpp"

namespace sluice::scenario {
namespace {

const std::string kScenarios = std::string{SLUICE_SOURCE_DIR} + "/scenarios/";

std::string text_of(const Errors& errors) {
  std::string all;
  for (const Error& error : errors) all += error.text() + "\n";
  return all;
}

LoadedScenario loaded(const Checked<LoadedScenario>& scenario) {
  INFO((scenario ? std::string{} : text_of(scenario.error())));
  REQUIRE(scenario);
  return *scenario;
}

// One workload is a whole scenario; `more` goes before it.
std::string smallest(const std::string& more = "", const std::string& workload = "") {
  return R"({"sluice": 1, )" + more +
         R"("workloads": [{"model": "sonnet-5.5", "arrivals": {"type": "poisson", "rate": "10/s"},
            "input": 1000, "output": 200)" +
         workload + "}]}";
}

LoadedScenario load_text(const std::string& text, const LoadOptions& options = {}) {
  return loaded(load_scenario_text(text, "folder/test.json", options));
}

std::string errors_of(const std::string& text, const LoadOptions& options = {}) {
  const auto scenario = load_scenario_text(text, "test.json", options);
  REQUIRE_FALSE(scenario);
  return text_of(scenario.error());
}

TEST_CASE("the quickstart loads into a plan with the Start tier's limits") {
  const LoadedScenario scenario = loaded(load_scenario(kScenarios + "quickstart.json"));
  CHECK(scenario.title == "quickstart");
  CHECK(scenario.about.size() == 2);
  CHECK(scenario.tier == "start");
  const RunPlan& plan = scenario.plan;
  REQUIRE(plan.models.size() == 1);
  CHECK(plan.models[0].name == "claude-sonnet-5-5");
  CHECK(plan.groups == std::vector<std::string>{"sonnet-5.5"});
  const std::vector<LimiterSpec> expected{
      {std::nullopt, GroupId{}, LimitType::kRequestsPerMinute, 1000},
      {std::nullopt, GroupId{}, LimitType::kInputTokensPerMinuteCacheAware, 2'000'000},
      {std::nullopt, GroupId{}, LimitType::kOutputTokensPerMinute, 400'000}};
  CHECK(plan.limits.limiters == expected);
  CHECK(plan.spend.tier_cap == Money::from_dollars(500));
  REQUIRE(plan.clients.size() == 1);
  CHECK(plan.clients[0].retry.preset == "anthropic-sdk-python");
  CHECK(plan.keys[0].name == "default-key");
  CHECK(scenario.catalog_date == CivilDate{2026, 11, 20});
  CHECK(UnixTime{plan.start_unix_ns}.text() == "2026-11-20T00:00:00Z");
}

}  // namespace
}  // namespace sluice::scenario
