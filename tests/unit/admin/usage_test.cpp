// Usage and cost reports over a mock without sockets: pages, sums by day and model, and money that
// agrees to the last digit.
#include <string>

#include "admin/pull_usage.hpp"
#include "admin/summarise_usage.hpp"
#include "support/shipped_catalog.hpp"
#include "unit/admin/admin_ports.hpp"

namespace {

using namespace sluice;
using namespace sluice::test;
using namespace sluice::admin;
using testing::shipped_catalog;

CivilDate day(const char* text) { return CivilDate::parse(text).value(); }

struct MockUsage {
  MockUsage()
      : mock(mock_plan(R"({"tier": "scale", "workspaces": [{"name": "web"}],
                           "keys": [{"name": "a"}, {"name": "b", "workspace": "web"}]})",
                       {.latency = false})),
        outside([this](const live::FetchRequest& request) { return ask(mock, request); }) {}
  void say(const char* model, const char* more = "") {
    const std::string body = std::string(R"({"model":")") + model +
                             R"(","max_tokens":50,"messages":[{"role":"user","content":"Hello"}])" +
                             more + "}";
    mock.message(body);
    mock.run_for(seconds(30));
  }
  Result<ingest::UsageReport> pull(const UsageSpan& span) {
    AdminClient client = outside.client(admin_key(mock.state().plan.admin_secret));
    return pull_usage(client, span);
  }
  MockClient mock;  // its calendar begins on 2026-11-20 at 22:00
  Outside outside;
};

TEST_CASE("what the mock served is what is pulled, and costs what the catalog says") {
  MockUsage usage;
  usage.say("claude-haiku-4-5-20251001");
  usage.say("claude-haiku-4-5-20251001", R"(,"inference_geo":"us")");
  usage.mock.act_as(1);
  usage.say("claude-sonnet-5-5");
  usage.mock.run_for(hours(3));  // into the next day
  usage.say("claude-sonnet-5-5");
  const auto report = usage.pull({.first = day("2026-11-19"), .last = day("2026-11-21")});
  REQUIRE(report);
  CHECK(report->problems.empty());
  CHECK(report->usage.size() >= 3);
  const UsageSummary summary = summarise_usage(*report, shipped_catalog());
  REQUIRE(summary.rows.size() == 3);
  CHECK(summary.rows[0].day == day("2026-11-20"));
  CHECK(summary.rows[0].what == shipped_catalog().model("haiku-4.5")->id);
  CHECK(summary.rows[1].what == "claude-sonnet-5-5");
  CHECK(summary.rows[2].day == day("2026-11-21"));
  CHECK(summary.notes.empty());
  for (const UsageOfDay& row : summary.rows) {
    INFO(row.day.text() << " " << row.what);
    CHECK(row.usage.output_tokens > 0);
    REQUIRE(row.reported);
    CHECK(*row.reported > Money{});
    CHECK(row.difference() == Money{});
  }
  CHECK(summary.total.difference() == Money{});
  CHECK(summary.totals.size() == 2);
  CHECK(summary.not_compared.empty());
}

TEST_CASE("reports are read page after page within the API's most intervals") {
  MockUsage usage;
  usage.say("claude-sonnet-5-5");
  const auto report = usage.pull(
      {.first = day("2026-11-20"), .last = day("2026-11-20"), .width = ReportWidth::kMinute});
  REQUIRE(report);
  REQUIRE(report->usage.size() == 1);
  CHECK(report->usage[0].covers == minutes(1));
  CHECK(report->usage[0].start.text() == "2026-11-20T22:00:00Z");
  // 22 hours and a minute of minutes, 360 a page, and the costs.
  CHECK(usage.outside.paths.size() == 5);
  CHECK_THAT(usage.outside.paths[0], Catch::Contains("bucket_width=1m&limit=360"));
  const auto hourly = usage.pull(
      {.first = day("2026-11-01"), .last = day("2026-11-20"), .width = ReportWidth::kHour});
  REQUIRE(hourly);
  CHECK(usage.outside.paths.size() == 5 + 3 + 1);
}

TEST_CASE("widths are named as the API names them") {
  CHECK(report_width_named("1m").value() == ReportWidth::kMinute);
  CHECK(name(report_width_named("1h").value()) == "1h");
  CHECK_THAT(report_width_named("2h").error().message, Catch::Contains("1m, 1h, 1d"));
}

ingest::UsageReport one_row(const char* model, ingest::ReportGroup group = {}) {
  group.model = model;
  ingest::UsageReport report;
  report.usage.push_back({.start = UnixTime::parse("2026-11-20").value(),
                          .covers = hours(24),
                          .group = group,
                          .usage = {.input_tokens = 1'000'000, .output_tokens = 1'000'000},
                          .web_search_requests = 0});
  return report;
}

ingest::CostRow cost_row(const char* cents) {
  return {.start = UnixTime::parse("2026-11-20").value(),
          .covers = hours(24),
          .group = {.model = "claude-haiku-4-5-20251001"},
          .amount = Money::from_decimal(cents).value().divided_rounded(100),
          .currency = "USD",
          .cost_type = "tokens",
          .token_type = "output_tokens"};
}

TEST_CASE("the difference is the report's money less the catalog's") {
  ingest::UsageReport report = one_row("claude-haiku-4-5-20251001");
  const Money price = *summarise_usage(report, shipped_catalog()).rows.at(0).computed;
  CHECK(price == Money::from_dollars(6));  // $1 and $5 a million tokens
  report.cost.push_back(cost_row("650.25"));
  const UsageSummary summary = summarise_usage(report, shipped_catalog());
  REQUIRE(summary.rows.size() == 1);
  CHECK(summary.rows[0].difference() == Money::from_decimal("0.5025").value());
}

