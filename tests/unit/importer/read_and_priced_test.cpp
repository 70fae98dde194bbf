// Logs in files, through their readers: which workload their calls become and what they have cost.
#include <algorithm>

#include "importer/import.hpp"
#include "importer/lanes.hpp"
#include "ingest/import_source.hpp"
#include "support/catch.hpp"
#include "support/dollars.hpp"
#include "support/process.hpp"
#include "support/shipped_catalog.hpp"

namespace sluice::importer {
namespace {

using ingest::LogFormat;
using testing::dollars;
using testing::shipped_catalog;
using testing::TemporaryFolder;

ImportResult imported(LogFormat format, const std::string& text) {
  const TemporaryFolder folder;
  ingest::ImportOptions options;
  options.paths = {folder.write("log.jsonl", text)};
  options.format = format;
  auto source = ingest::open_import(options);
  REQUIRE(source);
  Monitor monitor;
  const ImportWishes wishes{.path = folder / "mine.json"};
  const auto made = import_log(**source, wishes, shipped_catalog(), monitor);
  REQUIRE(made);
  return made->result;
}

bool notes_say(const ImportResult& made, const std::string& part) {
  return std::any_of(made.notes.begin(), made.notes.end(),
                     [&](const std::string& note) { return note.find(part) != std::string::npos; });
}

std::string claude_line(const std::string& model) {
  return R"({"type":"assistant","timestamp":"2026-11-01T10:00:00Z","message":{"id":"m","model":")" +
         model + R"(","usage":{"input_tokens":1000,"output_tokens":100}}})" + "\n";
}

TEST_CASE("a model with its context window in brackets is that model") {
  const ImportResult made = imported(LogFormat::kClaudeCode, claude_line("claude-opus-5-5[1m]"));
  REQUIRE(made.workloads.size() == 1);
  CHECK(made.workloads[0].name == "opus-5.5");
  CHECK(made.workloads[0].sizes_for.empty());
  CHECK(made.cost->unpriced == 0);
  CHECK(made.cost->total == dollars("0.006"));
}

TEST_CASE("no cap is judged by what has no price") {
  const ImportResult made = imported(LogFormat::kClaudeCode, claude_line("gpt-5"));
  for (const TierFit& tier : made.tiers) {
    CHECK(tier.cap_judged == !tier.monthly_cap);
    if (tier.monthly_cap) CHECK_FALSE(tier.fits());
  }
  CHECK_FALSE(made.tiers.empty());
  CHECK(made.cost->unpriced == made.cost->calls);
  CHECK(made.cost->calls_today == 0);
  for (const SpentOtherwise& other : made.cost->on_models) {  // of 1,300 and 130 tokens
    if (other.name == "claude-sonnet-5-5") CHECK(other.cost == dollars("0.0039"));
  }
}

TEST_CASE("other models are compared by the calls whose own price is known") {
  std::string second = claude_line("claude-opus-5-5");
  second.replace(second.find("\"m\""), 3, "\"n\"");
  const ImportResult made = imported(LogFormat::kClaudeCode, claude_line("gpt-5") + second);
  CHECK(made.cost->calls == 2);
  CHECK(made.cost->calls_today == 1);
  CHECK(made.cost->today == dollars("0.006"));
  for (const SpentOtherwise& other : made.cost->on_models) {
    if (other.name == "claude-opus-5-5") CHECK(other.cost == made.cost->today);
  }
}

TEST_CASE("a model that stands in for others leaves its name to the real one") {
  std::string second = claude_line("claude-sonnet-5-5");
  second.replace(second.find("\"m\""), 3, "\"n\"");
  const ImportResult made = imported(LogFormat::kClaudeCode, claude_line("gpt-5") + second);
  REQUIRE(made.workloads.size() == 2);
  CHECK(made.workloads[0].name == "sonnet-5.5-other");
  CHECK(made.workloads[0].trace == "mine.sonnet-5.5-other.csv");
  CHECK(made.workloads[1].name == "sonnet-5.5");
  CHECK(made.workloads[1].trace == "mine.sonnet-5.5.csv");
}

std::string report(const std::string& day, const std::string& row) {
  return R"({"data":[{"starting_at":")" + day + R"(T00:00:00Z","ending_at":")" + day +
         R"(T01:00:00Z","results":[{"uncached_input_tokens":1000000,"output_tokens":1000,)" + row +
         "}]}]}\n";
}

