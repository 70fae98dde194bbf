// Limits over a mock without sockets, and over answers of both shapes: read, compared, written.
#include <algorithm>
#include <string>

#include "admin/compare_limits.hpp"
#include "admin/limits_overlay.hpp"
#include "admin/pull_limits.hpp"
#include "describe/json.hpp"
#include "describe/pointer.hpp"
#include "support/shipped_catalog.hpp"
#include "unit/admin/admin_ports.hpp"

namespace {

using namespace sluice;
using namespace sluice::test;
using namespace sluice::admin;
using describe::Value;
using testing::shipped_catalog;

constexpr const char* kOrganization = R"({"tier": "build",
  "limits": {"opus-5.5": {"requests_per_minute": 7000, "output_tokens_per_minute": 500000},
             "haiku-4.5": {"input_tokens_per_minute_cache_aware": "unlimited"}},
  "spend": {"organization_limit": 500.5},
  "workspaces": [
    {"name": "web", "spend_limit": 20,
     "limits": {"sonnet-5.5": {"requests_per_minute": 7, "tokens_per_day": 1000000}}},
    {"name": "app"}]})";

struct MockOrganization {
  explicit MockOrganization(const char* organization = kOrganization)
      : mock(mock_plan(organization, {.latency = false})),
        outside([this](const live::FetchRequest& request) { return ask(mock, request); }) {}
  PulledLimits pull() {
    AdminClient client = outside.client(admin_key(mock.state().plan.admin_secret));
    auto pulled = pull_limits(client);
    if (!pulled) FAIL(pulled.error().text());
    return *pulled;
  }
  MockClient mock;
  Outside outside;
};

CompareOptions on_day(const char* day = "2026-11-21") {
  return {.at = UnixTime::parse(day).value(), .target = "http://test"};
}

LimitsComparison compared(const PulledLimits& pulled, CompareOptions options = on_day()) {
  auto made = compare_limits(pulled, shipped_catalog(), options);
  if (!made) FAIL(made.error().text());
  return *made;
}

const LimitRow& row(const LimitsComparison& made, const std::string& group,
                    const std::string& type) {
  const auto found = std::find_if(made.rows.begin(), made.rows.end(), [&](const LimitRow& one) {
    return one.group == group && one.type == type;
  });
  INFO(group << " " << type);
  REQUIRE(found != made.rows.end());
  return *found;
}

// A server with one list of rate limits.
PulledLimits pulled_from(const std::string& rate_limits) {
  Outside outside([&](const live::FetchRequest& request) {
    if (request.path == "/v1/organizations/rate_limits") return answer(200, rate_limits);
    if (request.path.find("workspaces") != std::string::npos) {
      return answer(200, R"({"data":[],"has_more":false})");
    }
    return answer(404, R"({"error":{"message":"no"}})");
  });
  AdminClient client = outside.client();
  auto pulled = pull_limits(client);
  if (!pulled) FAIL(pulled.error().text());
  return *pulled;
}

TEST_CASE("limits, workspaces and spending come whole from the mock") {
  MockOrganization organization;
  const PulledLimits pulled = organization.pull();
  CHECK_FALSE(pulled.organization.id.empty());
  CHECK(pulled.notes.empty());
  REQUIRE(pulled.workspaces.size() == 2);
  CHECK(pulled.workspaces[0].name == "web");
  REQUIRE(pulled.workspaces[0].groups.size() == 1);
  CHECK(pulled.workspaces[0].groups[0].limits.size() == 2);
  REQUIRE(pulled.spend);
  CHECK(pulled.spend->size() == 3);
}

