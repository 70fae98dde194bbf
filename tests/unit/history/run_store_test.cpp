#include "history/run_store.hpp"

#include <cmath>
#include <filesystem>
#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "support/process.hpp"

namespace sluice::history {
namespace {

using testing::TemporaryFolder;
using testing::text_of;

SavedRun some_run(const std::string& scenario = "quickstart", const std::string& kind = "simulate",
                  char digit = 'a') {
  SavedRun run;
  run.saved_at = UnixTime{1'763'728'205'000'000'000};
  run.kind = kind;
  run.scenario = scenario;
  run.scenario_digest = std::string(64, digit);
  run.catalog_date = "2026-11-19";
  run.catalog_digest = std::string(64, 'c');
  run.tier = "Start";
  run.seed = "18446744073709551615";
  run.version = "0.1.0 abc";
  run.replications = 10;
  run.verdict = "fits";
  return run;
}

const std::vector<SavedMetric>& some_metrics() {
  static const std::vector<SavedMetric> kMetrics = {
      {.path = "cost.total",
       .unit = Unit::kMoney,
       .value = 0.25,
       .interval = MetricInterval{0.2, 0.3},
       .mean_of = 10},
      {.path = "requests.offered", .unit = Unit::kRequests, .value = 12, .interval = {}},
      {.path = "rate.factor", .unit = {}, .value = 1.5, .interval = {}}};
  return kMetrics;
}

const SavedDocument kDocument = {.json = "{\"format\": \"sluice-result\"}\n", .text = "FITS\n"};

RunStore store_in(const TemporaryFolder& folder) {
  auto store = RunStore::open(folder / "runs.db", Missing::kCreate);
  INFO((store ? std::string() : store.error().text()));
  REQUIRE(store);
  return std::move(*store);
}

std::int64_t saved(RunStore& store, const SavedRun& run) {
  const auto id = store.save(run, some_metrics(), kDocument);
  INFO((id ? std::string() : id.error().text()));
  REQUIRE(id);
  return *id;
}

std::vector<std::int64_t> ids(const Result<std::vector<SavedRun>>& runs) {
  REQUIRE(runs);
  std::vector<std::int64_t> found;
  for (const SavedRun& run : *runs) found.push_back(run.id);
  return found;
}

TEST_CASE("what was saved is read back, number by number and byte by byte") {
  const TemporaryFolder folder;
  RunStore store = store_in(folder);
  const std::int64_t id = saved(store, some_run());
  CHECK(id == 1);
  const auto run = store.run(id);
  REQUIRE(run);
  CHECK(run->digest.size() == 64);
  SavedRun expected = some_run();
  expected.id = id;
  expected.digest = run->digest;
  CHECK(*run == expected);
  CHECK(store.metrics(id) == some_metrics());
  CHECK(store.document(id) == kDocument);
}

TEST_CASE("folders on the way to the file are made") {
  const TemporaryFolder folder;
  CHECK(RunStore::open(folder / "a/b/runs.db", Missing::kCreate));
  CHECK(std::filesystem::exists(folder / "a/b/runs.db"));
}

TEST_CASE("a file that is not there is not made by who only reads") {
  const TemporaryFolder folder;
  const auto store = RunStore::open(folder / "runs.db", Missing::kRefuse);
  REQUIRE_FALSE(store);
  CHECK(store.error().message.find("--save") != std::string::npos);
  CHECK(folder.files() == 0);
}

TEST_CASE("runs are listed the newest first, by name, begin of the digest, command and number") {
  const TemporaryFolder folder;
  RunStore store = store_in(folder);
  saved(store, some_run("one", "simulate", 'a'));
  saved(store, some_run("two", "replay", 'b'));
  saved(store, some_run("one", "plan", 'a'));
  CHECK(ids(store.list({})) == std::vector<std::int64_t>{3, 2, 1});
  CHECK(ids(store.list({.scenario = "one"})) == std::vector<std::int64_t>{3, 1});
  CHECK(ids(store.list({.scenario = "bbbb"})) == std::vector<std::int64_t>{2});
  CHECK(ids(store.list({.scenario = std::string(64, 'b')})) == std::vector<std::int64_t>{2});
  CHECK(ids(store.list({.scenario = "bbb"})).empty());  // too short to be a digest
  CHECK(ids(store.list({.kind = "plan"})) == std::vector<std::int64_t>{3});
  CHECK(ids(store.list({.scenario = "one", .only_runs = true})) == std::vector<std::int64_t>{1});
  CHECK(ids(store.list({.limit = 2})) == std::vector<std::int64_t>{3, 2});
  CHECK(store.count({.scenario = "one", .limit = 1}) == 2);
}

TEST_CASE("a name is text to compare with, whatever stands in it") {
  const TemporaryFolder folder;
  RunStore store = store_in(folder);
  const std::string odd = "'; DROP TABLE runs; -- <script> %_*";
  saved(store, some_run(odd));
  CHECK(ids(store.list({.scenario = odd})) == std::vector<std::int64_t>{1});
  CHECK(ids(store.list({.scenario = "%"})).empty());
}

TEST_CASE("a trend has the oldest run first, and none where a run has no such number") {
  const TemporaryFolder folder;
  RunStore store = store_in(folder);
  saved(store, some_run());
  const std::vector<SavedMetric> fewer(some_metrics().begin() + 1, some_metrics().end());
  REQUIRE(store.save(some_run(), fewer, kDocument));
  saved(store, some_run("other"));
  const auto trend = store.trend({.scenario = "quickstart"}, {"cost", "requests.offered"});
  REQUIRE(trend);
  REQUIRE(trend->runs.size() == 2);
  CHECK(trend->runs.front().id == 1);
  REQUIRE(trend->lines.size() == 2);
  CHECK(trend->lines[0].path == "cost.total");
  CHECK(trend->lines[0].values[0] == some_metrics()[0]);
  CHECK_FALSE(trend->lines[0].values[1].has_value());
  CHECK(trend->lines[1].values[1] == some_metrics()[1]);
}

TEST_CASE("an unknown number or scenario is refused, with what may have been meant") {
  const TemporaryFolder folder;
  RunStore store = store_in(folder);
  saved(store, some_run());
  const auto trend = store.trend({.scenario = "quickstart"}, {"requests.ofered"});
  REQUIRE_FALSE(trend);
  CHECK(trend.error().message.find("did you mean \"requests.offered\"") != std::string::npos);
  CHECK_FALSE(store.trend({.scenario = "nothing"}, {}));
}

TEST_CASE("removing takes all of a run away, and its number is not given again") {
  const TemporaryFolder folder;
  RunStore store = store_in(folder);
  saved(store, some_run());
  saved(store, some_run());
  REQUIRE(store.remove(std::vector<std::int64_t>{2}));
  CHECK_FALSE(store.run(2));
  CHECK(store.metrics(2)->empty());
  CHECK_FALSE(store.document(2));
  CHECK(saved(store, some_run()) == 3);
}

TEST_CASE("of several runs to remove, one that is not there keeps all") {
  const TemporaryFolder folder;
  RunStore store = store_in(folder);
  saved(store, some_run());
  const auto removed = store.remove(std::vector<std::int64_t>{1, 7});
  REQUIRE_FALSE(removed);
  CHECK(removed.error().message.find("there is no run 7") != std::string::npos);
  CHECK(store.run(1));
}

TEST_CASE("several processes that save at once lose nothing") {
  constexpr int kProcesses = 6;
  constexpr int kRunsEach = 15;
  const TemporaryFolder folder;
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = fork();
    if (child == 0) {  // each makes the file if it is the first
      auto store = RunStore::open(folder / "runs.db", Missing::kCreate);
      bool all = store.has_value();
      for (int i = 0; all && i < kRunsEach; ++i) {
        all = store->save(some_run("p" + std::to_string(process)), some_metrics(), kDocument)
                  .has_value();
      }
      _exit(all ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  const RunStore store = store_in(folder);
  CHECK(store.count({}) == kProcesses * kRunsEach);
  for (int process = 0; process < kProcesses; ++process) {
    CHECK(store.count({.scenario = "p" + std::to_string(process)}) == kRunsEach);
  }
  const auto runs = store.list({});
  REQUIRE(runs);
  for (const SavedRun& run : *runs) {
    CHECK(store.metrics(run.id) == some_metrics());
    CHECK(store.document(run.id) == kDocument);
  }
}

TEST_CASE("two numbers of one path and unit are refused, and none of the run is kept") {
  const TemporaryFolder folder;
  RunStore store = store_in(folder);
  const std::vector<SavedMetric> twice = {
      {.path = "tiers.start.share", .unit = {}, .value = 1, .interval = {}},
      {.path = "tiers.start.share", .unit = {}, .value = 2, .interval = {}}};
  CHECK_FALSE(store.save(some_run(), twice, kDocument));
  CHECK(store.count({}) == 0);
}

TEST_CASE("a saving that fails half-way leaves nothing of the run") {
  const TemporaryFolder folder;
  RunStore store = store_in(folder);
  saved(store, some_run());
  const std::vector<SavedMetric> spoilt = {
      {.path = "x", .unit = {}, .value = std::nan(""), .interval = {}}};  // NOT NULL is violated
  CHECK_FALSE(store.save(some_run(), spoilt, kDocument));
  CHECK(store.count({}) == 1);
  CHECK(saved(store, some_run()) == 2);
}

}  // namespace
}  // namespace sluice::history
