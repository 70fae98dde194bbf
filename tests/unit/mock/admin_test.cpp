// The Admin API's reads of an organization, its keys and its limits, over a mock without sockets.
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "mock/admin_json.hpp"
#include "mock/endpoints.hpp"
#include "support/catch.hpp"
#include "support/mock_client.hpp"

namespace sluice::mock {
namespace {

using test::MemoryReply;
using test::MockClient;
using json = nlohmann::json;

constexpr std::string_view kSonnetMessage =
    R"({"model":"claude-sonnet-5-5","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]})";

std::string admin_organization() {
  return R"({"tier": "start",
    "spend": {"organization_limit": 500.5},
    "workspaces": [
      {"name": "web", "spend_limit": 20,
       "limits": {"sonnet-5.5": {"requests_per_minute": 7, "tokens_per_day": 1000000}}},
      {"name": "app"}, {"name": "lab"}],
    "keys": [{"name": "a"}, {"name": "b", "workspace": "web"}, {"name": "c", "workspace": "app"},
             {"name": "d", "workspace": "web"}, {"name": "e"}]})";
}

class Admin {
 public:
  explicit Admin(const MockOptions& options = {.latency = false})
      : mock(test::mock_plan(admin_organization(), options)) {}

  MemoryReply& call(std::string_view method, std::string_view target, std::string_view body = {},
                    std::string_view version = "2026-10-21") {
    const std::string& secret = mock.state().plan.admin_secret;
    return mock.send(method, target, body,
                     {{"x-api-key", secret},
                      {"anthropic-version", version},
                      {"anthropic-beta", "spend-limit-reads-2026-09-26"}});
  }
  json get(std::string_view target, std::string_view version = "2026-10-21") {
    const MemoryReply& reply = call("GET", target, {}, version);
    INFO(target << " " << reply.body);
    REQUIRE(reply.status == 200);
    return reply.json();
  }
  int status(std::string_view target) { return call("GET", target).status; }
  std::string workspace(std::size_t position) {
    return mock.state().plan.workspace_ids.at(position);
  }
  // The entry for a model's group in a list of rate limits.
  json limits_of(const std::string& path, const std::string& model) {
    const json list = get(path);
    for (const json& entry : list["data"]) {
      if (!entry["models"].is_array()) continue;
      for (const json& one : entry["models"]) {
        if (one == model) return entry;
      }
    }
    return nullptr;
  }
  // Whether a message of the key at that position is let in.
  int message(std::size_t key) {
    mock.act_as(key);
    return mock.post("/v1/messages", kSonnetMessage).status;
  }

  MockClient mock;
};

json value_of(const json& entry, std::string_view type) {
  for (const json& limit : entry["limits"]) {
    if (limit["type"] == type) return limit;
  }
  return nullptr;
}

TEST_CASE("the organization is the one that every answer names") {
  Admin admin;
  const MemoryReply& reply = admin.call("GET", "/v1/organizations/me");
  CHECK(reply.json()["type"] == "organization");
  CHECK(reply.field("anthropic-organization-id") == reply.json()["id"].get<std::string>());
  CHECK_FALSE(reply.has_field("anthropic-workspace-id"));
}

TEST_CASE("only Admin keys get in, and they get in nowhere else") {
  Admin admin;
  for (const char* const path : {"/v1/organizations/me", "/v1/organizations/api_keys",
                                 "/v1/organizations/workspaces", "/v1/organizations/rate_limits"}) {
    CHECK(admin.mock.get(path).status == 401);
  }
  CHECK(admin.call("POST", "/v1/messages", kSonnetMessage).status == 401);
}

