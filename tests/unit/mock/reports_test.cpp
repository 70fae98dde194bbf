// usage_report and cost_report tell what was served, whatever the intervals, groups and pages.
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "mock/admin_json.hpp"
#include "support/catch.hpp"
#include "support/mock_client.hpp"

namespace sluice::mock {
namespace {

using test::MemoryReply;
using test::MockClient;
using json = nlohmann::json;

constexpr std::string_view kUsage = "/v1/organizations/usage_report/messages";
constexpr std::string_view kCost = "/v1/organizations/cost_report";

class Reports {
 public:
  Reports()
      : mock(test::mock_plan(R"({"tier": "start", "workspaces": [{"name": "web"}],
                 "keys": [{"name": "a"}, {"name": "b", "workspace": "web"}, {"name": "c"}]})",
                             {.latency = false})) {}

  void serve(std::size_t key, const std::string& model, int tokens, const std::string& more = "") {
    mock.act_as(key);
    const std::string body = R"({"model":")" + model + R"(","max_tokens":)" +
                             std::to_string(tokens) + more +
                             R"(,"messages":[{"role":"user","content":"Count to ten, please."}]})";
    const MemoryReply& reply = mock.post("/v1/messages", body);
    INFO(reply.body);
    REQUIRE(reply.status == 200);
    const json usage = reply.json()["usage"];
    input += usage["input_tokens"].get<std::int64_t>();
    output += usage["output_tokens"].get<std::int64_t>();
  }
  // Traffic of an hour: three keys, two models, one request a minute.
  void serve_an_hour() {
    for (int minute = 0; minute < 60; ++minute) {
      serve(static_cast<std::size_t>(minute % 3),
            minute % 2 == 0 ? "claude-sonnet-5-5" : "claude-haiku-4-5", 5 + minute,
            minute % 4 == 0 ? R"(,"inference_geo":"us")" : "");
      mock.run_for(minutes(1));
    }
  }
  MemoryReply& call(std::string_view path, const std::string& query) {
    const std::string& secret = mock.state().plan.admin_secret;
    return mock.send("GET", std::string(path) + "?" + query, {}, {{"x-api-key", secret}});
  }
  json get(std::string_view path, const std::string& query) {
    const MemoryReply& reply = call(path, query);
    INFO(query << " " << reply.body);
    REQUIRE(reply.status == 200);
    return reply.json();
  }
  // The message of a 400.
  std::string refusal(std::string_view path, const std::string& query) {
    const MemoryReply& reply = call(path, query);
    INFO(query);
    CHECK(reply.status == 400);
    return reply.json()["error"]["message"];
  }
  // What the ledger holds of the day: the money that was booked.
  Money booked() {
    Money sum;
    const UsageLedger& usage = mock.state().usage;
    const auto day = UnixTime::parse("2026-11-20");
    for (const auto& [key, cell] : usage.at(UsageLedger::Width::kDay, *day)) {
      sum += cell.cost.total();
    }
    return sum;
  }

  MockClient mock;
  std::int64_t input = 0;
  std::int64_t output = 0;
};

const std::string kDay = "starting_at=2026-11-20T00:00:00Z&ending_at=2026-11-21T00:00:00Z";

std::int64_t sum_of(const json& report, const char* field) {
  std::int64_t sum = 0;
  for (const json& interval : report["data"]) {
    for (const json& item : interval["results"]) sum += item[field].get<std::int64_t>();
  }
  return sum;
}

Money money_of(const json& report) {
  Money sum;
  for (const json& interval : report["data"]) {
    for (const json& item : interval["results"]) {
      CHECK(item["currency"] == "USD");
      sum += *Money::from_decimal(item["amount"].get<std::string>());
    }
  }
  return sum.divided_rounded(100);  // from cents
}

TEST_CASE("the usage report's sums are what the answers said, by minute, hour and day") {
  Reports reports;
  reports.serve_an_hour();
  for (const char* const width : {"1m&limit=1440", "1h", "1d"}) {
    INFO(width);
    const json report = reports.get(
        kUsage, "starting_at=2026-11-20T20:00:00Z&ending_at=2026-11-21T00:00:00Z&bucket_width=" +
                    std::string(width));
    CHECK(report["has_more"] == false);
    CHECK(sum_of(report, "uncached_input_tokens") == reports.input);
    CHECK(sum_of(report, "output_tokens") == reports.output);
  }
}

