// Whole imports of made-up logs: the scenario loads, its traces are what the log was, and nothing
// is written that should not be.
#include "importer/import.hpp"

#include <algorithm>
#include <filesystem>

#include "base/calendar.hpp"
#include "scenario/load.hpp"
#include "support/catch.hpp"
#include "support/process.hpp"
#include "support/shipped_catalog.hpp"
#include "support/text_checks.hpp"
#include "unit/importer/fake_source.hpp"

namespace sluice::importer {
namespace {

using ingest::ImportedCall;
using ingest::LogFormat;
using testing::contains;
using testing::shipped_catalog;
using testing::TemporaryFolder;
using testing::text_of;

Checked<Imported> import(std::vector<ImportedCall> calls, const ingest::ImportFacts& facts,
                         const ImportWishes& wishes) {
  FakeSource source(std::move(calls), facts);
  Monitor monitor;
  return import_log(source, wishes, shipped_catalog(), monitor);
}

TEST_CASE("a log becomes a scenario that loads and a trace with the log's times and sizes") {
  const TemporaryFolder folder;
  const ImportWishes wishes{.path = folder / "mine.json"};
  auto made = import({call_at(seconds(100), 1'000, 10), call_at(milliseconds(100'250), 2'000, 20)},
                     facts_of(LogFormat::kAzure), wishes);
  REQUIRE(made);
  REQUIRE(made->commit());
  CHECK(text_of(folder / "mine.sonnet-5.5.csv") ==
        "at,input_tokens,output_tokens\n0,1000,10\n0.25,2000,20\n");
  const auto loaded = scenario::load_scenario_text(made->text, wishes.path, {}, shipped_catalog());
  REQUIRE(loaded);
  REQUIRE(loaded->plan.workloads.size() == 1);
  CHECK(loaded->plan.duration == seconds(1));
  const auto& trace = std::get<TraceArrivals>(loaded->plan.workloads[0].arrivals);
  CHECK(trace.token_scale_ppm == 1'300'000);
  CHECK(contains(made->text, "log.csv (azure)"));
  CHECK_FALSE(contains(made->text, "private"));
  CHECK_FALSE(contains(made->text, "sluice-test"));
}

TEST_CASE("an import that is not committed leaves nothing") {
  const TemporaryFolder folder;
  {
    const auto made = import({call_at(seconds(1), 10, 10)}, facts_of(LogFormat::kAzure),
                             {.path = folder / "mine.json"});
    REQUIRE(made);
  }
  CHECK(folder.files() == 0);
}

TEST_CASE("where one file cannot be put at its place, none is, and what was there is there again") {
  const TemporaryFolder folder;
  const std::string earlier = folder.write("mine.haiku-5.5.csv", "precious");
  std::vector<ImportedCall> calls = {call_at(seconds(1), 10, 10), call_at(seconds(2), 10, 10)};
  calls[0].request.model = "claude-haiku-5-5";
  calls[1].request.model = "claude-opus-5-5";
  {
    auto made = import(calls, facts_of(LogFormat::kJsonl),
                       {.path = folder / "mine.json", .replaces = true});
    REQUIRE(made);
    REQUIRE(made->traces.size() == 2);
    REQUIRE(made->traces[0]->path() == earlier);
    std::filesystem::create_directory(made->traces[1]->path());
    const auto committed = made->commit();
    REQUIRE_FALSE(committed);
    CHECK(contains(committed.error().text(), made->traces[1]->path()));
  }
  CHECK(text_of(earlier) == "precious");
  CHECK(folder.files() == 2);  // that and the folder
}

TEST_CASE("a trace that is there already is not replaced unless that is asked for") {
  const TemporaryFolder folder;
  folder.write("mine.sonnet-5.5.csv", "precious");
  ImportWishes wishes{.path = folder / "mine.json"};
  const auto refused = import({call_at(seconds(1), 10, 10)}, facts_of(LogFormat::kAzure), wishes);
  REQUIRE_FALSE(refused);
  CHECK(contains(refused.error().front().text(), "is there already; --force replaces it"));
  wishes.replaces = true;
  auto made = import({call_at(seconds(1), 10, 10)}, facts_of(LogFormat::kAzure), wishes);
  REQUIRE(made);
  REQUIRE(made->commit());
  CHECK_FALSE(contains(text_of(folder / "mine.sonnet-5.5.csv"), "precious"));
}

TEST_CASE("each model is a workload, and models that are no longer offered go to the default") {
  const TemporaryFolder folder;
  std::vector<ImportedCall> calls;
  for (const char* model : {"claude-haiku-5-5", "claude-3-5-haiku-20241022", "gpt-4", "opus-5.5"}) {
    calls.push_back(call_at(seconds(static_cast<std::int64_t>(calls.size())), 100, 10));
    calls.back().request.model = model;
  }
  const auto made = import(calls, facts_of(LogFormat::kJsonl), {.path = folder / "mine.json"});
  REQUIRE(made);
  const auto& workloads = made->result.workloads;
  REQUIRE(workloads.size() == 3);
  CHECK(workloads[0].model == "claude-haiku-5-5");
  CHECK(workloads[0].sizes_for.empty());
  CHECK(workloads[1].name == "sonnet-5.5");
  CHECK(workloads[1].log_names == std::vector<std::string>{"claude-3-5-haiku-20241022", "gpt-4"});
  CHECK_FALSE(workloads[1].sizes_for.empty());
  CHECK(workloads[2].model == "claude-opus-5-5");
  CHECK(contains(made->text, "gpt-4: not in the catalog"));
  CHECK(contains(made->text, "claude-3-5-haiku-20241022: not offered in the start tier"));
}

TEST_CASE("failed calls are left out, and a log of nothing else is an error") {
  const TemporaryFolder folder;
  ImportedCall failed = call_at(seconds(1), 100, 0);
  failed.failed = true;
  const ImportWishes wishes{.path = folder / "mine.json"};
  const auto made =
      import({failed, call_at(seconds(2), 10, 1)}, facts_of(LogFormat::kLiteLlm), wishes);
  REQUIRE(made);
  CHECK(made->result.calls == 1);
  CHECK(made->result.failed_calls == 1);
  const TemporaryFolder other;
  const ImportWishes nothing{.path = other / "mine.json"};
  CHECK_FALSE(import({failed}, facts_of(LogFormat::kLiteLlm), nothing));
  CHECK_FALSE(import({}, facts_of(LogFormat::kLiteLlm), nothing));
  CHECK(other.files() == 0);
}

TEST_CASE("a model or a tier that the catalog does not have is refused") {
  const TemporaryFolder folder;
  const std::vector<ImportedCall> calls = {call_at(seconds(1), 10, 1)};
  ImportWishes wishes{.path = folder / "mine.json", .model = "sonet-5.5"};
  const auto misspelt = import(calls, facts_of(LogFormat::kAzure), wishes);
  REQUIRE_FALSE(misspelt);
  CHECK(contains(misspelt.error().front().text(), "did you mean \"sonnet-5.5\"?"));
  wishes = {.path = folder / "mine.json", .tier = "gold"};
  CHECK_FALSE(import(calls, facts_of(LogFormat::kAzure), wishes));
}

// Agents: each call reads all that its session has written so far; pauses now and then outlast the
// cache.
std::vector<ImportedCall> agent_log(CacheTtl ttl) {
  const Duration start{UnixTime::parse("2026-11-02T09:00:00Z")->nanoseconds};
  std::vector<ImportedCall> calls;
  for (std::int64_t session = 0; session < 12; ++session) {
    std::int64_t cached = 0;
    Duration at = start + minutes(7) * session;
    for (int turn = 0; turn < 40; ++turn) {
      const bool is_pause = turn == 20;
      at += is_pause ? minutes(20) : seconds(25 + turn % 7);
      const std::int64_t written = 900 + 37 * (turn % 11);
      const std::int64_t shared = session > 0 ? 15'000 : 0;
      const bool is_lost = is_pause && ttl == CacheTtl::kFiveMinutes;
      const std::int64_t read = turn == 0 ? shared : is_lost ? 0 : cached;
      cached = turn == 0 ? 15'000 + written : cached + written;
      calls.push_back(cached_call(at, session, read, cached - read, ttl));
    }
  }
  std::stable_sort(calls.begin(), calls.end(),
                   [](const auto& a, const auto& b) { return a.request.at < b.request.at; });
  return calls;
}

TEST_CASE("a simulation of the imported log reads from its cache what the log read") {
  for (const CacheTtl ttl : {CacheTtl::kFiveMinutes, CacheTtl::kOneHour}) {
    const TemporaryFolder folder;
    const auto made = import(agent_log(ttl), facts_of(LogFormat::kClaudeCode, true, true),
                             {.path = folder / "mine.json"});
    REQUIRE(made);
    REQUIRE(made->result.cache);
    CHECK(made->result.cache->in_log > 0.8);
    CHECK(made->result.cache->simulated == Approx(made->result.cache->in_log).margin(0.02));
    CHECK(contains(made->text, ttl == CacheTtl::kOneHour ? "\"1h\"" : "\"5m\""));
  }
}

TEST_CASE("a log with usage says what it cost and which tiers it fits") {
  const TemporaryFolder folder;
  const auto made =
      import(agent_log(CacheTtl::kFiveMinutes), facts_of(LogFormat::kClaudeCode, true, true),
             {.path = folder / "mine.json"});
  REQUIRE(made);
  REQUIRE(made->result.cost);
  CHECK(made->result.cost->total > Money{});
  CHECK(made->result.from == "2026-11-02T09:00:25Z");
  std::vector<std::string> tiers;
  for (const TierFit& one : made->result.tiers) {
    tiers.push_back(one.tier);
    CHECK(one.fits() == true);
    CHECK_FALSE(one.binding_limit.empty());
  }
  CHECK(tiers == std::vector<std::string>{"start", "build", "scale"});
}

TEST_CASE("the import of a log without usage says nothing of money") {
  const TemporaryFolder folder;
  const auto made = import({call_at(seconds(1), 10, 1)}, facts_of(LogFormat::kAzure),
                           {.path = folder / "mine.json"});
  REQUIRE(made);
  CHECK_FALSE(made->result.cost);
  CHECK(made->result.tiers.empty());
}

TEST_CASE("calls of different models keep their distance in time") {
  const TemporaryFolder folder;
  std::vector<ImportedCall> calls = {call_at(seconds(10), 100, 1), call_at(seconds(70), 100, 1)};
  calls[0].request.model = "haiku-5.5";
  calls[1].request.model = "opus-5.5";
  auto made = import(calls, facts_of(LogFormat::kCsv), {.path = folder / "mine.json"});
  REQUIRE(made);
  const auto loaded = scenario::load_scenario_text(made->text, "mine.json", {}, shipped_catalog());
  REQUIRE(loaded);
  CHECK(loaded->plan.workloads[0].starts == kRunStart);
  CHECK(loaded->plan.workloads[1].starts == kRunStart + seconds(60));
  CHECK(loaded->plan.duration == seconds(61));
}

}  // namespace
}  // namespace sluice::importer
