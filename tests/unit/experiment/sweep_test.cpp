#include "experiment/sweep.hpp"

#include <optional>
#include <thread>

#include "experiment/run.hpp"
#include "support/catch.hpp"
#include "support/process.hpp"
#include "support/text_checks.hpp"

namespace sluice {
namespace {

using testing::contains;
using testing::TemporaryFolder;

ScenarioText quickstart(const std::vector<std::string>& overrides = {"/duration=30s"}) {
  auto text =
      ScenarioText::open(SLUICE_SOURCE_DIR "/scenarios/quickstart.json", {.overrides = overrides});
  REQUIRE(text.has_value());
  return std::move(*text);
}

const std::vector<std::string> kVary{"/organization/tier=start,build",
                                     "/workloads/0/arrivals/rate=300/min..900/min:3"};
const std::vector<std::string> kSweptMetrics{"requests.offered", "latency.offered.p95"};

SweepPlan planned(const std::vector<std::string>& vary = kVary,
                  const std::vector<std::string>& metrics = kSweptMetrics) {
  auto plan = plan_sweep(quickstart(), vary, metrics);
  REQUIRE(plan.has_value());
  return std::move(*plan);
}

SweepResult swept(const SweepPlan& plan, const SweepOptions& options, SweepJournal& journal) {
  Monitor monitor;
  auto result = run_sweep(plan, options, journal, monitor);
  REQUIRE(result.has_value());
  CHECK(monitor.done_ppm == 1'000'000);
  return std::move(*result);
}

SweepResult swept(const SweepPlan& plan, const SweepOptions& options) {
  SweepJournal journal(*identity_of(plan, ""));
  return swept(plan, options, journal);
}

std::string errors_of(const std::vector<std::string>& vary,
                      const std::vector<std::string>& metrics = kSweptMetrics) {
  const auto plan = plan_sweep(quickstart(), vary, metrics);
  REQUIRE_FALSE(plan.has_value());
  std::string text;
  for (const Error& error : plan.error()) text += error.text() + "\n";
  return text;
}

TEST_CASE("every cell is the scenario with its values, simulated") {
  const SweepPlan plan = planned();
  REQUIRE(plan.cells.size() == 6);
  const SweepResult result = swept(plan, {.replications = 3});
  const auto cell =
      quickstart().load({"/organization/tier=build", "/workloads/0/arrivals/rate=600/min"});
  REQUIRE(cell.has_value());
  CHECK(result.cells[4].scenario_digest == cell->digest);
  CHECK(result.cells[4].values == std::vector<std::string>{"build", "600/min"});
  for (std::int64_t r = 0; r < 3; ++r) {
    Monitor monitor;
    const auto run = run_scenario(*cell, {.first_replication = r, .version = {}}, monitor);
    for (std::size_t m = 0; m < kSweptMetrics.size(); ++m) {
      CHECK(result.cells[4].metrics[m][static_cast<std::size_t>(r)] ==
            as_double(lookup(*run, kSweptMetrics[m])->number));
    }
  }
}

TEST_CASE("threads do not change a sweep") {
  const SweepPlan plan = planned();
  CHECK(swept(plan, {.replications = 3, .threads = 2}) == swept(plan, {.replications = 3}));
}

TEST_CASE("a sweep that was interrupted anywhere goes on to the same result, each run made once") {
  const SweepPlan plan = planned();
  const SweepIdentity identity = *identity_of(plan, "");
  const SweepResult whole = swept(plan, {.replications = 2});
  const TemporaryFolder folder;
  const std::string path = folder / "runs.jsonl";
  std::size_t before = 0;
  for (int attempt = 0;; ++attempt) {
    REQUIRE(attempt < 12);
    const auto journal = SweepJournal::open(path, identity);
    REQUIRE(journal.has_value());
    CHECK((*journal)->runs() == before);
    Monitor monitor;
    // Stops as soon as something has ended.
    std::optional<Result<SweepResult>> result;
    std::thread running([&] { result = run_sweep(plan, {.replications = 2}, **journal, monitor); });
    while (monitor.events == 0) std::this_thread::yield();
    monitor.stop = true;
    running.join();
    CHECK((*journal)->runs() > before);
    before = (*journal)->runs();
    if (!*result) {
      CHECK(result->error().code == ErrorCode::kInterrupted);
      continue;
    }
    CHECK(**result == whole);
    break;
  }
  const auto journal = SweepJournal::open(path, identity);
  Monitor monitor;
  CHECK(run_sweep(plan, {.replications = 2}, **journal, monitor).value() == whole);
  CHECK(monitor.events == 0);  // nothing was left to do
}

TEST_CASE("a larger grid and more replications reuse what the journal has") {
  const SweepPlan small = planned({"/organization/tier=start"});
  const SweepPlan large = planned({"/organization/tier=start,build"});
  SweepJournal journal(*identity_of(small, ""));
  CHECK(*identity_of(small, "") == *identity_of(large, ""));
  swept(small, {.replications = 3}, journal);
  CHECK(journal.runs() == 3);
  CHECK(swept(large, {.replications = 2}, journal) == swept(large, {.replications = 2}));
  CHECK(journal.runs() == 5);
}

TEST_CASE("two spellings of one cell are run once") {
  const SweepPlan plan = planned({"/duration=60s,1m"});
  SweepJournal journal(*identity_of(plan, ""));
  const SweepResult result = swept(plan, {.replications = 2}, journal);
  CHECK(journal.runs() == 2);
  CHECK(result.cells[0].metrics == result.cells[1].metrics);
}

TEST_CASE("with a precision each cell takes the replications it needs, and no more") {
  // 150 arrivals vary by 8 %, 450 by 5 %.
  const SweepPlan plan = planned({kVary[1]}, {"requests.offered"});
  const SweepResult result = swept(plan, {.replications = 100, .precision = 0.03});
  const auto count = [&](std::size_t cell) { return result.cells[cell].metrics[0].size(); };
  CHECK(count(0) > count(2));
  CHECK(count(0) % 5 == 0);
  for (std::size_t cell = 0; cell < 3; ++cell) {
    CHECK(result.cells[cell].precise);
    CHECK(figure(result, cell, 0).interval->half_width() <=
          0.03 / 1.03 * *figure(result, cell, 0).mean);
  }
  const SweepResult less = swept(plan, {.replications = 12, .precision = 0.03});
  CHECK(less.cells[0].metrics[0].size() == 12);
  CHECK_FALSE(less.cells[0].precise);
}

TEST_CASE("common random numbers make differences between cells sharper than their figures") {
  const SweepPlan plan = planned({kVary[1]}, {"cost.total"});
  const SweepResult result = swept(plan, {.replications = 20});
  const auto paired = figure(result, 1, 0).against_first;
  REQUIRE(paired.has_value());
  CHECK(paired->variance < paired->variance_independent);
}

TEST_CASE("all cells are checked before anything runs, and all errors said once") {
  const std::string text = errors_of({"/organization/tier=start,gold,platinum", "/seed=1,2"});
  CHECK(contains(text, "gold"));
  CHECK(contains(text, "platinum"));
  CHECK(contains(text, "(with /organization/tier=gold, /seed=1)"));
  CHECK_FALSE(contains(text, "/seed=2"));
  CHECK(contains(errors_of({"/organisation/tier=start"}), "--vary /organisation/tier"));
}

TEST_CASE("a metric that no cell has is refused, with the nearest that there is") {
  CHECK(contains(errors_of(kVary, {"latency.offered.p59"}), "did you mean \"latency.offered.p"));
}

TEST_CASE("a grid beyond reason is refused before it is made") {
  CHECK(contains(errors_of({"/seed=1..1000:1000", "/duration=1s..1000s:1000", "/x=1..9:9"}),
                 "more than 10,000 cells"));
}

TEST_CASE("runs of a changed trace are not gone on with") {
  const TemporaryFolder folder;
  folder.write("trace.csv", "at,input_tokens,output_tokens\n0,10,10\n");
  SweepPlan plan = planned();
  plan.cells[0].plan.workloads[0].arrivals = TraceArrivals{
      .path = folder / "trace.csv", .format = "csv", .window_length = {}, .spread = {}};
  const SweepIdentity before = *identity_of(plan, "");
  folder.write("trace.csv", "at,input_tokens,output_tokens\n0,10,11\n");
  CHECK(identity_of(plan, "")->traces != before.traces);
  CHECK(before.scenario == identity_of(plan, "")->scenario);
}

}  // namespace
}  // namespace sluice