TEST_CASE("keys come page by page, forwards and backwards") {
  Admin admin;
  std::vector<std::string> names;
  std::string after;
  int pages = 0;
  for (bool more = true; more; ++pages) {
    const json page = admin.get("/v1/organizations/api_keys?limit=2" + after);
    for (const json& key : page["data"]) names.push_back(key["name"]);
    CHECK(page["first_id"] == page["data"].front()["id"]);
    CHECK(page["last_id"] == page["data"].back()["id"]);
    after = "&after_id=" + page["last_id"].get<std::string>();
    more = page["has_more"];
  }
  CHECK(pages == 3);
  CHECK(names == std::vector<std::string>{"a", "b", "c", "d", "e"});
  const std::string last = admin.mock.state().plan.key_ids[4];
  const json back = admin.get("/v1/organizations/api_keys?limit=3&before_id=" + last);
  CHECK(back["data"].front()["name"] == "b");
  CHECK(back["data"].back()["name"] == "d");
  CHECK(back["has_more"] == true);
  CHECK(admin.status("/v1/organizations/api_keys?after_id=apikey_none") == 400);
  CHECK(admin.status("/v1/organizations/api_keys?limit=0") == 400);
}

TEST_CASE("keys are filtered by workspace and status") {
  Admin admin;
  const json web = admin.get("/v1/organizations/api_keys?workspace_id=" + admin.workspace(1));
  REQUIRE(web["data"].size() == 2);
  CHECK(web["data"][0]["name"] == "b");
  CHECK(web["data"][0]["scope"] ==
        json({{"type", "workspace"}, {"workspace_id", admin.workspace(1)}}));
  CHECK(admin.get("/v1/organizations/api_keys?status=inactive")["data"].empty());
  CHECK(admin.get("/v1/organizations/api_keys?status=inactive")["first_id"].is_null());
  CHECK(admin.get("/v1/organizations/api_keys?status=active")["data"].size() == 5);
  CHECK(admin.status("/v1/organizations/api_keys?status=lost") == 400);
  CHECK(admin.status("/v1/organizations/api_keys?workspace_id=wrkspc_none") == 404);
}

TEST_CASE("a key is shown without its secret") {
  Admin admin;
  const MockPlan& plan = admin.mock.state().plan;
  const MemoryReply& reply = admin.call("GET", "/v1/organizations/api_keys/" + plan.key_ids[0]);
  const json key = reply.json();
  CHECK(key["type"] == "api_key");
  CHECK(key["scope"]["workspace_id"] == admin.workspace(0));
  const json old = admin.get("/v1/organizations/api_keys/" + plan.key_ids[0], "2023-06-01");
  CHECK(old["workspace_id"].is_null());
  CHECK_FALSE(old.contains("scope"));
  CHECK(key["status"] == "active");
  CHECK(key["created_at"] == "2026-11-20T22:00:00Z");
  CHECK(key["partial_key_hint"] == secret_hint(plan.key_secrets[0]));
  CHECK(reply.body.find(plan.key_secrets[0]) == std::string::npos);
  CHECK(admin.status("/v1/organizations/api_keys/apikey_none") == 404);
}

TEST_CASE("a key that is disabled over the Admin API is refused, until it is active again") {
  Admin admin;
  const std::string path = "/v1/organizations/api_keys/" + admin.mock.state().plan.key_ids[0];
  CHECK(admin.message(0) == 200);
  const json changed = admin.call("POST", path, R"({"status":"inactive","name":"old"})").json();
  CHECK(changed["status"] == "inactive");
  CHECK(changed["name"] == "old");
  CHECK(admin.message(0) == 403);
  CHECK(admin.message(1) == 200);
  CHECK(admin.call("POST", path, R"({"status":"active"})").status == 200);
  CHECK(admin.message(0) == 200);
}

TEST_CASE("a change of a key that is wrong changes nothing") {
  Admin admin;
  const std::string path = "/v1/organizations/api_keys/" + admin.mock.state().plan.key_ids[0];
  for (const char* const body : {"", "[]", R"({"status":"expired"})", R"({"name":""})",
                                 R"({"name":7})", R"({"name":"new","status":1})"}) {
    INFO(body);
    CHECK(admin.call("POST", path, body).status == 400);
  }
  CHECK(admin.get(path)["name"] == "a");
  CHECK(admin.call("POST", "/v1/organizations/api_keys/apikey_none", "{}").status == 404);
}

