// What other programs read of a run, as the commands write it: valid by their own parsers where
// these are at hand, with the numbers of the JSON.
#include <filesystem>
#include <string>
#include <vector>

#include "describe/json.hpp"
#include "integration/sluice.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

const std::vector<std::string> kQuick{"--set",       "/duration=1m", "--fail-if",
                                      "cost > $100", "--fail-if",    "requests.offered > 10"};

std::vector<std::string> quick(const std::string& command, std::vector<std::string> more) {
  std::vector<std::string> arguments{command, scenario("quickstart")};
  arguments.insert(arguments.end(), kQuick.begin(), kQuick.end());
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

describe::Value json_file(const std::string& path) {
  auto value = describe::read_json(path);
  REQUIRE(value.has_value());
  return std::move(*value);
}

std::int64_t attempts_drawn(const std::string& path) {
  const describe::Value trace = json_file(path);
  std::int64_t count = 0;
  for (const describe::Value& event : trace.find("traceEvents")->items()) {
    if (event.find("name")->as_string().starts_with("attempt ")) ++count;
  }
  return count;
}

// Runs a script of Python's with a file as its argument; what it says. The system's Python first:
// it has the parsers that come as packages of the system.
std::string python(const std::string& script, const std::string& file) {
  const Finished run = run_process(
      {"/bin/sh", "-c", R"(PATH=/usr/bin:$PATH exec python3 -c "$0" "$1")", script, file});
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  return run.out;
}

constexpr const char* kCountTests =
    "import sys, xml.etree.ElementTree as e\n"
    "r = e.parse(sys.argv[1]).getroot(); s = r.find('testsuite')\n"
    "c = s.findall('testcase')\n"
    "assert r.tag == 'testsuites' and all(x.get('name') and x.get('classname') for x in c)\n"
    "assert int(s.get('tests')) == len(c)\n"
    "assert int(s.get('failures')) == len([x for x in c if x.find('failure') is not None])\n"
    "print(len(c), s.get('failures'))\n";

// Says "skipped" where the parser is not installed.
constexpr const char* kReadMetrics =
    "import sys\n"
    "try:\n"
    "  from prometheus_client.openmetrics.parser import text_string_to_metric_families as read\n"
    "except ImportError:\n"
    "  print('skipped'); sys.exit(0)\n"
    "families = list(read(open(sys.argv[1]).read()))\n"
    "assert len(families) > 15, families\n"
    "print(int(sum(s.value for f in families for s in f.samples\n"
    "              if s.name == 'sluice_attempts_total')))\n";

TEST_CASE("one file for two outputs is an error before the run, however it is written") {
  const TemporaryFolder folder;
  const std::string file = folder / "run.out";
  for (const std::string& other : {file, folder / "./run.out"}) {
    CAPTURE(other);
    const Finished run =
        sluice(quick("simulate", {"--output", "json=" + file, "--output", "markdown=" + other}));
    CHECK(run.exit == 2);
    CHECK(run.out.empty());
    CHECK(run.err.find("is asked for twice") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(file));
  }
}

}  // namespace

TEST_CASE("a simulation writes every format, with the same numbers") {
  const TemporaryFolder folder;
  const Finished run = sluice(
      quick("simulate",
            {"--output", "json=" + folder / "run.json", "--output", "markdown=" + folder / "run.md",
             "--output", "junit=" + folder / "run.xml", "--output",
             "openmetrics=" + folder / "run.prom", "--output", "trace=" + folder / "run.trace",
             "--output", "csv-series=" + folder / "run.csv"}));
  CAPTURE(run.err);
  CHECK(run.exit == 3);
  const describe::Value json = json_file(folder / "run.json");
  const std::int64_t attempts = json.find("attempts")->find("total")->as_integer();
  REQUIRE(json.find("expectations")->items().size() == 2);
  CHECK(json.find("expectations")->items()[0].find("met")->as_bool());
  CHECK(text_of(folder / "run.md").starts_with("## ❌ "));
  CHECK(python(kCountTests, folder / "run.xml") == "2 1\n");
  const std::string metrics = python(kReadMetrics, folder / "run.prom");
  CHECK((metrics == "skipped\n" || metrics == std::to_string(attempts) + "\n"));

  CHECK(attempts_drawn(folder / "run.trace") == attempts);

  const std::string csv = text_of(folder / "run.csv");
  const std::string header = csv.substr(0, csv.find('\n'));
  for (const char* const column : {"rate_limited_requests", "rate_limited_unknown",
                                   "sonnet-5.5.requests_per_minute:level", "binding"}) {
    CHECK(contains(header, column));
  }
}

