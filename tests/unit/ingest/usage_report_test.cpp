#include "ingest/usage_report.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "ingest/line_reader.hpp"
#include "ingest/usage_report_log.hpp"
#include "support/catch.hpp"
#include "support/schema.hpp"

namespace {

using namespace sluice;
using namespace sluice::ingest;

// As the documentation shows a page (usage-cost-api, 2026-08), with every dimension.
const char* const kUsagePage = R"({"data": [
  {"starting_at": "2026-11-01T00:00:00Z", "ending_at": "2026-11-02T00:00:00Z", "results": [
    {"account_id": "acct_PLANTED", "api_key_id": "PLANTED KEY", "uncached_input_tokens": 1500,
     "cache_creation": {"ephemeral_1h_input_tokens": 1000, "ephemeral_5m_input_tokens": 500},
     "cache_read_input_tokens": 200, "output_tokens": 700,
     "server_tool_use": {"web_search_requests": 10}, "model": "claude-haiku-4-5-20251001",
     "workspace_id": "wrkspc_01", "service_tier": "batch", "context_window": "0-200k",
     "speed": "fast", "inference_geo": "us", "news": {"free": "PLANTED"}}]},
  {"starting_at": "2026-11-02T00:00:00Z", "ending_at": "2026-11-03T00:00:00Z", "results": []}],
  "has_more": true, "next_page": "page_MjAy"})";

const char* const kCostPage = R"({"data": [
  {"starting_at": "2026-11-01T00:00:00Z", "ending_at": "2026-11-02T00:00:00Z", "results": [
    {"currency": "USD", "amount": "123.78912", "workspace_id": null, "cost_type": "tokens",
     "description": "Claude Usage - PLANTED", "model": "claude-haiku-4-5-20251001",
     "service_tier": "standard", "token_type": "output_tokens", "context_window": "0-200k",
     "inference_geo": "global"},
    {"currency": "USD", "amount": "-0.0000000001", "cost_type": null}]}],
  "has_more": false, "next_page": null})";

FieldResult<UsageReport> parse(std::string text) {
  const std::size_t size = text.size();
  text.append(kLinePadding, '\0');
  return parse_usage_report(std::string_view(text).substr(0, size));
}