TEST_CASE("batches, fast mode and geography have their own prices") {
  const auto price = [](const ingest::ReportGroup& group) {
    return summarise_usage(one_row("claude-opus-5-5", group), shipped_catalog())
        .rows.at(0)
        .computed.value();
  };
  const Money plain = price({});
  CHECK(price({.service_tier = "batch"}) * 2 == plain);
  CHECK(price({.speed = "fast"}) > plain);
  CHECK(price({.inference_geo = "us"}) * 10 == plain * 11);
  CHECK(price({.service_tier = "standard",
               .context_window = "0-200k",
               .speed = "standard",
               .inference_geo = "global"}) == plain);
}

TEST_CASE("what has no price is named, and not priced as nothing") {
  const UsageSummary unknown = summarise_usage(one_row("claude-next-9"), shipped_catalog());
  CHECK_FALSE(unknown.total.computed);
  CHECK(unknown.notes.at(0) == "the catalog has no price for claude-next-9");
  const UsageSummary priority =
      summarise_usage(one_row("claude-opus-5-5", {.service_tier = "priority"}), shipped_catalog());
  CHECK_FALSE(priority.total.computed);
  CHECK(priority.notes.at(0) == "the catalog has no price for claude-opus-5-5 (priority)");
}

TEST_CASE("searches are paid for apart from tokens") {
  ingest::UsageReport report = one_row("claude-opus-5-5");
  report.usage[0].web_search_requests = 250;
  ingest::CostRow cost = cost_row("250");
  cost.cost_type = "web_search";
  report.cost.push_back(cost);
  const UsageSummary summary = summarise_usage(report, shipped_catalog());
  REQUIRE(summary.rows.size() == 2);
  CHECK(summary.rows[1].what == "web_search");
  CHECK(summary.rows[1].computed == Money::from_decimal("2.5").value());
  CHECK(summary.rows[1].difference() == Money{});
}

TEST_CASE("a row that was left out is said") {
  ingest::UsageReport report = one_row("claude-opus-5-5");
  report.problems = {"data.0.results.1: amount is not a text"};
  ingest::CostRow euro = cost_row("5");
  euro.currency = "EUR";
  report.cost.push_back(euro);
  const UsageSummary summary = summarise_usage(report, shipped_catalog());
  REQUIRE(summary.notes.size() == 3);
  CHECK_THAT(summary.notes[0], Catch::Contains("not in the cost report"));
  CHECK_THAT(summary.notes[1], Catch::Contains("not in USD"));
  CHECK_THAT(summary.notes[2], Catch::Contains("data.0.results.1"));
}

TEST_CASE("the difference of all is of the rows that have one; the rest is named beside it") {
  ingest::UsageReport report = one_row("claude-haiku-4-5-20251001");
  report.cost.push_back(cost_row("600"));
  ingest::CostRow execution = cost_row("500");
  execution.group.model.clear();
  execution.cost_type = "code_execution";
  report.cost.push_back(execution);
  report.usage.push_back(report.usage[0]);  // the day after, not in the cost report yet
  report.usage[1].start = UnixTime::parse("2026-11-21").value();
  const UsageSummary summary = summarise_usage(report, shipped_catalog());
  CHECK(summary.total.reported == Money::from_dollars(6));
  CHECK(summary.total.difference() == Money{});
  REQUIRE(summary.not_compared.size() == 2);
  CHECK(summary.not_compared[0].reported == Money::from_dollars(5));
  CHECK_FALSE(summary.not_compared[0].computed);
  CHECK(summary.not_compared[1].computed == Money::from_dollars(6));
  CHECK_FALSE(summary.not_compared[1].reported);
  REQUIRE(summary.totals.size() == 3);
  CHECK(summary.totals[0].difference() == Money{});
  CHECK_FALSE(summary.totals[1].difference());
  CHECK_FALSE(summary.totals[2].difference());
  REQUIRE(summary.notes.size() == 2);
  CHECK_THAT(summary.notes[0], Catch::Contains("code_execution"));
  CHECK_THAT(summary.notes[1], Catch::Contains("claude-haiku-4-5-20251001"));
}

TEST_CASE("pages are foreseen, and waits between them say what is left") {
  UsageSpan year{.first = day("2025-11-21"), .last = day("2026-11-21")};
  CHECK(pages_of(year) == 12 + 12);
  year.width = ReportWidth::kHour;
  CHECK(pages_of(year) == 53 + 12);
  CHECK(AdminClient::pauses(pages_of(year)) == minutes(5));
  CHECK(AdminClient::pauses(60) == Duration{});
  year.width = ReportWidth::kMinute;
  CHECK(pages_of(year) == 366 * 4 + 12);
  int page = 0;
  Outside outside([&page](const live::FetchRequest&) {
    ++page;
    return answer(200, page < 62 ? R"({"data":[],"has_more":true,"next_page":")" +
                                       std::to_string(page) + R"("})"
                                 : std::string(R"({"data":[],"has_more":false})"));
  });
  AdminClient client = outside.client();
  REQUIRE(pull_usage(client, year));
  REQUIRE(outside.reasons.size() == 3);
  CHECK(outside.reasons[0] == "60 of about 1,476 requests to the Admin API, about 23.60 h left");
}

}  // namespace