// Sonnet 4.5 in early 2026, $ per million: 3 and 15; of prompts above 200,000 tokens 6 and 22.50.
TEST_CASE("a row of a usage report is priced by its window, geography and tier of service") {
  const auto cost_of = [](const std::string& row) {
    const std::string model = R"("model":"claude-sonnet-4-5-20250929")";
    return *imported(LogFormat::kUsageReport, report("2026-02-02", model + row)).cost;
  };
  CHECK(cost_of("").total == dollars("3.015"));
  CHECK(cost_of(R"(,"context_window":"0-200k","service_tier":"standard")").total ==
        dollars("3.015"));
  CHECK(cost_of(R"(,"context_window":"200k-1M")").total == dollars("6.0225"));
  CHECK(cost_of(R"(,"context_window":"200k-1M","service_tier":"batch")").total ==
        dollars("3.01125"));
  const CostSoFar priority = cost_of(R"(,"service_tier":"priority")");
  CHECK(priority.unpriced == priority.calls);
  CHECK(priority.by_model[0].name == "claude-sonnet-4-5-20250929 (priority)");
  const ImportResult us =
      imported(LogFormat::kUsageReport,
               report("2026-11-02", R"("model":"claude-sonnet-5-5","inference_geo":"us")"));
  CHECK(us.cost->total == dollars("2.211"));
}

TEST_CASE("records of fast mode are of the fast workload and cost what they say") {
  const std::string line =
      R"({"workload":"chat","session":1,"turn":0,"attempt":1,"model":"opus-5.5","key":"key-1",)"
      R"("workspace":"default","speed":1,"planned":1.0,"due":1.0,"sent":1.0,"first_token":2.0,)"
      R"("first_answer":2.0,"ended":6.0,"sent_at":"2026-11-21T05:21:13Z",)"
      R"("ended_at":"2026-11-21T05:21:18Z","stream":true,"planned_prompt_tokens":1000,)"
      R"("planned_output_tokens":10,"max_tokens":200,"status":200,"outcome":"ok","cause":null,)"
      R"("error_type":null,"error_code":null,"error_message":null,"transport":null,)"
      R"("reused_connection":true,"request_id":"req_011","date":"2026-11-21T05:21:13Z",)"
      R"("retry_after":null,"should_retry":null,"rate_limits":{"fast_input_tokens":{"limit":50,)"
      R"("remaining":49,"reset":"2026-11-21T05:21:14Z"}},"usage":{"input_tokens":1000,)"
      R"("cache_creation_5m_input_tokens":0,"cache_creation_1h_input_tokens":0,)"
      R"("cache_read_input_tokens":0,"output_tokens":100,"thinking_tokens":0},)"
      R"("stop_reason":"end_turn","priced":true,"cost":{"total":0.013,"input":0.009,"write_5m":0,)"
      R"("write_1h":0,"cache_read":0,"output":0.004,"tools":0},"saved_by_cache":0})";
  const ImportResult made = imported(LogFormat::kRecords, line + "\n");
  REQUIRE(made.workloads.size() == 1);
  CHECK(made.workloads[0].name == "opus-5.5-fast");
  CHECK(made.cost->total == dollars("0.013"));  // not today's
  CHECK(made.cost->today == dollars("0.012"));  // twice the standard
}

TEST_CASE("columns without prefixes say nothing of prefixes") {
  const ImportResult plain =
      imported(LogFormat::kCsv, "at,input_tokens,output_tokens\n0,100,10\n1,100,10\n");
  const ImportResult marked = imported(
      LogFormat::kCsv,
      "at,input_tokens,output_tokens,cached_prefix_id,cached_prefix_tokens\n0,9000,10,1,8000\n");
  const auto says = [](const ImportResult& made) {
    return notes_say(made, "prefixes that the log marks");
  };
  CHECK_FALSE(says(plain));
  CHECK(says(marked));
}

TEST_CASE("of very many models' names a few hundred are told apart") {
  std::string text = "at,input_tokens,output_tokens,model\n";
  for (int i = 0; i < 1'000; ++i) {
    text += std::to_string(i) + ",100,10,model-" + std::to_string(i) + "\n";
  }
  text += "2000,100,10,claude-haiku-5-5\n";
  const ImportResult made = imported(LogFormat::kCsv, text);
  REQUIRE(made.workloads.size() == 2);
  CHECK(made.workloads[0].log_names.size() == kModelNamesMost + 1);
  CHECK(made.workloads[0].log_names.back() == kOtherModels);
  CHECK(made.workloads[0].calls == 1'000);
  CHECK(made.workloads[1].name == "haiku-5.5");
  CHECK(notes_say(made, "700 calls are of models beyond the first 300 names"));
}

}  // namespace
}  // namespace sluice::importer
