#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "scenario/load.hpp"
#include "scenario/read_file.hpp"
#include "support/catch.hpp"

namespace sluice::scenario {
namespace {

namespace fs = std::filesystem;
const fs::path kFolder = fs::path{SLUICE_SOURCE_DIR} / "scenarios";

std::vector<fs::path> scenarios() {
  std::vector<fs::path> all;
  for (const auto& entry : fs::directory_iterator{kFolder}) {
    if (entry.path().extension() == ".json") all.push_back(entry.path());
  }
  std::sort(all.begin(), all.end());
  return all;
}

LoadedScenario load(const fs::path& path) {
  const auto scenario = load_scenario(path.string());
  REQUIRE(scenario);
  return *scenario;
}

std::string file_text(const fs::path& path) { return read_file(path.string()).value_or(""); }

TEST_CASE("every scenario loads and says in two lines what question it answers") {
  CHECK(scenarios().size() >= 16);
  for (const fs::path& path : scenarios()) {
    INFO(path.filename().string());
    const LoadedScenario scenario = load(path);
    CHECK(scenario.about.size() == 2);
    for (const std::string& line : scenario.about) CHECK(line.size() <= 130);
    CHECK_FALSE(scenario.plan.workloads.empty());
  }
}

TEST_CASE("what a scenario says in effect loads again as the same scenario") {
  for (const fs::path& path : scenarios()) {
    INFO(path.filename().string());
    const LoadedScenario scenario = load(path);
    const auto again = load_scenario_text(scenario.echo, path.string());
    REQUIRE(again);
    CHECK(again->echo == scenario.echo);
    CHECK(again->digest == scenario.digest);
  }
}

TEST_CASE("the list of scenarios names every one of them with its question") {
  const std::string readme = file_text(kFolder / "README.md");
  for (const fs::path& path : scenarios()) {
    INFO(path.filename().string());
    CHECK(readme.find("`" + path.filename().string() + "`") != std::string::npos);
    CHECK(readme.find(load(path).about.front()) != std::string::npos);
  }
}

TEST_CASE("a day at the full Scale tier asks for 14,400,000 requests") {
  const RunPlan plan = load(kFolder / "scale-day.json").plan;
  std::int64_t requests = 0;
  for (const WorkloadSpec& workload : plan.workloads) {
    const auto& constant = std::get<ArrivalConstant>(std::get<ArrivalSpec>(workload.arrivals));
    requests += whole_events(constant.rate, plan.duration);
  }
  CHECK(plan.workloads.size() == 3);
  CHECK(requests == 14'400'000);
}

TEST_CASE("RM-1 is the reference model of the benchmarks") {
  const RunPlan plan = load(kFolder / "rm1.json").plan;
  CHECK(plan.limits.burst == seconds(2));
  CHECK(plan.limits.output_charge == ChargeMode::kReserveSettle);
  CHECK(plan.limits.limiters.size() == 3);
  CHECK(plan.clients[0].retry.max_retries == 5);
  CHECK_FALSE(plan.clients[0].retry.retry_after.obey);
  CHECK(plan.models[0].latency.prefill_tokens_per_second == 20'000);
  CHECK(plan.models[0].latency.output_tokens_per_minute == SizeSpec{SizeFixed{4800}});
  CHECK_FALSE(plan.spend.tier_cap);
}

TEST_CASE("the trace of mooncake.json is looked for beside the scenario and can be overridden") {
  const std::string path = (kFolder / "mooncake.json").string();
  const auto scenario = load_scenario(path);
  REQUIRE(scenario);
  const auto& trace = std::get<TraceArrivals>(scenario->plan.workloads[0].arrivals);
  CHECK(trace.path == (kFolder / "traces/mooncake_fast25_conversation.jsonl").string());
  CHECK(trace.format == "mooncake");
  CHECK(scenario->plan.workloads[0].prefix_ttl == CacheTtl::kFiveMinutes);
  const auto other =
      load_scenario(path, {.overrides = {"/workloads/0/arrivals/path=/data/t.jsonl"}});
  REQUIRE(other);
  CHECK(std::get<TraceArrivals>(other->plan.workloads[0].arrivals).path == "/data/t.jsonl");
}

TEST_CASE("the published schema and reference are those of the code") {
  const fs::path docs = fs::path{SLUICE_SOURCE_DIR} / "docs";
  CHECK(file_text(docs / "scenario.schema.json") == schema_json());
  CHECK(file_text(docs / "scenario.md") == reference_markdown());
}

// Every key of an effective scenario, at any depth.
void keys_of(const std::string& json, std::vector<std::string>& keys) {
  for (std::size_t at = json.find("\":"); at != std::string::npos; at = json.find("\":", at + 1)) {
    const std::size_t begin = json.rfind('"', at - 1);
    keys.push_back(json.substr(begin, at - begin + 1));
  }
}

TEST_CASE("the schema knows every key that a scenario has in effect") {
  const std::string schema = schema_json();
  const std::vector<std::string> names{"\"sonnet-4.6\"", "\"sonnet-5.5\"", "\"rm1\"",
                                       "\"agent\"",      "\"app\"",        "\"jobs\"",
                                       "\"patient\""};
  for (const fs::path& path : scenarios()) {
    std::vector<std::string> keys;
    keys_of(load(path).echo, keys);
    for (const std::string& key : keys) {
      if (std::find(names.begin(), names.end(), key) != names.end()) continue;
      INFO(path.filename().string() << " " << key);
      CHECK(schema.find(key) != std::string::npos);
    }
  }
}

}  // namespace
}  // namespace sluice::scenario
