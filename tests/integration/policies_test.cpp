// `sluice policies` as people and scripts meet it, and the published list.
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "integration/sluice.hpp"
#include "policy/pacer_spec.hpp"
#include "policy/retry_budget.hpp"
#include "policy/retry_policy.hpp"
#include "scenario/load.hpp"
#include "support/catch.hpp"
#include "support/schema.hpp"

namespace sluice::testing {
namespace {

TEST_CASE("every retry preset, budget and pacing is listed, guesses marked, in 100 columns") {
  const Finished run = sluice({"policies"});
  CHECK(run.exit == 0);
  for (const PresetInfo& info : retry_presets()) {
    CAPTURE(info.name);
    const std::string heading = "\n  " + std::string(info.name);
    CHECK(contains(run.out, heading + (info.is_guess ? "  GUESS\n" : "\n")));
  }
  for (const BudgetInfo& info : budgets()) {
    CHECK(contains(run.out, "\n  " + std::string(name(info.kind)) + "\n"));
  }
  for (const PacingInfo& info : pacings()) {
    CAPTURE(name(info.pacing));
    const std::string heading = "\n  " + std::string(name(info.pacing));
    CHECK(contains(run.out, heading + (info.is_guess ? "  GUESS\n" : "\n")));
  }
  CHECK(contains(run.out, "waits 437.5 ms, 875.0 ms\n"));
  std::istringstream lines(run.out);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 100);
}

TEST_CASE("a policy by name shows all of its constants, and a scenario takes what it shows") {
  const Finished run = sluice({"policies", "aws-standard-2026"});
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "\"base_on_429\": \"1s\""));
  CHECK(contains(run.out, " after a 429; "));
  const std::string set = "--set '";
  const std::size_t begin = run.out.find(set) + set.size();
  const std::string override_text = run.out.substr(begin, run.out.find('\'', begin) - begin);
  const auto loaded =
      scenario::load_scenario(SLUICE_SOURCE_DIR "/scenarios/incidents/retry-storm-that-stays.json",
                              {.overrides = {override_text}});
  REQUIRE(loaded);
  CHECK(loaded->plan.clients[0].retry == *retry_preset("aws-standard-2026"));
}

TEST_CASE("one name can be that of several policies, and all are shown") {
  const Finished run = sluice({"policies", "grpc"});
  CHECK(contains(run.out, "/clients/app/retry=grpc"));
  CHECK(contains(run.out, "/clients/app/budget=grpc"));
}

TEST_CASE("an unknown policy is refused with 2 and a suggestion") {
  const Finished run = sluice({"policies", "full-jiter"});
  CHECK(run.exit == 2);
  CHECK(run.out.empty());
  CHECK(contains(run.err, "did you mean \"full-jitter\""));
  CHECK(sluice({"policies", "--format", "csv"}).exit == 2);
}

TEST_CASE("the JSON of the policies keeps its published schema, of all and of one") {
  for (const std::vector<std::string>& name :
       {std::vector<std::string>{}, {"grpc"}, {"batch"}, {"none"}}) {
    std::vector<std::string> command = {"policies", "--format", "json"};
    command.insert(command.end(), name.begin(), name.end());
    check_published_fits("policies.schema.json", sluice(command).out);
  }
}

TEST_CASE("the JSON of the policies has the waits in seconds") {
  const Finished run = sluice({"policies", "anthropic-sdk-python", "--format", "json"});
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "\"mean_seconds\": [0.437500000, 0.875000000]"));
}

TEST_CASE("the published list of policies is what the program prints") {
  std::ifstream file(SLUICE_SOURCE_DIR "/docs/policies.md");
  std::stringstream text;
  text << file.rdbuf();
  CHECK(text.str() == sluice({"policies", "--format", "markdown"}).out);
}

}  // namespace
}  // namespace sluice::testing
