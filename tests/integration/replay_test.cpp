// `sluice replay` as a program: against the mock that it starts, one that runs already, and servers
// that misbehave; what it prints, when it refuses, how it ends.
#include <algorithm>
#include <string>
#include <unistd.h>
#include <vector>

#include "describe/json.hpp"
#include "integration/json_at.hpp"
#include "integration/mock_program.hpp"
#include "integration/sluice.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

// Far below the limits: nothing is refused, so that replay and simulation have equal counts.
constexpr const char* kCalm = R"({
  "sluice": 1, "duration": "20s", "seed": 7,
  "organization": { "tier": "start" },
  "workloads": [{
    "name": "chat", "model": "haiku-4.5",
    "arrivals": { "type": "poisson", "rate": "5/s" },
    "input": { "p50": 400, "p95": 900 }, "output": { "p50": 30, "p95": 60 }
  }]
})";

// Twice what the requests limit lets through.
constexpr const char* kCrowdedMinute = R"({
  "sluice": 1, "duration": "30s", "seed": 7,
  "organization": { "tier": "start", "burst": "1s" },
  "clients": { "plain": { "retry": "none" } },
  "workloads": [{
    "name": "chat", "model": "haiku-4.5", "client": "plain",
    "arrivals": { "type": "constant", "rate": "2000/min" },
    "input": 50, "output": 5
  }]
})";

struct ReplayCase {
  TemporaryFolder folder;
  std::string scenario;
  explicit ReplayCase(const char* text) : scenario(folder.write("test.json", text)) {}
};

