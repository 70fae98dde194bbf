// The incident gallery: every scenario shows its figure, and its cure makes the figure go away.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "integration/sluice.hpp"
#include "scenario/load.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

namespace fs = std::filesystem;
const fs::path kGallery = fs::path{SLUICE_SOURCE_DIR} / "scenarios" / "incidents";

struct Incident {
  const char* name;
  const char* cure;   // as the gallery's README has it after --set
  const char* cured;  // what holds with the cure
};
constexpr Incident kIncidents[] = {
    {"identical-waits", "/clients/agents/retry/retry_after_spread=400m",
     "requests.succeeded == 20 and attempts.total < 57"},
    {"twelve-agents", "/clients/agents/pacer=header-paced",
     "latency.success.mean < 1s and attempts.rate_limited == 0"},
    {"overloaded-streams",
     R"(/clients/app/retry={"policy":"anthropic-sdk-python","in_stream":true,)"
     R"("max_retries":9,"cap":"60s"})",
     "requests.failed == 0"},
    {"spend-cap-forever", "/clients/app/retry/retry_after_required_on_429=true",
     "requests.succeeded == 77 and attempts.total == 600"},
    {"cached-tokens-counted",
     R"(/organization/workspaces/0/limits={"sonnet-5.5":)"
     R"({"input_tokens_per_minute_cache_aware":"500k"}})",
     "requests.failed == 0 and attempts.rate_limited == 0"},
    {"retry-storm-that-stays", "/clients/app/budget=brooker",
     "requests.success_share > 96% and attempts.per_success < 1.1"},
    {"three-starve", R"(/clients/small/pacer={"policy":"token-bucket","share":0.5})",
     "workloads.large.succeeded > 50 and workloads.small.succeeded > 350"},
};

std::string gallery_path(const std::string& name) { return (kGallery / (name + ".json")).string(); }

// The scenario with other values, held to this instead of to its own figure.
Finished changed(const std::string& name, const std::vector<std::string>& overrides,
                 const std::string& expected) {
  std::vector<std::string> arguments{"simulate", gallery_path(name), "--set",
                                     "/expect=[\"" + expected + "\"]"};
  for (const std::string& override_text : overrides) {
    arguments.emplace_back("--set");
    arguments.push_back(override_text);
  }
  return sluice(arguments);
}

void check_holds(const Finished& run) {
  CAPTURE(run.err);
  CHECK(run.exit == 0);
}

TEST_CASE("every incident of the gallery happens as its scenario says") {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator{kGallery}) {
    if (entry.path().extension() != ".json") continue;
    ++count;
    const std::string name = entry.path().stem().string();
    CAPTURE(name);
    const bool is_listed = std::any_of(std::begin(kIncidents), std::end(kIncidents),
                                       [&](const Incident& one) { return one.name == name; });
    CHECK(is_listed);
    const auto loaded = scenario::load_scenario(entry.path().string());
    REQUIRE(loaded);
    CHECK(loaded->about.size() == 2);
    for (const std::string& line : loaded->about) CHECK(line.size() <= 130);
    CHECK_FALSE(loaded->expectations.empty());
    check_holds(sluice({"simulate", entry.path().string()}));
  }
  CHECK(count == std::size(kIncidents));
}

TEST_CASE("every incident is cured by the line that its README gives") {
  std::ifstream file(kGallery / "README.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const Incident& incident : kIncidents) {
    CAPTURE(incident.name);
    CHECK(contains(text.str(),
                   "sluice simulate scenarios/incidents/" + std::string(incident.name) + ".json"));
    CHECK(contains(text.str(), incident.cure));
    check_holds(changed(incident.name, {incident.cure}, incident.cured));
  }
}

TEST_CASE("a spread of 30 s does not cure identical waits of 600 s") {
  check_holds(changed("identical-waits", {"/clients/agents/retry/retry_after_spread=30s"},
                      "requests.succeeded == 3"));
}

TEST_CASE("a retry of errors in streams that gives up within 25 s does not outlast the overload") {
  check_holds(changed("overloaded-streams", {"/clients/app/retry/in_stream=true"},
                      "requests.failed.overloaded_error == 40"));
}

TEST_CASE("the retry storm needs its trigger, and does not end by itself in six hours") {
  check_holds(changed("retry-storm-that-stays", {"/events=[]"},
                      "requests.failed == 0 and attempts.per_success == 1"));
  check_holds(changed("retry-storm-that-stays", {"/duration=6h"}, "requests.success_share < 6%"));
}

TEST_CASE("a budget that allows more retries than the limit has room for does not end the storm") {
  check_holds(changed("retry-storm-that-stays", {"/clients/app/budget=finagle"},
                      "requests.success_share < 20%"));
}

TEST_CASE("the large agents starve because of the small ones alone") {
  check_holds(
      changed("three-starve", {"/workloads/0/max_requests=1"}, "workloads.large.succeeded > 70"));
}

}  // namespace
}  // namespace sluice::testing
