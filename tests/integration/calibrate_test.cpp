// `sluice calibrate` as a whole: a replay against a mock whose service times and buckets nobody was
// told of, what is learnt of them from its records, and how much better the simulation agrees with
// the records once it knows.
#include <cmath>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "describe/json.hpp"
#include "integration/sluice.hpp"
#include "support/catch.hpp"
#include "support/schema.hpp"

namespace sluice::testing {
namespace {

using describe::Value;

constexpr const char* kModel = "claude-haiku-4-5-20251001";

constexpr const char* kScenario = R"({
  "sluice": 1, "duration": "10m",
  "organization": { "tier": "custom",
                    "limits": { "haiku-4.5": { "requests_per_minute": 280 } } },
  "clients": { "once": { "retry": "none" } },
  "workloads": [{ "name": "chat", "model": "haiku-4.5", "client": "once",
                  "arrivals": { "type": "poisson", "rate": "320/min" },
                  "input": { "p50": 800, "p95": 6000 },
                  "output": { "type": "uniform", "low": 100, "high": 500 } }]
})";

// What only the mock knows.
constexpr const char* kHidden = R"({
  "sluice_overlay": 1, "about": ["hidden"],
  "models": { "haiku-4.5": { "ttft": { "p50": "1.1s", "p95": "2.4s" },
                             "output_per_second": { "p50": 60, "p95": 95 },
                             "prefill_per_second": 9000 } }
})";

class Run {
 public:
  std::string file(const std::string& name) const { return folder_ / name; }
  std::string write(const std::string& name, const std::string& text) const {
    return folder_.write(name, text);
  }
  Finished run(std::vector<std::string> arguments) const {
    return sluice(std::move(arguments), {{"XDG_CACHE_HOME", folder_ / "cache"}});
  }
  // Replays under the hidden truth and gives the records.
  std::string replayed(const std::string& scenario, const std::string& speed) const {
    const std::string hidden = write("hidden.json", kHidden);
    const Finished run = this->run({"replay", scenario, "--overlay", hidden, "--speed", speed,
                                    "--records", file("run.jsonl"), "--ui", "none"});
    CAPTURE(run.out, run.err);
    REQUIRE(replayed_well(run));
    return file("run.jsonl");
  }

 private:
  TemporaryFolder folder_;
};

Value json_of(const Finished& run) {
  CAPTURE(run.out, run.err);
  REQUIRE(run.exit == 0);
  auto value = describe::parse_json(run.out, "stdout");
  REQUIRE(value);
  return *value;
}

const Value& estimate(const Value& report, const std::string& section, const std::string& what) {
  for (const Value& one : report.find(section)->items()) {
    if (one.find("what")->as_string() == what) return one;
  }
  FAIL("no estimate of " + what);
  return report;
}

double number(const Value& object, const std::string& name) {
  REQUIRE(object.find(name) != nullptr);
  return std::stod(object.find(name)->number_text());
}

// On a machine that is busy with something else the load generator may be late: then nothing is
// said of service times, and why not. Otherwise all are, whatever `replay` thought of the run.
bool was_late(const Value& report) {
  const Value& found = estimate(report, "service", "ttft base p50");
  if (found.find("identifiable")->as_bool()) return false;
  CAPTURE(describe::to_json(found));
  CHECK(contains(found.find("reason")->as_string(), "late"));
  return true;
}

// The draws are the scenario's seed's, so whether chance is against an interval is the same each
// time: no allowance.
void check_covers(const Value& report, const std::string& what, double truth) {
  const Value& found = estimate(report, "service", what);
  CAPTURE(describe::to_json(found), truth);
  REQUIRE(found.find("identifiable")->as_bool());
  CHECK(number(found, "low") <= truth);
  CHECK(number(found, "high") >= truth);
}

void check_near(const Value& report, const std::string& what, double truth, double share) {
  const Value& found = estimate(report, "service", what);
  CAPTURE(describe::to_json(found), truth);
  REQUIRE(found.find("identifiable")->as_bool());
  CHECK(std::abs(number(found, "value") / truth - 1) < share);
}