TEST_CASE("a replay needs nothing set up and counts what the simulation counts") {
  const ReplayCase run(kCalm);
  const auto simulated = sluice({"simulate", run.scenario, "--format", "json"});
  const auto replayed = sluice({"replay", run.scenario, "--speed", "10", "--format", "json"});
  INFO(replayed.err);
  REQUIRE(replayed_well(replayed));
  const describe::Value a = json_in(simulated.out);
  const describe::Value b = json_in(replayed.out);
  for (const char* path :
       {"requests.offered", "requests.succeeded", "attempts.total", "attempts.rate_limited.total",
        "cost.total", "tokens.input", "tokens.output"}) {
    CHECK(text_at(a, path) == text_at(b, path));
  }
  // The mock's own loop slept and was woken: for three seconds of wall time, at most once a
  // millisecond.
  const int wakes = std::stoi(text_at(b, "load.mock.wakes"));
  CHECK(wakes > 100);
  CHECK(wakes <= 10'000);
}

TEST_CASE("429s are told apart by cause, and the report shows both rates") {
  const ReplayCase run(kCrowdedMinute);
  const auto replayed = sluice({"replay", run.scenario, "--speed", "10", "--output",
                                "json=" + (run.folder / "report.json")});
  INFO(replayed.err);
  CHECK(replayed_well(replayed));
  const describe::Value report = json_in(text_of(run.folder / "report.json"));
  CHECK(text_at(report, "attempts.rate_limited.requests") ==
        text_at(report, "attempts.rate_limited.total"));
  CHECK(std::stoi(text_at(report, "attempts.rate_limited.total")) > 300);
  CHECK(contains(replayed.out, "Load generator"));
}

TEST_CASE("a mock that runs already is found to be one, its speed included") {
  const ReplayCase run(kCalm);
  MockProgram mock({run.scenario, "--speed", "10"});
  const auto wrong =
      sluice({"replay", run.scenario, "--target", mock.url()}, {{"ANTHROPIC_API_KEY", "any-key"}});
  CHECK(wrong.exit == 2);
  CHECK(contains(wrong.err, "--speed: the mock runs at --speed 10"));
  const auto right = sluice({"replay", run.scenario, "--target", mock.url(), "--speed", "10"},
                            {{"ANTHROPIC_API_KEY", "any-key"}});
  INFO(right.err);
  CHECK(replayed_well(right));
  CHECK(contains(right.out, mock.url()));
  mock.end();
  CHECK(contains(mock.out(), "Served 79"));
}

TEST_CASE("the spending cap ends a run before it is passed, with exit code 4") {
  const ReplayCase run(kCalm);
  const auto replayed =
      sluice({"replay", run.scenario, "--speed", "10", "--max-cost", "0.01", "--format", "json"});
  INFO(replayed.err);
  REQUIRE(replayed.exit == 4);
  const describe::Value report = json_in(replayed.out);
  const double cost = std::stod(text_at(report, "cost.total"));
  CHECK(cost > 0.005);
  CHECK(cost <= 0.01);
}

TEST_CASE("money is not spent without being asked for") {
  const ReplayCase run(kCalm);
  const Process::Environment key{{"ANTHROPIC_API_KEY", "any-key"}};
  const auto without_cap = sluice({"replay", run.scenario, "--target", "live"}, key);
  CHECK(without_cap.exit == 2);
  CHECK(contains(without_cap.err, "--max-cost: https://api.anthropic.com may cost real money"));
  const auto dry = sluice({"replay", run.scenario, "--target", "live", "--dry-run"}, key);
  INFO(dry.err);
  CHECK(dry.exit == 0);
  CHECK(contains(dry.out, "cost"));
  const auto no_key = sluice({"replay", run.scenario, "--target", "live", "--max-cost", "1"});
  CHECK(no_key.exit == 2);
  CHECK(contains(no_key.err, "ANTHROPIC_API_KEY"));
}

TEST_CASE("records that may have cost money are not replaced by the next paid run") {
  const ReplayCase run(kCalm);
  const Process::Environment key{{"ANTHROPIC_API_KEY", "any-key"}};
  const std::string records = run.folder.write("paid.jsonl", "the earlier run's\n");
  const auto again = sluice(
      {"replay", run.scenario, "--target", "live", "--max-cost", "1", "--records", records}, key);
  CHECK(again.exit == 2);
  CHECK(contains(again.err, "paid.jsonl: is there already, and records may have cost real money"));
  CHECK(testing::text_of(records) == "the earlier run's\n");
}

TEST_CASE("a dry run opens no connection, not even to this machine") {
  const ReplayCase run(kCalm);
  const Process::Environment key{{"ANTHROPIC_API_KEY", "any-key"}};
  const auto nobody = "http://127.0.0.1:9";
  const auto dry =
      sluice({"replay", run.scenario, "--target", nobody, "--speed", "10", "--dry-run"}, key);
  INFO(dry.err);
  CHECK(dry.exit == 0);
  CHECK(contains(dry.out, "cost"));
}

TEST_CASE("a target that is no address names what it may be") {
  const ReplayCase run(kCalm);
  const auto replayed = sluice({"replay", run.scenario, "--target", "lvie"});
  CHECK(replayed.exit == 2);
  CHECK(contains(replayed.err, "did you mean \"live\"?"));
}

TEST_CASE("options with a mistake are refused together, before anything is sent") {
  const ReplayCase run(kCalm);
  const auto replayed =
      sluice({"replay", run.scenario, "--speed", "fast", "--max-cost", "-1", "--leave-headroom",
              "all", "--header", "no colon", "--records", "/nonexistent/records.jsonl"});
  CHECK(replayed.exit == 2);
  for (const char* where :
       {"--speed", "--max-cost", "--leave-headroom", "--header", "/nonexistent"}) {
    CHECK(contains(replayed.err, where));
  }
}

TEST_CASE("records that the disk does not take are a failure, and the report is there") {
  const ReplayCase run(kCalm);
  const TemporaryFolder folder;
  const auto replayed = sluice({"replay", run.scenario, "--speed", "50", "--records", "/dev/full",
                                "--output", "json=" + (folder / "report.json")});
  INFO(replayed.err);
  CHECK(replayed.exit == 1);
  CHECK(contains(replayed.err, "error: /dev/full: cannot be written: No space left on device"));
  CHECK(contains(replayed.out, "requests"));
  CHECK_FALSE(text_of(folder / "report.json").empty());
}

TEST_CASE("nobody at the target is one clear error") {
  const ReplayCase run(kCalm);
  const auto replayed = sluice({"replay", run.scenario, "--target", "http://127.0.0.1:1"},
                               {{"ANTHROPIC_API_KEY", "any-key"}});
  CHECK(replayed.exit == 1);
  CHECK(std::count(replayed.err.begin(), replayed.err.end(), '\n') == 1);
  CHECK(contains(replayed.err, "http://127.0.0.1:1"));
  const auto unread =
      sluice({"replay", run.scenario, "--target", "https://127.0.0.1:1", "--ca", "/nonexistent"},
             {{"ANTHROPIC_API_KEY", "any-key"}});
  CHECK(unread.exit == 2);
  CHECK(contains(unread.err, "/nonexistent: No such file"));
}

TEST_CASE("a scenario that sends batches is refused as wrong usage, before anything runs") {
  for (const char* const command : {"replay", "verify"}) {
    const auto refused = sluice({command, scenario("overnight-batch")});
    CHECK(refused.exit == 2);
    CHECK(contains(refused.err, "sends batches, which replay does not"));
    CHECK(lines_of(refused.err).size() == 1);
  }
  const auto absent = sluice({"verify", scenario("quickstart"), "--records", "/nonexistent"});
  CHECK(absent.exit == 2);
  CHECK(contains(absent.err, "/nonexistent: cannot be opened"));
}

TEST_CASE("the first Ctrl-C drains and reports, marked as partial") {
  const ReplayCase run(kCalm);
  const std::string path = run.folder / "report.json";
  Process process(
      sluice_command({"replay", run.scenario, "--output", "json=" + path, "--ui", "plain"}));
  REQUIRE(process.wait_for_interrupt_handler());
  usleep(1'500'000);
  process.interrupt();
  CHECK(process.wait() == 130);
  const describe::Value report = json_in(text_of(path));
  CHECK(contains(describe::to_json(report, 0), "\"partial\":true"));
  CHECK(std::stoi(text_at(report, "requests.succeeded")) > 0);
}

TEST_CASE("one request is shown as it went, without its key") {
  const ReplayCase run(kCalm);
  const auto shown = sluice({"replay", run.scenario, "--debug"});
  INFO(shown.err);
  CHECK(shown.exit == 0);
  CHECK(contains(shown.out, "x-api-key: (masked)"));
  CHECK(contains(shown.out, "\"usage\""));
  CHECK_FALSE(contains(shown.out, "sk-ant-"));
}

TEST_CASE("records are whole lines, one an attempt") {
  const ReplayCase run(kCalm);
  const std::string path = run.folder / "attempts.jsonl";
  const auto replayed =
      sluice({"replay", run.scenario, "--speed", "10", "--records", path, "--format", "json"});
  REQUIRE(replayed_well(replayed));
  const std::string records = text_of(path);
  const auto lines = std::count(records.begin(), records.end(), '\n');
  CHECK(std::to_string(lines) == text_at(json_in(replayed.out), "attempts.total"));
  CHECK(records.back() == '\n');
}

}  // namespace
}  // namespace sluice::testing
