// What a scenario says of load tests.
#include <string>

#include "scenario/load.hpp"
#include "support/catch.hpp"

namespace sluice::scenario {
namespace {

Checked<LoadedScenario> load_with(const std::string& more) {
  return load_scenario_text(
      R"({"sluice": 1, "workloads": [{"model": "haiku-4.5", "input": 1, "output": 1,
          "arrivals": {"type": "poisson", "rate": "1/min"}}])" +
          more + "}",
      "test.json");
}

}  // namespace

TEST_CASE("the share of errors that ends a load test is read as a share") {
  const auto loaded = load_with(R"(, "replay": {"stop_at_error_share": "50%"})");
  REQUIRE(loaded);
  CHECK(loaded->stop_at_error_share_permille == 500);
}

TEST_CASE("without a share no number of errors ends a load test") {
  const auto loaded = load_with("");
  REQUIRE(loaded);
  CHECK(loaded->stop_at_error_share_permille == std::nullopt);
  CHECK(loaded->echo.find("replay") == std::string::npos);
}

TEST_CASE("a share of errors above one is refused") {
  const auto loaded = load_with(R"(, "replay": {"stop_at_error_share": 1.5})");
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().front().text().find("/replay/stop_at_error_share") != std::string::npos);
}

}  // namespace sluice::scenario