TEST_CASE("the tier that was changed is still the nearest, and what differs is named") {
  MockOrganization organization;
  const LimitsComparison made = compared(organization.pull());
  CHECK(made.tier == "build");
  CHECK(made.differences() == 3);
  CHECK(row(made, "opus-5.5", "requests_per_minute").difference == LimitDifference::kAbove);
  CHECK(row(made, "opus-5.5", "requests_per_minute").published == 5000);
  CHECK(row(made, "opus-5.5", "output_tokens_per_minute").difference == LimitDifference::kBelow);
  const LimitRow& missing = row(made, "haiku-4.5", "input_tokens_per_minute_cache_aware");
  CHECK(missing.difference == LimitDifference::kMissing);
  CHECK(missing.published == 5'000'000);
  CHECK(row(made, "sonnet-5", "requests_per_minute").difference == LimitDifference::kSame);
  CHECK(row(made, "batch", "enqueued_batch_requests").yours == 300'000);
  CHECK(row(made, "token_count", "requests_per_minute").difference == LimitDifference::kSame);
  REQUIRE(made.workspaces.size() == 1);
  CHECK(made.workspaces[0].rows[0].published == 5000);
  REQUIRE(made.spend.size() == 3);
  CHECK(made.spend[2].what == "tier cap");
  CHECK(made.spend[2].difference == LimitDifference::kSame);
}

TEST_CASE("an organization of every tier is found to be of it") {
  for (const char* const tier : {"evaluation", "start", "build", "scale"}) {
    INFO(tier);
    const std::string text = std::string(R"({"tier": ")") + tier + R"("})";
    MockOrganization organization(text.c_str());
    const LimitsComparison made = compared(organization.pull());
    CHECK(made.tier == tier);
    CHECK(made.differences() == 0);
  }
}

TEST_CASE("among tiers that differ as much the one with the nearest numbers is taken") {
  const PulledLimits pulled =
      pulled_from(R"({"data":[{"type":"rate_limit","group":{"id":"rlg_1","type":"model_group",)"
                  R"("display_name":"Claude Opus 5.5"},"models":["claude-opus-5-5"],"limits":[)"
                  R"({"type":"requests_per_minute","value":9000},)"
                  R"({"type":"input_tokens_per_minute_cache_aware","value":9000000},)"
                  R"({"type":"output_tokens_per_minute","value":1900000}]}],"next_page":null})");
  CHECK(compared(pulled).tier == "scale");
}

TEST_CASE("a tier can be asked for, and one that there is not is an error") {
  MockOrganization organization;
  CompareOptions options = on_day();
  options.tier = "scale";
  const LimitsComparison made = compared(organization.pull(), options);
  CHECK(made.tier == "scale");
  CHECK(made.tier_was_given);
  CHECK(row(made, "sonnet-5", "requests_per_minute").difference == LimitDifference::kBelow);
  options.tier = "scal";
  const auto wrong = compare_limits(organization.pull(), shipped_catalog(), options);
  REQUIRE_FALSE(wrong);
  CHECK_THAT(wrong.error().message, Catch::Contains("did you mean \"scale\"?"));
}

TEST_CASE("the older shape of rate limits is understood") {
  const PulledLimits pulled = pulled_from(
      R"({"data":[{"type":"rate_limit","group_type":"model_group","models":["claude-opus-5",)"
      R"("claude-next-9"],"limits":[{"type":"requests_per_minute","value":1000}]},)"
      R"({"type":"rate_limit","group_type":"batch","models":null,"limits":[)"
      R"({"type":"enqueued_batch_requests","value":5}]}],"next_page":null})");
  const LimitsComparison made = compared(pulled);
  CHECK(row(made, "opus-5", "requests_per_minute").yours == 1000);
  CHECK(row(made, "batch", "enqueued_batch_requests").difference == LimitDifference::kBelow);
  REQUIRE(made.notes.size() >= 2);
  CHECK_THAT(made.notes[0], Catch::Contains("404, so the organization is not named"));
  CHECK_THAT(made.notes[1], Catch::Contains("spend limits are not available"));
  CHECK(std::any_of(made.notes.begin(), made.notes.end(), [](const std::string& note) {
    return note.find("claude-next-9") != std::string::npos;
  }));
}

TEST_CASE("types and groups that sluice does not know are kept in the overlay's about") {
  const PulledLimits pulled = pulled_from(
      R"({"data":[{"group":{"type":"model_group","display_name":"Claude Next 9"},)"
      R"("models":["claude-next-9"],"limits":[{"type":"requests_per_minute","value":12}]},)"
      R"({"group":{"type":"web_search"},"models":null,"limits":[)"
      R"({"type":"tool_uses_per_second","value":30}]},)"
      R"({"group":{"type":"model_group"},"models":["claude-opus-5-5"],"limits":[)"
      R"({"type":"thoughts_per_minute","value":3},)"
      R"({"type":"requests_per_minute","value":null}]}]})");
  const LimitsComparison made = compared(pulled);
  CHECK(row(made, "Claude Next 9", "requests_per_minute").difference == LimitDifference::kUnknown);
  CHECK(row(made, "web_search", "tool_uses_per_second").yours == 30);
  CHECK(row(made, "opus-5.5", "thoughts_per_minute").difference == LimitDifference::kUnknown);
  const std::string overlay = describe::to_json(limits_overlay(pulled, made));
  for (const char* const kept :
       {"Claude Next 9 requests_per_minute 12", "web_search tool_uses_per_second 30",
        "opus-5.5 thoughts_per_minute 3"}) {
    CHECK_THAT(overlay, Catch::Contains(kept));
  }
  CHECK_THAT(overlay, Catch::Contains(R"("requests_per_minute": "unlimited")"));
}

TEST_CASE("lists are read page after page") {
  Outside outside([](const live::FetchRequest& request) {
    const std::string& path = request.path;
    const auto has = [&](const char* part) { return path.find(part) != std::string::npos; };
    const auto group = [](const char* model, const char* next) {
      return answer(200, std::string(R"({"data":[{"group":{"type":"model_group"},"models":[")") +
                             model +
                             R"("],"limits":[{"type":"requests_per_minute","value":1}]}],)"
                             R"("next_page":)" +
                             next + "}");
    };
    if (has("/workspaces?") && !has("after_id")) {
      return answer(200, R"({"data":[{"id":"w1","name":"a"}],"has_more":true,"last_id":"w1"})");
    }
    if (has("/workspaces?")) {
      CHECK(has("after_id=w1"));
      return answer(200, R"({"data":[{"id":"w2","name":"b"}],"has_more":false,"last_id":"w2"})");
    }
    if (has("/workspaces/")) return answer(200, R"({"data":[],"next_page":null})");
    if (has("spend_limits")) return answer(403, R"({"error":{"message":"early access"}})");
    if (has("rate_limits?page=p%202")) return group("claude-opus-5", "null");
    if (has("rate_limits")) return group("claude-opus-5-5", R"("p 2")");
    return answer(200, R"({"id":"org_1","type":"organization","name":"Acme"})");
  });
  AdminClient client = outside.client();
  const auto pulled = pull_limits(client);
  REQUIRE(pulled);
  CHECK(pulled->groups.size() == 2);
  CHECK(pulled->workspaces.size() == 2);
  CHECK_FALSE(pulled->spend);
  CHECK_THAT(pulled->notes.at(0), Catch::Contains("(403: early access)"));
}