TEST_CASE("groups part a sum and do not change it") {
  Reports reports;
  reports.serve_an_hour();
  const struct {
    const char* group;
    std::size_t parts;
  } cases[] = {{"api_key_id", 3},     {"workspace_id", 2}, {"model", 2},
               {"inference_geo", 2},  {"service_tier", 1}, {"speed", 1},
               {"context_window", 1}, {"account_id", 1},   {"service_account_id", 1}};
  for (const auto& [group, parts] : cases) {
    INFO(group);
    const json report = reports.get(kUsage, kDay + "&group_by[]=" + group);
    CHECK(report["data"][0]["results"].size() == parts);
    CHECK(sum_of(report, "output_tokens") == reports.output);
  }
  const json both = reports.get(kUsage, kDay + "&group_by[]=model&group_by[]=api_key_id");
  CHECK(both["data"][0]["results"].size() == 6);
  CHECK(sum_of(both, "output_tokens") == reports.output);
}

TEST_CASE("an item has the documented fields, null where it is not grouped by") {
  Reports reports;
  reports.serve(1, "claude-sonnet-5-5", 9);
  const json report =
      reports.get(kUsage, kDay + "&group_by[]=model&group_by[]=workspace_id&group_by[]=api_key_id");
  CHECK(report["data"][0]["starting_at"] == "2026-11-20T00:00:00Z");
  CHECK(report["data"][0]["ending_at"] == "2026-11-21T00:00:00Z");
  const MockPlan& plan = reports.mock.state().plan;
  CHECK(report["data"][0]["results"][0] ==
        json({{"uncached_input_tokens", reports.input},
              {"cache_creation",
               {{"ephemeral_1h_input_tokens", 0}, {"ephemeral_5m_input_tokens", 0}}},
              {"cache_read_input_tokens", 0},
              {"output_tokens", reports.output},
              {"server_tool_use", {{"web_search_requests", 0}}},
              {"account_id", nullptr},
              {"api_key_id", plan.key_ids[1]},
              {"context_window", nullptr},
              {"inference_geo", nullptr},
              {"model", "claude-sonnet-5-5"},
              {"service_account_id", nullptr},
              {"service_tier", nullptr},
              {"speed", nullptr},
              {"workspace_id", plan.workspace_ids[1]}}));
}

TEST_CASE("filters keep what they name, and those of one kind add up") {
  Reports reports;
  reports.serve_an_hour();
  const MockPlan& plan = reports.mock.state().plan;
  std::int64_t sum = 0;
  for (const std::string& key : plan.key_ids) {
    sum += sum_of(reports.get(kUsage, kDay + "&api_key_ids[]=" + key), "output_tokens");
  }
  CHECK(sum == reports.output);
  const json two = reports.get(
      kUsage, kDay + "&api_key_ids[]=" + plan.key_ids[0] + "&api_key_ids[]=" + plan.key_ids[1]);
  CHECK(sum_of(two, "output_tokens") < reports.output);
  CHECK(reports.get(kUsage, kDay + "&models[]=claude-opus-5-5")["data"][0]["results"].empty());
  const json us = reports.get(kUsage, kDay + "&inference_geos[]=us&group_by[]=inference_geo");
  REQUIRE(us["data"][0]["results"].size() == 1);
  CHECK(us["data"][0]["results"][0]["inference_geo"] == "us");
}

TEST_CASE("pages joined are the whole report") {
  Reports reports;
  reports.serve_an_hour();
  const std::string query =
      "starting_at=2026-11-20T22:00:00Z&ending_at=2026-11-20T23:00:00Z&bucket_width=1m";
  const json whole = reports.get(kUsage, query + "&limit=60");
  REQUIRE(whole["data"].size() == 60);
  json joined = json::array();
  std::string page;
  int pages = 0;
  for (bool more = true; more; ++pages) {
    const json part = reports.get(kUsage, query + "&limit=25" + page);
    for (const json& interval : part["data"]) joined.push_back(interval);
    more = part["has_more"];
    CHECK(more == !part["next_page"].is_null());
    if (more) page = "&page=" + part["next_page"].get<std::string>();
  }
  CHECK(pages == 3);
  CHECK(joined == whole["data"]);
}

TEST_CASE("intervals without traffic have no results, and none lies in the future") {
  Reports reports;
  reports.serve(0, "claude-sonnet-5-5", 9);
  const json report = reports.get(
      kUsage, "starting_at=2026-11-18T12:00:00Z&ending_at=2026-12-01T00:00:00Z&limit=31");
  REQUIRE(report["data"].size() == 3);
  CHECK(report["data"][0]["starting_at"] == "2026-11-18T00:00:00Z");
  CHECK(report["data"][0]["results"].empty());
  CHECK(report["data"][2]["results"].size() == 1);
  CHECK(reports.get(kUsage, "starting_at=2027-01-01T00:00:00Z")["data"].empty());
}

