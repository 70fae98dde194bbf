// `sluice verify` as a whole: simulation and replay of small scenarios agree, what does not is said
// with exit code 3, and the machine's own ceiling is measured and kept.
#include <fstream>
#include <string>
#include <vector>

#include "integration/sluice.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

// Nobody's cache but the test's, so that a ceiling measured elsewhere decides nothing here.
class Verification {
 public:
  std::string scenario(const std::string& text) const {
    return folder_.write("scenario.json", text);
  }
  std::string file(const std::string& name) const { return folder_ / name; }
  Finished run(std::vector<std::string> arguments) const {
    return sluice(std::move(arguments), {{"XDG_CACHE_HOME", folder_ / "cache"}});
  }
  // A machine that is busy with something else proves nothing, which is no verdict: once more.
  Finished proof(const std::vector<std::string>& arguments) const {
    constexpr int kVoid = 5;
    Finished run = this->run(arguments);
    for (int again = 0; again < 4 && run.exit == kVoid; ++again) run = this->run(arguments);
    return run;
  }

 private:
  TemporaryFolder folder_;
};

constexpr const char* kFarBelow = R"({
  "sluice": 1, "duration": "60s",
  "organization": { "tier": "start" },
  "workloads": [{ "name": "chat", "model": "haiku-4.5",
                  "arrivals": { "type": "poisson", "rate": "100/min" },
                  "input": { "p50": 300, "p95": 900 }, "output": { "p50": 60, "p95": 150 } }]
})";

// Four times what the limit of requests admits: most attempts are refused. Not at a constant rate:
// arrivals a whole number of which fit between two refills would all meet the bucket in the very
// instant in which it is ready, and a microsecond would decide who gets through.
constexpr const char* kSaturated = R"({
  "sluice": 1, "duration": "120s",
  "organization": { "tier": "custom", "burst": "10s",
                    "limits": { "haiku-4.5": { "requests_per_minute": 60 } } },
  "clients": { "patient": { "retry": "anthropic-sdk-python" } },
  "workloads": [{ "name": "flood", "model": "haiku-4.5", "client": "patient",
                  "arrivals": { "type": "poisson", "rate": "240/min" },
                  "input": 200, "output": { "p50": 40, "p95": 100 } }]
})";

constexpr const char* kCached = R"({
  "sluice": 1, "duration": "120s",
  "organization": { "tier": "custom", "burst": "10s",
                    "limits": { "haiku-4.5": { "requests_per_minute": 80 } } },
  "workloads": [{ "name": "support", "model": "haiku-4.5", "prefix": "8k",
                  "arrivals": { "type": "poisson", "rate": "40/min" },
                  "input": 100, "output": { "p50": 40, "p95": 100 },
                  "conversation": { "turns": 3, "think_time": "4s" },
                  "cache": { "prefix": "5m", "conversation": "5m" } }]
})";

TEST_CASE("simulation and replay agree: far below the limits, saturated, with caches and retries") {
  const Verification verification;
  for (const char* text : {kFarBelow, kSaturated, kCached}) {
    const Finished run = verification.proof(
        {"verify", verification.scenario(text), "--speed", text == kFarBelow ? "15" : "20"});
    CAPTURE(text, run.out, run.err);
    CHECK(run.exit == 0);
    CHECK(contains(run.out, "AGREES"));
    CHECK_FALSE(contains(run.out, "DIFFERS"));
    CHECK(contains(run.out, "must be equal") == (text == kFarBelow));
  }
}

TEST_CASE("records of one load disagree with the prediction of another") {
  const Verification verification;
  const std::string scenario = verification.scenario(kFarBelow);
  const std::string records = verification.file("records.jsonl");
  const Finished replay = verification.proof(
      {"replay", scenario, "--speed", "30", "--records", records, "--ui", "none"});
  CAPTURE(replay.err);
  REQUIRE(replay.exit == 0);

  const std::vector<std::string> verify = {"verify", scenario, "--records", records};
  const auto with = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = verify;
    all.insert(all.end(), more.begin(), more.end());
    return verification.run(all);
  };
  const Finished same = with({"--max-error", "5%"});
  CAPTURE(same.out, same.err);
  CHECK(same.exit == 0);
  const std::string doubled = "/workloads/0/arrivals/rate=200/min";
  const Finished other = with({"--max-error", "5%", "--set", doubled});
  CAPTURE(other.out, other.err);
  CHECK(other.exit == 3);
  CHECK(contains(other.out, "DIFFERS"));
  CHECK(contains(other.out, "requests.offered"));
  // Without a bound the error of a prediction is news.
  CHECK(with({"--set", doubled}).exit == 0);
}

TEST_CASE("what verify cannot do is refused before anything runs") {
  const Verification verification;
  const std::string scenario = verification.scenario(kFarBelow);
  const auto refused = [&](std::vector<std::string> more, const std::string& says) {
    more.insert(more.begin(), {"verify", scenario});
    const Finished run = verification.run(more);
    CAPTURE(run.out, run.err, says);
    CHECK(run.exit == 2);
    CHECK(run.out.empty());
    CHECK(contains(run.err, says));
  };
  refused({"--speed", "fast"}, "--speed");
  refused({"--format", "csv"}, "--format");
  refused({"--output", "json"}, "FORMAT=PATH");
  refused({"--max-error", "10%"}, "--records");
  refused({"--records", "x", "--max-error", "much"}, "--max-error");
  refused({"--records", "x", "--speed", "2"}, "--speed");
  const std::string empty = verification.file("empty.jsonl");
  std::ofstream(empty).close();
  refused({"--records", empty}, "empty.jsonl: has no record of an attempt");
}

TEST_CASE("verify writes its findings as JSON too") {
  const Verification verification;
  const std::string found = verification.file("found.json");
  const Finished run =
      verification.proof({"verify", verification.scenario(kFarBelow), "--set", "/duration=20s",
                          "--speed", "5", "--format", "json", "--output", "json=" + found});
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(text_of(found) == run.out);
  CHECK(contains(run.out, "\"verdict\": \"agrees\""));
  CHECK(contains(run.out, "\"speed\": 5"));
}

TEST_CASE("the machine's ceiling is measured, printed and kept for later runs") {
  const Verification verification;
  const Finished run = verification.run({"selftest", "--machine"});
  CAPTURE(run.out, run.err);
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "sends a second"));
  CHECK(contains(run.out, "timer jitter"));
  CHECK(contains(text_of(verification.file("cache/sluice/machine.json")), "sends_per_second"));
}

}  // namespace
}  // namespace sluice::testing