TEST_CASE("hidden service times are learnt from records, and the simulation agrees better then") {
  const Run run;
  const std::string scenario = run.write("scenario.json", kScenario);
  const std::string records = run.replayed(scenario, "30");
  const std::string overlay = run.file("overlay.json");
  const Value report = json_of(
      run.run({"calibrate", records, "-o", overlay, "--scenario", scenario, "--format", "json"}));
  check_fits(parsed(published("calibration.schema.json")), report);
  const bool is_late = was_late(report);
  if (!is_late) {
    check_covers(report, "ttft base p50", 1.1);
    check_covers(report, "ttft base p95", 2.4);
    check_covers(report, "output speed p50", 60);
    check_covers(report, "output speed p95", 95);
    check_covers(report, "prefill speed", 9000);
    check_near(report, "ttft base p50", 1.1, 0.05);
    check_near(report, "output speed p50", 60, 0.03);
    check_near(report, "prefill speed", 9000, 0.15);
  }
  CHECK_FALSE(estimate(report, "service", "cached speed").find("identifiable")->as_bool());

  const auto differing = [&](const char* when) { return number(*report.find(when), "differing"); };
  CAPTURE(differing("before"), differing("after"));
  if (!is_late) CHECK(differing("after") < differing("before"));

  // The file is one that scenarios can name, and verify is tighter by it.
  const auto verified = [&](const std::vector<std::string>& more) {
    std::vector<std::string> all = {"verify",      scenario, "--records", records,
                                    "--max-error", "10%",    "--format",  "json"};
    all.insert(all.end(), more.begin(), more.end());
    const Finished done = run.run(all);
    CAPTURE(done.out, done.err);
    REQUIRE((done.exit == 0 || done.exit == 3));
    return done.exit;
  };
  CHECK(verified({}) == 3);
  CHECK(run.run({"check", scenario, "--overlay", overlay}).exit == 0);

  // Records of a part are not to be held against the whole without a word.
  const auto notes = [&](const std::string& duration) {
    return run
        .run({"calibrate", records, "-o", overlay, "--force", "--scenario", scenario, "--set",
              "/duration=" + duration, "--format", "json"})
        .out;
  };
  CHECK(contains(notes("1h"), "the scenario lasts 1.000 h"));
  CHECK_FALSE(contains(notes("1m"), "the scenario lasts"));

  const Finished text = run.run({"calibrate", records, "--scenario", scenario});
  CAPTURE(text.out, text.err);
  CHECK(text.exit == 0);
  CHECK(contains(text.out, "ttft base p50"));
  CHECK(contains(text.out, "the load generator was late") == is_late);
  if (is_late) return;
  CHECK(contains(text.out, "not identifiable: no answer read the cache"));
  CHECK(contains(text.out, std::string(kModel) + " ttft base p50: said"));
}

std::string contents(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

void replace_all(std::string& text, const std::string& part, const std::string& by) {
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    text.replace(at, part.size(), by);
  }
}

TEST_CASE("words of answers, keys and requests come into no output") {
  const Run run;
  const std::string scenario = run.write("scenario.json", kScenario);
  const std::string records = run.replayed(scenario, "60");
  std::string text = contents(records);
  for (const char* const member : {"error_message", "request_id", "stop_reason", "key"}) {
    replace_all(text, fmt::format("\"{}\":\"", member), fmt::format("\"{}\":\"PLANTED", member));
  }
  REQUIRE(contains(text, "PLANTED"));
  const std::string planted = run.write("planted.jsonl", text);
  const std::string overlay = run.file("overlay.json");
  for (const char* const format : {"text", "json"}) {
    const Finished done =
        run.run({"calibrate", planted, "-o", overlay, "--force", "--format", format});
    CAPTURE(done.err);
    CHECK(done.exit == 0);
    CHECK_FALSE(contains(done.out + done.err, "PLANTED"));
    CHECK_FALSE(contains(contents(overlay), "PLANTED"));
  }
  // Of one attempt nothing is known, and a file is wanted.
  const std::string one = run.write("one.jsonl", text.substr(0, text.find('\n') + 1));
  const Finished little = run.run({"calibrate", one, "-o", run.file("little.json")});
  CAPTURE(little.out, little.err);
  CHECK(little.exit == 1);
  CHECK(contains(little.out, "was not written"));
}