struct Folder {
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string write(const std::string& name, const std::string& text) const {
    const std::string file = (path / name).string();
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("sluice_usage_" + std::to_string(getpid()));
};

std::vector<ImportedCall> calls_of(const std::string& path, ImportFacts* facts = nullptr) {
  ImportOptions options;
  options.paths = {path};
  auto source = open_usage_report(options);
  if (!source) FAIL(source.error().text());
  std::vector<ImportedCall> calls;
  ImportedCall call;
  for (;;) {
    const auto more = (*source)->next(call);
    if (!more) FAIL(more.error().text());
    if (!*more) break;
    calls.push_back(call);
  }
  if (facts != nullptr) *facts = (*source)->facts();
  return calls;
}

TEST_CASE("a page of usage has tokens and what they were grouped by") {
  const auto report = parse(kUsagePage);
  REQUIRE(report);
  CHECK(report->problems.empty());
  CHECK(report->next_page == "page_MjAy");
  CHECK(report->empty_intervals == 1);
  REQUIRE(report->usage.size() == 1);
  const UsageRow& row = report->usage[0];
  CHECK(row.start.text() == "2026-11-01T00:00:00Z");
  CHECK(row.covers == hours(24));
  CHECK(row.usage == Usage{1500, 500, 1000, 200, 700});
  CHECK(row.web_search_requests == 10);
  CHECK(row.group ==
        ReportGroup{"claude-haiku-4-5-20251001", "wrkspc_01", "batch", "0-200k", "fast", "us"});
}

TEST_CASE("a page of costs has exact money, of cents in a text") {
  const auto report = parse(kCostPage);
  REQUIRE(report);
  REQUIRE(report->cost.size() == 2);
  CHECK(report->cost[0].amount == Money::from_decimal("1.2378912").value());
  CHECK(report->cost[0].token_type == "output_tokens");
  CHECK(report->cost[1].amount == Money::from_picodollars(-1));
  CHECK(report->next_page.empty());
}

TEST_CASE("what is written is read back the same, and has no text that was not asked for") {
  UsageReport report = parse(kUsagePage).value();
  report.cost = parse(kCostPage).value().cost;
  const std::string text = usage_report_json(report);
  CHECK(text.find("PLANTED") == text.npos);
  const auto again = parse(text);
  REQUIRE(again);
  CHECK(again->usage == report.usage);
  CHECK(again->cost == report.cost);
}

TEST_CASE("the file of a usage report keeps its published schema, whatever the API left out") {
  testing::check_published("usage-report.schema.json", usage_report_schema());
  UsageReport report = parse(kUsagePage).value();
  report.cost = parse(kCostPage).value().cost;
  for (const UsageReport& one : {UsageReport{}, report}) {
    testing::check_published_fits("usage-report.schema.json", usage_report_json(one));
  }
}

TEST_CASE("a row that is malformed is left out and named, the others stay") {
  const std::string begin =
      R"({"data":[{"starting_at":"2026-11-01T00:00:00Z","ending_at":"2026-11-02T00:00:00Z",)"
      R"("results":[{"uncached_input_tokens":1,"output_tokens":2,"model":"m"},)";
  const auto problem = [&](const std::string& row) {
    const auto report = parse(begin + row + "]}]}");
    REQUIRE(report);
    CHECK(report->usage.size() == 1);
    REQUIRE(report->problems.size() == 1);
    return report->problems[0];
  };
  CHECK(problem(R"({"output_tokens":2})") ==
        "data.0.results.1: uncached_input_tokens is missing; expected a number of tokens");
  CHECK(problem(R"({"uncached_input_tokens":-1,"output_tokens":2})") ==
        "data.0.results.1: uncached_input_tokens is not a whole number from 0 to 1000000000000");
  CHECK(problem(R"({"uncached_input_tokens":1e30,"output_tokens":2})") ==
        "data.0.results.1: uncached_input_tokens is not a whole number from 0 to 1000000000000");
  CHECK(problem(R"({"amount":12})") == "data.0.results.1: amount is not a text");
  CHECK(problem(R"({"amount":"0.00000000001"})") ==
        "data.0.results.1: amount is not a text with cents, as 123.45, below a billion dollars");
  CHECK(problem(R"("PLANTED")") == "data.0.results.1: is not an object");
}

TEST_CASE("an interval without a time that can be is left out") {
  const auto report =
      parse(R"({"data":[{"starting_at":"2026-11-02T00:00:00Z","ending_at":"2026-11-01T00:00:00Z",)"
            R"("results":[]},{"starting_at":"soon","ending_at":"2026-11-01T00:00:00Z"},7]})");
  REQUIRE(report);
  CHECK(report->problems ==
        std::vector<std::string>{
            "data.0: ending_at is not after starting_at",
            "data.1: starting_at is not an instant of RFC 3339 of the years 1970 to 2069",
            "data.2: is not an object"});
}

TEST_CASE("what is no report is an error that says what would be one") {
  for (const char* const text :
       {"{}", "[1]", "7", R"({"sluice_usage":2})", R"([{"data":[]},{}])"}) {
    INFO(text);
    const auto report = parse(text);
    REQUIRE_FALSE(report);
    CHECK_THAT(report.error(), Catch::Contains("this is no usage report"));
  }
  CHECK_THAT(parse(R"({"data":[)").error(), Catch::Contains("is not valid JSON"));
}

TEST_CASE("each row of a report is all calls of an interval") {
  const Folder folder;
  ImportFacts facts;
  const auto calls = calls_of(folder.write("page.json", kUsagePage), &facts);
  REQUIRE(calls.size() == 1);
  CHECK(UnixTime{ns(calls[0].request.at)}.text() == "2026-11-01T00:00:00Z");
  CHECK(calls[0].covers == hours(24));
  CHECK(calls[0].request.model == "claude-haiku-4-5-20251001");
  CHECK(calls[0].request.input_tokens == 3200);
  CHECK(calls[0].request.output_tokens == 700);
  CHECK(calls[0].usage == Usage{1500, 500, 1000, 200, 700});
  CHECK(calls[0].is_batch);
  CHECK(calls[0].is_fast);
  CHECK(calls[0].is_us_only);
  CHECK(calls[0].web_searches == 10);
  CHECK(facts.format == LogFormat::kUsageReport);
  CHECK(facts.has_dates);
}

TEST_CASE("pages come one a file, as an array, one a line, or as usage pull writes them") {
  const Folder folder;
  const std::string page = R"({"data":[{"starting_at":"2026-11-01T00:00:00Z",)"
                           R"("ending_at":"2026-11-01T01:00:00Z","results":[)"
                           R"({"uncached_input_tokens":1,"output_tokens":2,"model":"m"}]}]})";
  CHECK(calls_of(folder.write("one.json", page)).size() == 1);
  CHECK(calls_of(folder.write("array.json", "[" + page + ",\n" + page + "]")).size() == 2);
  CHECK(calls_of(folder.write("lines.jsonl", page + "\n" + page + "\n" + page + "\n")).size() == 3);
  const std::string own = usage_report_json(parse(kUsagePage).value());
  CHECK(calls_of(folder.write("own.json", own)).size() == 1);
}

TEST_CASE("rows of nothing and costs are not calls") {
  const Folder folder;
  UsageReport report = parse(kUsagePage).value();
  report.cost = parse(kCostPage).value().cost;
  report.usage.push_back(report.usage[0]);
  report.usage[1].usage = {};
  ImportFacts facts;
  CHECK(calls_of(folder.write("own.json", usage_report_json(report)), &facts).size() == 1);
  CHECK(facts.not_calls == 3);
}

}  // namespace
