// --save and `sluice runs` as people and scripts meet them: what is kept is what was printed, many
// programs save at once, nothing of a report is lost, and no key is in the file.
#include <filesystem>
#include <memory>

#include "describe/json.hpp"
#include "integration/mock_program.hpp"
#include "integration/sluice.hpp"
#include "support/catch.hpp"
#include "support/schema.hpp"

namespace sluice::testing {
namespace {

// A history of the test's own.
struct History {
  TemporaryFolder folder;
  std::string database = folder / "runs.db";

  Finished run(std::vector<std::string> arguments) const {
    return sluice(std::move(arguments), {{"SLUICE_RUNS_DB", database}});
  }
  // A short simulation, kept.
  Finished keep(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> command = {"simulate", scenario("quickstart"), "--set", "/duration=2m",
                                        "--save"};
    command.insert(command.end(), more.begin(), more.end());
    return run(std::move(command));
  }
};

describe::Value json_printed(const Finished& run) {
  INFO(run.err);
  REQUIRE(run.exit == 0);
  const auto value = describe::parse_json(run.out, "stdout");
  REQUIRE(value);
  return *value;
}

TEST_CASE("a saved run is said to be so, and shown again as it was, to the byte") {
  const History history;
  const Finished run = history.keep({"--format", "json"});
  CHECK(run.exit == 0);
  CHECK(run.err == "saved as run 1 (sluice runs show 1)\n");
  const Finished json = history.run({"runs", "show", "1", "--format", "json"});
  CHECK((json.out == run.out));
  const Finished text = history.run({"runs", "show", "1"});
  const Finished plain = sluice({"simulate", scenario("quickstart"), "--set", "/duration=2m"});
  CHECK(text.out.starts_with("Run 1: simulate, saved 20"));
  CHECK(text.out.ends_with("\n\n" + plain.out));
}

TEST_CASE("lists, differences and trends as JSON keep their published schemas") {
  const History history;
  const auto check = [&](const std::string& schema, std::vector<std::string> command) {
    CAPTURE(command);
    command.insert(command.end(), {"--format", "json"});
    check_published_fits(schema, history.run(std::move(command)).out);
  };
  check("runs.schema.json", {"runs", "list"});  // of nothing
  history.keep({"--replications", "3"});
  history.keep({"--replications", "3", "--seed", "7"});
  history.keep();
  for (const char* const seed : {"1", "2"}) {
    history.run({"compare", scenario("quickstart"), "--set", "/duration=1m", "--models", "haiku",
                 "--replications", "2", "--seed", seed, "--save"});
  }
  check("runs.schema.json", {"runs", "list"});
  check("diff.schema.json", {"runs", "diff", "1", "2"});
  check("diff.schema.json", {"runs", "diff", "1", "3", "--all"});
  check("diff.schema.json", {"runs", "diff", "4", "5"});
  check("trend.schema.json", {"runs", "trend", "quickstart"});
  check("trend.schema.json", {"runs", "trend", "quickstart", "--kind", "compare"});
  check("result.schema.json", {"runs", "show", "1"});
}

TEST_CASE("without --save nothing is kept, and an empty history is no error") {
  const History history;
  CHECK(history.run({"simulate", scenario("quickstart"), "--set", "/duration=1m"}).exit == 0);
  CHECK_FALSE(std::filesystem::exists(history.database));
  const Finished list = history.run({"runs", "list"});
  CHECK(list.exit == 0);
  CHECK(contains(list.out, "--save"));
  CHECK(history.run({"runs", "show", "1"}).exit == 1);
}

TEST_CASE("the file is in XDG_DATA_HOME, by default below the home, and --db names another") {
  const TemporaryFolder folder;
  const std::vector<std::string> command = {"simulate", scenario("quickstart"), "--set",
                                            "/duration=1m", "--save"};
  const auto environment = [&](const std::string& data) {
    return Process::Environment{
        {"SLUICE_RUNS_DB", ""}, {"HOME", folder / "home"}, {"XDG_DATA_HOME", data}};
  };
  CHECK(sluice(command, environment("")).exit == 0);
  CHECK(std::filesystem::exists(folder / "home/.local/share/sluice/runs.db"));
  CHECK(sluice(command, environment(folder / "data")).exit == 0);
  CHECK(std::filesystem::exists(folder / "data/sluice/runs.db"));
  std::vector<std::string> named = command;
  named.insert(named.end(), {"--db", folder / "mine.db"});
  const Finished run = sluice(named, environment(""));
  CHECK(contains(run.err, "(sluice runs show 1 --db " + (folder / "mine.db") + ")"));
  CHECK(sluice({"simulate", scenario("quickstart"), "--db", folder / "x"}).exit == 2);
}

TEST_CASE("runs are listed by name, digest and command, in text and JSON") {
  const History history;
  history.keep();
  history.keep({"--seed", "7"});
  const Finished compared = history.run({"compare", scenario("quickstart"), "--set", "/duration=1m",
                                         "--models", "haiku", "--replications", "2", "--save"});
  INFO(compared.err);
  CHECK(compared.exit == 0);
  const auto all = json_printed(history.run({"runs", "list", "--format", "json"}));
  REQUIRE(all.find("runs")->items().size() == 3);
  const describe::Value& newest = all.find("runs")->items().front();
  CHECK(newest.find("kind")->as_string() == "compare");
  CHECK(newest.find("scenario")->as_string() == "quickstart");
  const std::string digest = newest.find("scenario_digest")->as_string();
  REQUIRE(digest.size() == 64);
  const auto by_digest = json_printed(
      history.run({"runs", "list", "--scenario", digest.substr(0, 10), "--format", "json"}));
  CHECK(by_digest.find("total")->as_integer() == 1);
  const auto simulated =
      json_printed(history.run({"runs", "list", "--kind", "simulate", "--format", "json"}));
  CHECK(simulated.find("total")->as_integer() == 2);
  const Finished text = history.run({"runs", "list", "--limit", "1"});
  CHECK(contains(text.out, "the newest 1 of 3"));
  CHECK(history.run({"runs", "list", "--kind", "dance"}).exit == 2);
}

TEST_CASE("equal runs are identical, other seeds are told apart by no more than chance") {
  const History history;
  for (const char* const seed : {"1", "1", "2"}) {
    CHECK(history.keep({"--seed", seed, "--replications", "8"}).exit == 0);
  }
  CHECK(contains(history.run({"runs", "diff", "1", "2"}).out, "identical"));
  const auto diff = json_printed(history.run({"runs", "diff", "1", "3", "--format", "json"}));
  CHECK_FALSE(diff.find("identical")->as_bool());
  const std::int64_t judged = diff.find("judged")->as_integer();
  CHECK(judged > 20);
  // One in twenty is expected; many numbers are the same one by other names.
  CHECK(diff.find("differing")->as_integer() * 4 < judged);
}

TEST_CASE("a higher rate is a difference, and the other scenario is said") {
  const History history;
  CHECK(history.keep({"--replications", "8"}).exit == 0);
  CHECK(
      history.keep({"--replications", "8", "--set", "/workloads/0/arrivals/rate=1600/min"}).exit ==
      0);
  const auto diff = json_printed(history.run({"runs", "diff", "1", "2", "--format", "json"}));
  const describe::Value& first = diff.find("rows")->items().front();
  CHECK(first.find("metric")->as_string() == "requests.offered");
  CHECK(first.find("verdict")->as_string() == "differs");
  const std::string text = history.run({"runs", "diff", "1", "2"}).out;
  CHECK(contains(text, "Not the same: scenario "));
  CHECK(contains(text, "would by chance"));
}

TEST_CASE("another seed is not said to be another scenario") {
  const History history;
  history.keep({"--seed", "1"});
  history.keep({"--seed", "2"});
  CHECK(contains(history.run({"runs", "diff", "1", "2"}).out, "Not the same: scenario or seed "));
}

TEST_CASE("an output that cannot be written costs the exit code, and not the outputs behind it") {
  const History history;
  history.keep();
  const std::string behind = history.folder / "list.json";
  const Finished list =
      history.run({"runs", "list", "--output", "json=/dev/full", "--output", "json=" + behind});
  CHECK(list.exit == 1);
  CHECK(contains(list.err, "/dev/full"));
  CHECK(contains(text_of(behind), "sluice-runs"));
}

TEST_CASE("a place that cannot be looked at is an error, and no empty history") {
  const History history;
  std::filesystem::create_symlink("loop", history.folder / "loop");
  for (const std::string& place :
       {history.folder / "loop", history.folder / (std::string(300, 'n') + "/runs.db")}) {
    const Finished list = history.run({"runs", "list", "--db", place});
    CHECK(list.exit == 1);
    CHECK(contains(list.err, "cannot be opened"));
    CHECK(history.keep({"--db", place}).exit == 2);
  }
}

TEST_CASE("a trend over damaged numbers is an error, and not one without numbers") {
  const History history;
  history.keep();
  const std::string whole = text_of(history.database);
  // All but the first page, which names the tables, and the three of `runs` with its indices.
  constexpr std::size_t kKept = 5 * 4096;
  REQUIRE(whole.size() > kKept);
  history.folder.write("runs.db", whole.substr(0, kKept) + std::string(whole.size() - kKept, 'Z'));
  const Finished trend = history.run({"runs", "trend", "quickstart"});
  INFO(trend.out);
  CHECK(trend.exit == 1);
  CHECK(contains(trend.err, "is damaged"));
}

TEST_CASE("the numbers of a plan with two model groups are kept for both") {
  const History history;
  const Finished plan = history.run({"plan", scenario("key-rotation"), "--save"});
  INFO(plan.err);
  CHECK(contains(plan.err, "saved as run 1"));
  for (const char* const group : {"sonnet-5.5", "haiku-5.5"}) {
    const std::string path = std::string("tiers.evaluation.") + group + ".latency_p95";
    const Finished trend = history.run(
        {"runs", "trend", "key-rotation", "--kind", "plan", "--metric", path, "--format", "json"});
    CHECK(trend.exit == 0);
  }
}

TEST_CASE("results of two kinds are not compared") {
  const History history;
  history.keep();
  history.run({"compare", scenario("quickstart"), "--set", "/duration=1m", "--models", "haiku",
               "--replications", "2", "--save"});
  const Finished diff = history.run({"runs", "diff", "1", "2"});
  CHECK(diff.exit == 2);
  CHECK(contains(diff.err, "two kinds"));
}

TEST_CASE("a trend has all runs of the scenario, the oldest first, and what is new in each") {
  const History history;
  history.keep();
  history.keep({"--set", "/workloads/0/arrivals/rate=1600/min"});
  const auto trend = json_printed(history.run(
      {"runs", "trend", "quickstart", "--metric", "requests.offered", "--format", "json"}));
  CHECK(trend.find("format")->as_string() == "sluice-trend");
  CHECK(trend.find("runs")->items().front().find("id")->as_integer() == 1);
  CHECK(trend.find("changes")->items()[1].items()[0].as_string() == "scenario");
  CHECK(trend.find("metrics")->items()[0].find("value")->items().size() == 2);
  const Finished text = history.run({"runs", "trend", "quickstart"});
  CHECK(contains(text.out, "▁█"));
  CHECK(history.run({"runs", "trend", "quickstart", "--metric", "requests.ofered"}).exit == 2);
  CHECK(history.run({"runs", "trend", "nothing"}).exit == 2);
}

TEST_CASE("removed runs are named, and one that is not there removes none") {
  const History history;
  history.keep();
  history.keep();
  CHECK(history.run({"runs", "rm", "2", "9", "--yes"}).exit == 2);
  const Finished removed = history.run({"runs", "rm", "2", "--yes"});
  CHECK(removed.exit == 0);
  CHECK(contains(removed.out, "removed run 2 (simulate quickstart, "));
  const auto list = json_printed(history.run({"runs", "list", "--format", "json"}));
  CHECK(list.find("total")->as_integer() == 1);
}

TEST_CASE("programs that save at once lose nothing") {
  const History history;
  std::vector<std::unique_ptr<Process>> programs;
  for (int i = 0; i < 6; ++i) {
    programs.push_back(std::make_unique<Process>(
        sluice_command({"simulate", scenario("quickstart"), "--set", "/duration=1m", "--seed",
                        std::to_string(i), "--save"}),
        Process::Environment{{"SLUICE_RUNS_DB", history.database}}));
  }
  for (const auto& program : programs) CHECK(program->wait() == 0);
  const auto list = json_printed(history.run({"runs", "list", "--format", "json"}));
  CHECK(list.find("total")->as_integer() == 6);
}

TEST_CASE("a file that cannot keep runs is refused before the work, and is left as it is") {
  const History history;
  history.folder.write("runs.db", "my notes\n");
  const Finished run = history.keep();
  CHECK(run.exit == 2);
  CHECK(run.out.empty());
  CHECK(contains(run.err, "is not an SQLite database; it was left as it is"));
  CHECK(text_of(history.database) == "my notes\n");
  CHECK(history.run({"runs", "list"}).exit == 1);
}

TEST_CASE("a saving that fails at the end costs the exit code, not the report") {
  const History history;
  CHECK(history.keep().exit == 0);
  // A limit on the size of files, as a full disk.
  const std::string limited = "ulimit -f 64; trap '' XFSZ; exec \"$0\" \"$@\"";
  const Finished run = run_process({"/bin/sh", "-c", limited, SLUICE_BINARY, "simulate",
                                    scenario("quickstart"), "--save", "--replications", "2"},
                                   {{"SLUICE_RUNS_DB", history.database}});
  CHECK(run.exit == 1);
  CHECK(contains(run.out, "What got through"));
  CHECK(contains(run.err, "not saved: " + history.database));
  const auto list = json_printed(history.run({"runs", "list", "--format", "json"}));
  CHECK(list.find("total")->as_integer() == 1);
}

TEST_CASE("the key of a replay is not in the history") {
  const History history;
  const std::string own = "qxvzwkjhqzxvbnmkwqpzyxvjkqhwzbnxqvkzjwhx";
  const std::string key = "sk-ant-api03-" + own;
  MockProgram mock({scenario("quickstart"), "--speed", "20"});
  const Finished run = sluice({"replay", scenario("quickstart"), "--target", mock.url(), "--speed",
                               "20", "--set", "/duration=20s", "--ui", "none", "--save"},
                              {{"ANTHROPIC_API_KEY", key}, {"SLUICE_RUNS_DB", history.database}});
  INFO(run.err);
  CHECK(replayed_well(run));
  CHECK(contains(run.err, "saved as run 1"));
  const std::string all = text_of(history.database) + history.run({"runs", "show", "1"}).out +
                          history.run({"runs", "show", "1", "--format", "json"}).out;
  CHECK(contains(all, "quickstart"));
  for (std::size_t at = 0; at + 10 <= own.size(); ++at) {
    CHECK_FALSE(contains(all, own.substr(at, 10)));
  }
}

}  // namespace
}  // namespace sluice::testing