TEST_CASE("a probe costs what it says at most, and what comes of it is identified") {
  const Run run;
  const std::string scenario = run.write("scenario.json", kScenario);
  const std::string probe = run.file("probe.json");
  const Value plan =
      json_of(run.run({"calibrate", "--probe", scenario, "-o", probe, "--format", "json"}));
  check_fits(parsed(published("probe.schema.json")), plan);
  const std::string records = run.replayed(probe, "20");
  const Value report =
      json_of(run.run({"calibrate", records, "-o", run.file("overlay.json"), "--format", "json"}));
  if (!was_late(report)) {
    check_covers(report, "ttft base p50", 1.1);
    check_covers(report, "ttft base p95", 2.4);
    check_covers(report, "output speed p50", 60);
    check_covers(report, "output speed p95", 95);
    check_covers(report, "prefill speed", 9000);
    check_near(report, "ttft base p50", 1.1, 0.1);
    check_near(report, "output speed p50", 60, 0.1);
    const Value& delay = estimate(report, "cache", "cache readability delay");
    CAPTURE(describe::to_json(delay));
    if (delay.find("identifiable")->as_bool()) {
      CHECK(number(delay, "low") == 0);
      CHECK(number(delay, "high") < 1);
    } else {
      CHECK(contains(delay.find("reason")->as_string(), "late"));
    }
  }
  const Value& limiter = report.find("limits")->items().front();
  CAPTURE(describe::to_json(limiter));
  CHECK(limiter.find("capacity")->find("identifiable")->as_bool());
  CHECK(std::abs(number(*limiter.find("capacity"), "value") / 280 - 1) < 0.05);

  const Finished again = run.run({"calibrate", records, "--probe", scenario});
  CHECK(contains(again.out, "known from the records"));
  CHECK(number(plan, "cost_expected") <= number(plan, "cost_worst"));
}

TEST_CASE("what calibrate cannot do is said, and writes nothing") {
  const Run run;
  const std::string overlay = run.file("overlay.json");
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& says) {
    const Finished done = run.run(arguments);
    CAPTURE(done.out, done.err, says);
    CHECK(done.exit == 2);
    CHECK(contains(done.err, says));
    CHECK(done.out.empty());
  };
  refused({"calibrate"}, "--probe SCENARIO");
  refused({"calibrate", run.file("none.jsonl"), "-o", overlay}, "none.jsonl");
  refused({"calibrate", run.write("bad.jsonl", "{\"workload\":1}\n")}, "bad.jsonl:1");
  refused({"calibrate", "--probe", run.write("s.json", kScenario), "--max-cost", "much"},
          "--max-cost");

  refused({"calibrate", run.write("empty.jsonl", ""), "-o", overlay},
          "empty.jsonl: has no record of an attempt");
  refused({"calibrate", "/dev/zero"}, "/dev/zero: is a device");
  const std::string records = run.write("kept.jsonl", "{}\n");
  refused({"calibrate", records, "-o", records, "--force"}, "is a file that is read");
  refused({"calibrate", records, "-o", run.write("there.json", "{}")}, "--force replaces it");
  CHECK(run.run({"check", overlay}).exit == 2);
}

TEST_CASE("a probe for which there is no money is not written, and that is a failure") {
  const Run run;
  const std::string scenario = run.write("scenario.json", kScenario);
  const std::string probe = run.file("probe.json");
  const Finished poor =
      run.run({"calibrate", "--probe", scenario, "--max-cost", "0.000001", "-o", probe});
  CAPTURE(poor.out, poor.err);
  CHECK(poor.exit == 1);
  CHECK(poor.out.empty());
  CHECK(contains(poor.err, "not written: no part fits into --max-cost 0.000001; the cheapest ("));
  CHECK(contents(probe).empty());
}

}  // namespace
}  // namespace sluice::testing