TEST_CASE("a page that is its own next one, or is not as documented, is an error") {
  const auto pull = [](const std::string& body) {
    Outside outside([&](const live::FetchRequest&) { return answer(200, body); });
    AdminClient client = outside.client();
    const auto pulled = pull_limits(client);
    REQUIRE_FALSE(pulled);
    return pulled.error().text();
  };
  CHECK_THAT(pull(R"({"data":[],"next_page":"x"})"), Catch::Contains("is the page itself"));
  CHECK_THAT(pull("{}"), Catch::Contains("data is missing"));
  CHECK_THAT(pull("<html>"), Catch::Contains("is not JSON"));
  CHECK_THAT(pull(R"({"data":[{"group_type":"batch","limits":[{"type":"x","value":1.5}]}]})"),
             Catch::Contains("value is not a whole number"));
}

TEST_CASE("the overlay says what was read, and the tier for the rest") {
  MockOrganization organization;
  const PulledLimits pulled = organization.pull();
  const Value overlay = limits_overlay(pulled, compared(pulled));
  CHECK(overlay.find("sluice_overlay")->as_integer() == 1);
  const Value& made = *overlay.find("organization");
  CHECK(made.find("tier")->as_string() == "build");
  const Value& limits = *made.find("limits");
  CHECK(limits.find("opus-5.5")->find("requests_per_minute")->as_integer() == 7000);
  CHECK(limits.find("haiku-4.5")->find("input_tokens_per_minute_cache_aware")->as_string() ==
        "unlimited");
  CHECK(made.find("batch_limits")->find("enqueued_batch_requests")->as_integer() == 300'000);
  CHECK(made.find("spend")->find("organization_limit")->number_text() == "500.5");
  CHECK(made.find("spend")->find("cap")->number_text() == "1000");
  REQUIRE(made.find("workspaces")->items().size() == 1);
  const Value& web = made.find("workspaces")->items()[0];
  CHECK(web.find("name")->as_string() == "web");
  CHECK(web.find("limits")->find("sonnet-5.5")->find("requests_per_minute")->as_integer() == 7);
  CHECK(web.find("spend_limit")->number_text() == "20");
  CHECK_THAT(overlay.find("about")->items()[0].as_string(),
             Catch::StartsWith("sluice limits pull, organization "));
}

TEST_CASE("a mock with the overlay's organization answers with the same limits") {
  MockOrganization first;
  const PulledLimits pulled = first.pull();
  Value organization = *limits_overlay(pulled, compared(pulled)).find("organization");
  const std::string text = describe::to_json(organization);
  MockOrganization second(text.c_str());
  const PulledLimits again = second.pull();
  CHECK(again.groups == pulled.groups);
  CHECK(again.workspaces.at(0).groups == pulled.workspaces.at(0).groups);
  REQUIRE(again.spend);
  CHECK(again.spend->size() == pulled.spend->size());
}

TEST_CASE("names of a server lose what a terminal would obey") {
  Outside outside([](const live::FetchRequest& request) {
    if (request.path == "/v1/organizations/me") {
      return answer(200, "{\"id\":\"o\",\"name\":\"A\\u001b[31m\\u009bB\\nC\"}");
    }
    return answer(200, R"({"data":[]})");
  });
  AdminClient client = outside.client();
  CHECK(pull_limits(client)->organization.name == "A?[31m?B?C");
}

}  // namespace