TEST_CASE("a page has as many intervals as are documented") {
  Reports reports;
  const auto count = [&](const std::string& more) {
    return reports.get(kUsage, "starting_at=2026-01-01T00:00:00Z&" + more)["data"].size();
  };
  CHECK(count("bucket_width=1m") == 60);
  CHECK(count("bucket_width=1h") == 24);
  CHECK(count("") == 7);
  CHECK(count("bucket_width=1m&limit=1440") == 1440);
  CHECK(count("bucket_width=1h&limit=168") == 168);
  CHECK(count("limit=31") == 31);
  for (const char* const more :
       {"bucket_width=1m&limit=1441", "bucket_width=1h&limit=169", "limit=32", "limit=0"}) {
    CHECK(reports.refusal(kUsage, "starting_at=2026-01-01T00:00:00Z&" + std::string(more))
              .starts_with("limit: "));
  }
}

TEST_CASE("the cost report's amounts are the money that was booked, however it is grouped") {
  Reports reports;
  reports.serve_an_hour();
  REQUIRE(reports.booked() > Money{});
  for (const char* const groups : {"", "&group_by[]=workspace_id", "&group_by[]=description",
                                   "&group_by[]=workspace_id&group_by[]=description"}) {
    INFO(groups);
    CHECK(money_of(reports.get(kCost, kDay + groups)) == reports.booked());
  }
}

TEST_CASE("a cost item says what it is for") {
  Reports reports;
  reports.serve(1, "claude-sonnet-5-5", 9, R"(,"inference_geo":"us")");
  const json plain = reports.get(kCost, kDay)["data"][0]["results"];
  REQUIRE(plain.size() == 1);
  CHECK(plain[0]["description"].is_null());
  CHECK(plain[0]["workspace_id"].is_null());
  CHECK(plain[0]["amount"] == cents_text(reports.booked()));
  const json items = reports.get(
      kCost, kDay + "&group_by[]=description&group_by[]=workspace_id")["data"][0]["results"];
  REQUIRE(items.size() == 2);
  CHECK(items[0]["description"] == "Claude Sonnet 5.5 Usage - Input Tokens, US");
  CHECK(items[0]["cost_type"] == "tokens");
  CHECK(items[0]["token_type"] == "uncached_input_tokens");
  CHECK(items[0]["model"] == "claude-sonnet-5-5");
  CHECK(items[0]["inference_geo"] == "us");
  CHECK(items[0]["service_tier"] == "standard");
  CHECK(items[0]["context_window"] == "0-200k");
  CHECK(items[0]["workspace_id"] == reports.mock.state().plan.workspace_ids[1]);
  CHECK(items[1]["token_type"] == "output_tokens");
  const json all = reports.get(kCost, kDay + "&group_by[]=description")["data"][0]["results"];
  CHECK(all[0]["workspace_id"].is_null());
}

TEST_CASE("queries that make no sense are 400 and name the parameter") {
  Reports reports;
  const std::string start = "starting_at=2026-11-20T00:00:00Z";
  CHECK(reports.refusal(kUsage, "") == "starting_at: Field required");
  CHECK(reports.refusal(kUsage, "starting_at=yesterday").starts_with("starting_at: "));
  CHECK(reports.refusal(kUsage, start + "&ending_at=2026-11-20T00:00:00Z") ==
        "ending_at: must be after starting_at");
  CHECK(reports.refusal(kUsage, start + "&bucket_width=1w").starts_with("bucket_width: "));
  CHECK(reports.refusal(kUsage, start + "&group_by[]=colour").starts_with("group_by: "));
  CHECK(reports.refusal(kUsage, start + "&group_by[]=description").starts_with("group_by: "));
  CHECK(reports.refusal(kUsage, start + "&page=x").starts_with("page: "));
  CHECK(reports.refusal(kUsage, start + "&page=" + page_token(1)).starts_with("page: "));
  CHECK(reports.refusal(kCost, start + "&bucket_width=1h") == "bucket_width: Input should be '1d'");
  CHECK(reports.refusal(kCost, start + "&group_by[]=model").starts_with("group_by: "));
}

}  // namespace
}  // namespace sluice::mock