TEST_CASE("a trace changes nothing of what is measured") {
  const std::vector<std::string> json{"--format", "json"};
  const Finished plain = sluice(quick("simulate", json));
  const TemporaryFolder folder;
  const Finished traced =
      sluice(quick("simulate", {"--format", "json", "--output", "trace=" + folder / "run.trace"}));
  CHECK(plain.out == traced.out);
}

TEST_CASE("a stored result is Markdown and JUnit again, byte for byte") {
  const TemporaryFolder folder;
  const std::string file = folder / "run.json";
  sluice(quick("simulate", {"--output", "json=" + file, "--output", "markdown=" + folder / "a.md",
                            "--output", "junit=" + folder / "a.xml"}));
  CHECK(sluice({"report", file, "--format", "markdown"}).out == text_of(folder / "a.md"));
  CHECK(sluice({"report", file, "--format", "junit"}).out == text_of(folder / "a.xml"));
  const Finished trace = sluice({"report", file, "--format", "trace"});
  CHECK(trace.exit == 2);
  CHECK(contains(trace.err, "html, json, markdown or junit"));
}

TEST_CASE("JUnit of a result in which nothing can fail is refused") {
  const TemporaryFolder folder;
  const std::string file = folder.write("plan.json", R"({"format": "sluice-plan",
    "format_version": 1, "scenario": "s", "verdict": "fits", "demands": []})");
  const Finished run = sluice({"report", file, "--format", "junit"});
  CHECK(run.exit == 2);
  CHECK(contains(run.err, "nothing that passes or fails"));
}

TEST_CASE("what is no result of this program is an error of use, in every format") {
  const TemporaryFolder folder;
  for (const char* const json :
       {R"({"format": "sluice-result"})", R"({"format": "sluice-result", "format_version": 2})",
        R"({"format": "sluice-result", "format_version": 1, "verdict": 3, "identity": []})",
        R"({"format": "sluice-agreement", "format_version": 1, "scenario": "s"})", "[]"}) {
    const std::string file = folder.write("foreign.json", json);
    for (const char* const format : {"markdown", "junit", "json"}) {
      const Finished run = sluice({"report", file, "--format", format});
      CAPTURE(json, format, run.err);
      CHECK(run.exit == 2);
      CHECK(contains(run.err, "is not a result of sluice"));
      CHECK(run.out.empty());
    }
  }
}

TEST_CASE("a replay writes every format, and draws its attempts as it made them") {
  const TemporaryFolder folder;
  const Finished run = sluice(
      {"replay", scenario("quickstart"), "--set", "/duration=1m", "--speed", "60", "--ui", "none",
       "--output", "json=" + folder / "run.json", "--output", "markdown=" + folder / "run.md",
       "--output", "junit=" + folder / "run.xml", "--output", "openmetrics=" + folder / "run.prom",
       "--output", "trace=" + folder / "run.trace"});
  CAPTURE(run.err);
  REQUIRE(replayed_well(run));
  const describe::Value json = json_file(folder / "run.json");
  const std::int64_t attempts = json.find("attempts")->find("total")->as_integer();
  CHECK(contains(text_of(folder / "run.md"), "- Target: embedded mock\n"));
  CHECK(contains(text_of(folder / "run.prom"), "\nsluice_load_schedule_delay_seconds_count "));
  const std::string metrics = python(kReadMetrics, folder / "run.prom");
  CHECK((metrics == "skipped\n" || metrics == std::to_string(attempts) + "\n"));
  CHECK(python(kCountTests, folder / "run.xml") == "0 0\n");
  CHECK(attempts_drawn(folder / "run.trace") == attempts);
}

TEST_CASE("verify gives its rows as test cases and as Markdown") {
  const TemporaryFolder folder;
  const Finished run =
      sluice({"verify", scenario("quickstart"), "--set", "/duration=10s", "--set",
              "/workloads/0/arrivals/rate=60/min", "--speed", "20", "--output",
              "junit=" + folder / "v.xml", "--output", "markdown=" + folder / "v.md"});
  CAPTURE(run.err);
  REQUIRE((run.exit == 0 || run.exit == 5));  // void where a neighbour made it late
  CHECK_FALSE(python(kCountTests, folder / "v.xml").empty());
  CHECK(contains(text_of(folder / "v.md"), "| requests.offered |"));
}

}  // namespace sluice::testing
