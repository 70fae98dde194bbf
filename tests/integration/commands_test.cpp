// The other commands: check, schema, catalog, and what every command line has.
#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include "app/measure_machine.hpp"
#include "integration/sluice.hpp"
#include "support/catch.hpp"
#include "support/schema.hpp"

namespace sluice::testing {
namespace {

std::vector<std::string> all_scenarios() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(SLUICE_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path().string());
  }
  return paths;
}

TEST_CASE("every scenario of the project would run") {
  std::vector<std::string> arguments = all_scenarios();
  REQUIRE(arguments.size() >= 10);
  arguments.insert(arguments.begin(), "check");
  const Finished run = sluice(arguments);
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(run.err.empty());
  for (const std::string& path : all_scenarios()) CHECK(contains(run.out, path + ": ok"));
}

TEST_CASE("of very many errors the first hundred are shown, and how many more there are") {
  const TemporaryFolder folder;
  std::string text = "{";
  for (int i = 0; i < 1100; ++i) text += "\"u" + std::to_string(i) + "\": 1,\n";
  const Finished run = sluice({"check", folder.write("many.json", text + "\"sluice\": 1}")});
  CHECK(run.exit == 2);
  CHECK(std::count(run.err.begin(), run.err.end(), '\n') == 101);
  CHECK(contains(run.err, "error: and 1,00"));
}

TEST_CASE("check names all errors of all files and exits with 2") {
  const TemporaryFolder folder;
  const std::string broken = folder.write("broken.json", "{ \"sluice\": 1,");
  const std::string wrong =
      folder.write("wrong.json", R"({ "sluice": 1, "duration": "-5m", "workload": [] })");
  const Finished run = sluice({"check", broken, scenario("quickstart"), wrong});
  CHECK(run.exit == 2);
  CHECK(contains(run.err, broken));
  CHECK(contains(run.err, wrong + ":1:28: /duration"));
  CHECK(contains(run.err, "did you mean \"workloads\""));
  CHECK(contains(run.out, "quickstart.json: ok"));
}

TEST_CASE("a word that is no command is named where it stands") {
  struct Case {
    std::vector<std::string> words;
    std::string error;
  };
  const std::vector<Case> cases = {
      {{"smulate", "x.json"}, "error: sluice: \"smulate\" is not one of simulate, "},
      {{"runs", "lst"},
       "error: sluice runs: \"lst\" is not one of list, show, diff, trend, rm; did you mean "
       "\"list\"?"},
      {{"limits"}, "error: sluice limits: lacks a command: pull; see --help"},
      {{"limits", "--out"}, "error: sluice limits: lacks a command: pull; see --help"},
      {{"catalog", "dif", "a", "b"}, "did you mean \"diff\"?"},
      {{"simulate"}, "error: sluice simulate: scenario is required; see --help"},
      {{"--version", "runs", "show"}, "error: sluice runs show: run is required; see --help"},
  };
  for (const Case& wrong : cases) {
    CAPTURE(wrong.words);
    const Finished run = sluice(wrong.words);
    CHECK(run.exit == 2);
    CHECK(run.out.empty());
    CHECK(contains(run.err, wrong.error));
  }
}

// The words that --help lists, in braces.
std::vector<std::string> schemas_that_there_are() {
  const std::string help = sluice({"schema", "--help"}).out;
  const std::size_t begin = help.find('{') + 1;
  std::istringstream words(help.substr(begin, help.find('}') - begin));
  std::vector<std::string> names;
  for (std::string name; std::getline(words, name, ',');) names.push_back(name);
  return names;
}

std::string file_of(const std::string& what) {
  if (what == "reference") return "scenario.md";
  if (what == "metrics") return "metrics.md";
  return (what == "comparison" ? "compare" : what) + ".schema.json";
}

TEST_CASE("the published schemas and references are what the program prints") {
  std::set<std::string> files;
  for (const std::string& what : schemas_that_there_are()) {
    CAPTURE(what);
    const Finished run = sluice({"schema", what});
    CHECK(run.exit == 0);
    // metrics.md has a heading above.
    const bool is_current = published(file_of(what)).ends_with(run.out);
    CHECK(run.out.size() > 500);
    CHECK(is_current);
    files.insert(file_of(what));
  }
  for (const auto& entry : std::filesystem::directory_iterator(SLUICE_SOURCE_DIR "/docs")) {
    const std::string name = entry.path().filename();
    CAPTURE(name);
    if (name.ends_with(".schema.json")) CHECK(files.count(name) == 1);
  }
  CHECK(files.size() > 20);
  CHECK(sluice({"schema"}).out == sluice({"schema", "scenario"}).out);
  const Finished wrong = sluice({"schema", "resul"});
  CHECK(wrong.exit == 2);
  CHECK(contains(wrong.err, R"("resul" is not one of scenario, )"));
  CHECK(contains(wrong.err, R"(did you mean "result"?)"));
}

TEST_CASE("the JSON of a selftest keeps its published schema") {
  const Finished run = sluice({"selftest", "--rows", "capacity 1", "--format", "json"});
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  check_published_fits("selftest.schema.json", run.out);
}

TEST_CASE("the JSON of what a machine can do keeps its published schema, measured or not") {
  check_published_fits("machine.schema.json", app::machine_json({}));
  check_published_fits("machine.schema.json", app::machine_json({.sends_per_second = 12'345.6,
                                                                 .streams = 500,
                                                                 .jitter_p50 = milliseconds(1),
                                                                 .jitter_p99 = milliseconds(2),
                                                                 .jitter_max = seconds(1),
                                                                 .cores = 2,
                                                                 .is_measured = true}));
}

TEST_CASE("--version tells version, commit, compiler and the date of the catalog") {
  const Finished run = sluice({"--version"});
  CHECK(run.exit == 0);
  for (const char* word : {"sluice 0.", "commit ", "compiler ", "catalog "}) {
    CHECK(contains(run.out, word));
  }
}

TEST_CASE("without a command the program says what it can do") {
  const Finished run = sluice({});
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "simulate"));
  CHECK(contains(sluice({"--help"}).out, "Exit codes"));
  CHECK(sluice({"simulate", "--help"}).exit == 0);
}

TEST_CASE("unknown options and commands are refused with 2") {
  for (const char* wrong : {"--bogus", "simulatee", "-x"}) {
    const Finished run = sluice({wrong});
    CHECK(run.exit == 2);
    CHECK(contains(run.err, wrong));
  }
}

TEST_CASE("the catalog is shown as it was on a day, and no day before it began") {
  const Finished now = sluice({"catalog"});
  CHECK(now.exit == 0);
  CHECK(contains(now.out, "sonnet-5.5"));
  const Finished then = sluice({"catalog", "--as-of", "2026-05-01"});
  CHECK(then.exit == 0);
  CHECK(then.out != now.out);
  CHECK(sluice({"catalog", "--as-of", "yesterday"}).exit == 2);
  CHECK(sluice({"catalog", "--catalog", "/no/such/folder"}).exit == 2);
}

TEST_CASE("every scenario of the project runs for a while and leaves a report") {
  for (const std::string& path : all_scenarios()) {
    if (contains(path, "mooncake")) continue;  // its trace is not part of the project
    const Finished run = sluice({"simulate", path, "--set", "/duration=2m", "--format", "json"});
    CAPTURE(path, run.err);
    // An expectation need not hold of two minutes; some scenarios cannot be that short.
    CHECK((run.exit == 0 || run.exit == 2 || run.exit == 3));
    CHECK(run.out.empty() == (run.exit == 2));
  }
}

}  // namespace
}  // namespace sluice::testing