TEST_CASE("workspaces are listed without the default one, which can be looked at") {
  Admin admin;
  const json first = admin.get("/v1/organizations/workspaces?limit=2");
  REQUIRE(first["data"].size() == 2);
  CHECK(first["data"][0]["name"] == "web");
  CHECK(first["has_more"] == true);
  const json second = admin.get("/v1/organizations/workspaces?limit=2&after_id=" +
                                first["last_id"].get<std::string>());
  CHECK(second["data"][0]["name"] == "lab");
  CHECK(second["has_more"] == false);
  const json all = admin.get("/v1/organizations/workspaces?include_default=true");
  CHECK(all["data"].size() == 4);
  CHECK(all["first_id"] == admin.workspace(0));
  CHECK(admin.get("/v1/organizations/workspaces/" + admin.workspace(2))["name"] == "app");
  CHECK(admin.get("/v1/organizations/workspaces/" + admin.workspace(0))["name"] == "default");
  CHECK(admin.status("/v1/organizations/workspaces/wrkspc_none") == 404);
}

TEST_CASE("rate limits are those of the tier, in the shape of the version") {
  Admin admin;
  const json entry = admin.limits_of("/v1/organizations/rate_limits", "claude-opus-5-5");
  REQUIRE(entry.is_object());
  CHECK(entry["type"] == "rate_limit");
  CHECK(entry["group"]["type"] == "model_group");
  CHECK(entry["group"]["display_name"] == "Claude Opus 5.5");
  CHECK(entry["group"]["id"].get<std::string>().starts_with("rlg_01"));
  CHECK_FALSE(entry.contains("group_type"));
  CHECK(entry["id"] != entry["group"]["id"]);
  CHECK(value_of(entry, "requests_per_minute")["value"] == 1000);
  CHECK(value_of(entry, "input_tokens_per_minute_cache_aware")["value"] == 2'000'000);
  CHECK(value_of(entry, "output_tokens_per_minute")["value"] == 400'000);
  const json old = admin.get("/v1/organizations/rate_limits?group_type=batch", "2023-06-01");
  REQUIRE(old["data"].size() == 1);
  CHECK(old["data"][0]["group_type"] == "batch");
  CHECK(old["data"][0]["models"].is_null());
  CHECK(value_of(old["data"][0], "enqueued_batch_requests")["value"] == 200'000);
}

TEST_CASE("rate limits are filtered by model and group, and paged") {
  Admin admin;
  const std::string path = "/v1/organizations/rate_limits";
  const json one = admin.get(path + "?model=claude-sonnet-4-5");
  REQUIRE(one["data"].size() == 1);
  CHECK(one["data"][0]["group"]["display_name"] == "Claude Sonnet 4.x");
  CHECK(admin.status(path + "?model=claude-none-1") == 404);
  CHECK(admin.status(path + "?group_type=none") == 400);
  CHECK(admin.get(path + "?group_type=files")["data"].empty());
  const json all = admin.get(path);
  CHECK(all["next_page"].is_null());
  json joined = json::array();
  std::string page;
  int pages = 0;
  for (bool more = true; more; ++pages) {
    const json part = admin.get(path + "?limit=4" + page);
    for (const json& entry : part["data"]) joined.push_back(entry);
    more = !part["next_page"].is_null();
    if (more) page = "&page=" + part["next_page"].get<std::string>();
  }
  CHECK(pages >= 3);
  CHECK(joined == all["data"]);
  for (const char* const token : {"x", "page_", "page_AAAA", "page_LTE"}) {
    CHECK(admin.status(path + "?page=" + token) == 400);
  }
}

TEST_CASE("a workspace shows its overrides, and on request what it inherits") {
  Admin admin;
  const std::string path = "/v1/organizations/workspaces/" + admin.workspace(1) + "/rate_limits";
  const json own = admin.get(path);
  REQUIRE(own["data"].size() == 1);
  CHECK(own["data"][0]["type"] == "workspace_rate_limit");
  CHECK(own["data"][0]["limits"].size() == 2);
  CHECK(value_of(own["data"][0], "requests_per_minute") ==
        json({{"type", "requests_per_minute"},
              {"value", 7},
              {"org_limit", 1000},
              {"source", {{"type", "workspace"}}}}));
  CHECK(own["data"][0]["workspace_id"] == admin.workspace(1));
  const json old = admin.get(path, "2023-06-01");
  CHECK(old["data"][0]["group_type"] == "model_group");
  CHECK_FALSE(old["data"][0]["limits"][0].contains("source"));
  CHECK(value_of(own["data"][0], "tokens_per_day")["org_limit"].is_null());
  const json all = admin.limits_of(path + "?include_inherited=true", "claude-sonnet-5-5");
  CHECK(value_of(all, "requests_per_minute")["source"]["type"] == "workspace");
  CHECK(value_of(all, "output_tokens_per_minute")["source"]["type"] == "organization");
  CHECK(admin.get("/v1/organizations/workspaces/" + admin.workspace(2) + "/rate_limits")["data"]
            .empty());
  CHECK(admin.get("/v1/organizations/workspaces/" + admin.workspace(0) + "/rate_limits")["data"]
            .empty());
  CHECK(admin.status("/v1/organizations/workspaces/wrkspc_none/rate_limits") == 404);
}

TEST_CASE("an override that is written holds at once, and ends when it is taken back") {
  Admin admin;
  const std::string list = "/v1/organizations/workspaces/" + admin.workspace(2) + "/rate_limits";
  const json group = admin.limits_of("/v1/organizations/rate_limits", "claude-sonnet-5-5");
  const std::string path = list + "/" + group["id"].get<std::string>();
  const auto write = [&](std::string_view value) {
    return admin.call(
        "POST", path,
        R"({"limits":[{"type":"requests_per_minute","value":)" + std::string(value) + "}]}");
  };
  CHECK(admin.message(2) == 200);
  const MemoryReply& reply = write("2");
  CHECK(reply.status == 200);
  CHECK(value_of(reply.json(), "requests_per_minute")["value"] == 2);
  CHECK(admin.get(list)["data"].size() == 1);
  CHECK(admin.message(2) == 200);
  CHECK(admin.message(2) == 200);
  CHECK(admin.message(2) == 429);
  CHECK(admin.message(1) == 200);
  CHECK(write("null").json()["limits"].empty());
  CHECK(admin.get(list)["data"].empty());
  admin.mock.run_for(milliseconds(1));
  CHECK(admin.message(2) == 200);
}

TEST_CASE("an override above the organization's limit is stored, and the lower one counts") {
  Admin admin;
  const std::string list = "/v1/organizations/workspaces/" + admin.workspace(2) + "/rate_limits";
  const json group = admin.limits_of("/v1/organizations/rate_limits", "claude-sonnet-5-5");
  const MemoryReply& reply =
      admin.call("POST", list + "/" + group["id"].get<std::string>(),
                 R"({"limits":[{"type":"requests_per_minute","value":5000}]})");
  CHECK(value_of(reply.json(), "requests_per_minute")["value"] == 5000);
  CHECK(value_of(reply.json(), "requests_per_minute")["org_limit"] == 1000);
  for (int i = 0; i < 1000; ++i) REQUIRE(admin.message(2) == 200);
  CHECK(admin.message(2) == 429);
}

TEST_CASE("an override that is wrong in anything changes nothing") {
  Admin admin;
  const std::string list = "/v1/organizations/workspaces/" + admin.workspace(2) + "/rate_limits";
  const std::string group =
      admin.limits_of("/v1/organizations/rate_limits", "claude-sonnet-5-5")["id"];
  const std::string right = R"({"type":"requests_per_minute","value":2})";
  for (const char* const wrong :
       {R"({"type":"requests_per_minute","value":0})", R"({"type":"requests_per_minute"})",
        R"({"type":"requests_per_minute","value":-1})", R"({"type":"requests_per_hour","value":1})",
        R"({"type":"requests_per_minute","value":1.5})", R"({"type":7,"value":1})", "7",
        R"({"type":"requests_per_minute","value":1000000000000})",
        R"({"type":"enqueued_batch_requests","value":1})"}) {
    INFO(wrong);
    CHECK(admin.call("POST", list + "/" + group, "{\"limits\":[" + right + "," + wrong + "]}")
              .status == 400);
  }
  CHECK(admin.call("POST", list + "/" + group, "{}").status == 400);
  CHECK(admin.call("POST", list + "/rlg_none", "{\"limits\":[]}").status == 404);
  CHECK(admin.get(list)["data"].empty());
  const std::string fallback =
      "/v1/organizations/workspaces/" + admin.workspace(0) + "/rate_limits/" + group;
  CHECK(admin.call("POST", fallback, "{\"limits\":[" + right + "]}").status == 400);
}

TEST_CASE("with limits off there are none to show or to write") {
  Admin admin({.limits = false});
  CHECK(admin.get("/v1/organizations/rate_limits")["data"].empty());
}

TEST_CASE("spend limits are in cents, and need the beta header") {
  Admin admin;
  const json all = admin.get("/v1/organizations/spend_limits");
  REQUIRE(all["data"].size() == 3);
  CHECK(all["data"][0]["scope"] == json({{"type", "organization"}}));
  CHECK(all["data"][0]["amount"] == "50050");
  CHECK(all["data"][0]["period"] == "monthly");
  CHECK(all["data"][1]["scope"]["workspace_id"] == admin.workspace(1));
  CHECK(all["data"][1]["amount"] == "2000");
  CHECK(all["data"][2]["scope"] == json({{"type", "usage_tier"}}));
  CHECK(all["data"][2]["amount"] == "50000");
  CHECK(admin.get("/v1/organizations/spend_limits?scope_type[]=workspace")["data"].size() == 1);
  const json first = admin.get("/v1/organizations/spend_limits?limit=1");
  CHECK(first["data"].size() == 1);
  const json second = admin.get("/v1/organizations/spend_limits?limit=1&page=" +
                                first["next_page"].get<std::string>());
  CHECK(second["data"][0] == all["data"][1]);
  const json last = admin.get("/v1/organizations/spend_limits?limit=1&page=" +
                              second["next_page"].get<std::string>());
  CHECK(last["data"][0] == all["data"][2]);
  CHECK(last["next_page"].is_null());
  const std::string& secret = admin.mock.state().plan.admin_secret;
  CHECK(admin.mock.send("GET", "/v1/organizations/spend_limits", {}, {{"x-api-key", secret}})
            .status == 400);
}

TEST_CASE("spend limits are narrowed by scope and workspace, and follow changes") {
  Admin admin;
  const std::string path = "/v1/organizations/spend_limits";
  CHECK(admin.get(path + "?scope_type[]=usage_tier")["data"].size() == 1);
  CHECK(admin.get(path + "?workspace_id=" + admin.workspace(1))["data"].size() == 1);
  CHECK(admin.get(path + "?workspace_id=" + admin.workspace(2))["data"].empty());
  CHECK(admin.status(path + "?scope_type[]=user") == 400);
  REQUIRE(admin
              .call("POST", "/_sluice/config",
                    R"({"spend": {"cap": 70, "organization_limit": "unlimited"}})")
              .status == 200);
  const json all = admin.get(path);
  REQUIRE(all["data"].size() == 2);
  CHECK(all["data"][1]["amount"] == "7000");
}

TEST_CASE("names are the API's, and money is exact") {
  CHECK(display_name("claude-3-5-haiku-20241022") == "Claude 3.5 Haiku");
  CHECK(display_name("claude-sonnet-4-5-20250929") == "Claude Sonnet 4.5");
  CHECK(display_name("opus-4") == "Claude Opus 4");
  CHECK(display_name("opus-5.5") == "Claude Opus 5.5");
  CHECK(cents_text(*Money::from_decimal("1.2345")) == "123.45");
  CHECK(whole_cents_text(*Money::from_decimal("1.23")) == "123");
  CHECK(whole_cents_text(*Money::from_decimal("0.001")) == "1");  // a limit, where 0 is none
  CHECK(place_of(page_token(1234)) == 1234);
  CHECK_FALSE(place_of("1234"));
}

}  // namespace
}  // namespace sluice::mock
