#include <string>

#include "describe/json.hpp"
#include "describe/pointer.hpp"
#include "mock/control_endpoints.hpp"
#include "support/catch.hpp"
#include "support/mock_client.hpp"
#include "unit/mock/small_talk.hpp"

namespace sluice::mock {
namespace {

using describe::Value;
using test::Headers;
using test::MemoryReply;
using test::MockClient;
using testing::kShortMessage;

constexpr const char* kControlled =
    R"({"tier": "custom", "limits": {"haiku-4.5": {"requests_per_minute": 4,)"
    R"("input_tokens_per_minute_cache_aware": 50000, "output_tokens_per_minute": 10000}},)"
    R"("workspaces": [{"name": "research"}], "spend": {"cap": 100, "credit": 5}})";

MockClient client(const MockOptions& options = {.latency = false}) {
  return MockClient(test::mock_plan(kControlled, options));
}

Value json_of(const MemoryReply& reply) {
  const auto parsed = describe::parse_json(reply.body, "reply");
  REQUIRE(parsed);
  return *parsed;
}
Value at(const Value& value, std::string_view pointer) {
  CAPTURE(pointer);
  const Value* found = describe::find_pointer(value, pointer);
  REQUIRE(found != nullptr);
  return *found;
}
MemoryReply& get(MockClient& mock, std::string_view target) {
  return mock.call("GET", target, "", {});
}
MemoryReply& post(MockClient& mock, std::string_view target, std::string_view body) {
  return mock.call("POST", target, body, {});
}
Value limiter(MockClient& mock, std::string_view type) {
  const Value limiters = at(json_of(get(mock, "/_sluice/state")), "/limiters");
  for (const Value& one : limiters.items()) {
    if (at(one, "/type") == Value{type}) return one;
  }
  FAIL("no limiter of type " << type);
  return {};
}

TEST_CASE("the index names every control endpoint") {
  auto mock = client();
  const MemoryReply& reply = get(mock, "/_sluice");
  CHECK(reply.status == 200);
  for (const char* path :
       {"/state", "/journal", "/grade", "/config", "/faults", "/keys", "/clock"}) {
    CHECK(reply.body.find(path) != std::string::npos);
  }
}

TEST_CASE("the state shows what limiters hold after a request") {
  auto mock = client();
  REQUIRE(mock.message(kShortMessage).status == 200);
  const Value requests = limiter(mock, "requests_per_minute");
  CHECK(at(requests, "/scope") == Value{"organization"});
  CHECK(at(requests, "/limit") == Value{4});
  CHECK(at(requests, "/remaining") == Value{3});
  CHECK(std::stod(at(requests, "/utilisation").number_text()) == 0.25);
  const Value state = json_of(get(mock, "/_sluice/state"));
  CHECK(at(state, "/counters/requests/0/route") == Value{"POST /v1/messages"});
  CHECK(at(state, "/spend/tier_cap") == Value{100});
  CHECK(at(state, "/time") == Value{"2026-11-20T22:00:00Z"});
}

TEST_CASE("neither state nor journal shows a secret") {
  auto mock = client();
  const Headers key{{"anthropic-version", "2026-10-21"}, {"x-api-key", "sk-ant-api03-tell-nobody"}};
  mock.call("POST", "/v1/messages", kShortMessage, key);
  for (const char* path : {"/_sluice/state", "/_sluice/journal", "/metrics"}) {
    const std::string& body = get(mock, path).body;
    CHECK(body.find("sk-ant") == std::string::npos);
    CHECK(body.find("tell-nobody") == std::string::npos);
    CHECK(body.find("\"hi\"") == std::string::npos);
  }
}

TEST_CASE("limiters that limit nothing are shown nowhere") {
  auto mock = client();
  CHECK(at(json_of(get(mock, "/_sluice/state")), "/limiters").items().size() == 3);
  CHECK(get(mock, "/metrics").body.find("research") == std::string::npos);
}

TEST_CASE("the journal tells what a replay needs") {
  auto mock = client();
  for (int i = 0; i < 5; ++i) mock.message(kShortMessage);
  const Value journal = json_of(get(mock, "/_sluice/journal?limit=10"));
  const Value entries = at(journal, "/entries");
  REQUIRE(entries.items().size() == 5);
  const Value& first = entries.items()[0];
  CHECK(at(first, "/decision") == Value{"admitted"});
  CHECK(at(first, "/assigned_ns") == Value{0});
  CHECK(at(first, "/request/max_tokens") == Value{20});
  CHECK(at(first, "/request/model").as_string().starts_with("claude-haiku-4-5"));
  CHECK(at(first, "/request/key_id").as_string().starts_with("apikey_"));
  const Value& last = entries.items()[4];
  CHECK(at(last, "/decision") == Value{"refused"});
  CHECK(at(last, "/status") == Value{429});
  CHECK(at(last, "/cause") == Value{"requests"});
  CHECK(at(last, "/limiter/type") == Value{"requests_per_minute"});
  CHECK(at(last, "/retry_after_ns") == Value{15'000'000'000});
  CHECK(at(journal, "/next_after") == at(last, "/sequence"));
}

TEST_CASE("the journal is read on from where one stopped") {
  auto mock = client();
  for (int i = 0; i < 4; ++i) mock.message(kShortMessage);
  const Value first = json_of(get(mock, "/_sluice/journal?limit=3"));
  const std::string next = at(first, "/next_after").number_text();
  const Value rest = json_of(get(mock, "/_sluice/journal?after=" + next));
  CHECK(at(rest, "/entries").items().size() == 1);
}

TEST_CASE("a journal query that is no number is refused") {
  auto mock = client();
  const auto* const query = GENERATE("after=x", "limit=-1", "limit=", "after=1.5");
  CAPTURE(query);
  CHECK(get(mock, std::string("/_sluice/journal?") + query).status == 400);
}

TEST_CASE("a limit that is changed holds from then on, for a group or one of its models") {
  auto mock = client();
  CHECK(post(mock, "/_sluice/config", R"({"limits": {"haiku-4.5": {"requests_per_minute": 1}}})")
            .status == 200);
  CHECK(mock.message(kShortMessage).status == 200);
  CHECK(mock.message(kShortMessage).status == 429);
  CHECK(at(limiter(mock, "requests_per_minute"), "/limit") == Value{1});
}

TEST_CASE("a workspace's limit can be set while it serves") {
  auto mock = client();
  const auto& reply = post(mock, "/_sluice/config",
                           R"({"workspaces": {"research": {"limits": {"claude-haiku-4-5":)"
                           R"({"requests_per_minute": 2}}}}})");
  CHECK(reply.status == 200);
  CHECK(at(json_of(reply), "/limiters").items().size() == 4);
}

TEST_CASE("money is changed while it serves") {
  auto mock = client();
  REQUIRE(post(mock, "/_sluice/config", R"({"spend": {"credit": 0, "cap": "unlimited"}})").status ==
          200);
  CHECK(mock.message(kShortMessage).status == 400);
  const Value state = json_of(get(mock, "/_sluice/state"));
  CHECK(at(state, "/spend/tier_cap") == Value{});
  REQUIRE(post(mock, "/_sluice/config", R"({"spend": {"credit": 5}})").status == 200);
  CHECK(mock.message(kShortMessage).status == 200);
}

TEST_CASE("faults strike within their window and can be taken back") {
  auto mock = client();
  REQUIRE(post(mock, "/_sluice/faults",
               R"({"faults": [{"kind": "overloaded", "from": "10s", "until": "20s"}]})")
              .status == 200);
  CHECK(mock.message(kShortMessage).status == 200);
  mock.run_for(seconds(10));
  CHECK(mock.message(kShortMessage).status == 529);
  CHECK(at(json_of(get(mock, "/_sluice/state")), "/faults/0/active") == Value{true});
  REQUIRE(post(mock, "/_sluice/faults", R"({"faults": []})").status == 200);
  CHECK(mock.message(kShortMessage).status == 200);
}

TEST_CASE("what is wrong is said with its place and what would be right") {
  struct BadChange {
    const char* body;
    const char* says;
  };
  const BadChange one = GENERATE(
      BadChange{R"({"limits": {"haiku-4.6": {}}})",
                "/limits/haiku-4.6: \"haiku-4.6\" is not a group"},
      BadChange{R"({"limits": {"haiku-4.5": {"requests": 1}}})",
                "\"requests\" is not a field: the fields here are"},
      BadChange{R"({"limits": {"haiku-4.5": {"requests_per_minute": 0}}})", "0 must be positive"},
      BadChange{R"({"limits": {"haiku-4.5": {"tokens_per_day": 1}}})", "has requests_per_minute"},
      BadChange{R"({"workspaces": {"resaerch": {}}})", "did you mean \"research\"?"},
      BadChange{R"({"workspaces": {"default": {}}})", "default workspace has no limits of its own"},
      BadChange{R"({"spend": {"cap": "much"}})", "or \\\"unlimited\\\""},
      BadChange{R"({"faults": [{"kind": "flood"}]})", "/faults/0/kind"},
      BadChange{R"({"faults": [{"kind": "stall", "model": "claude-opus-9"}]})", "/faults/0/model"},
      BadChange{R"({})", "changes nothing"}, BadChange{"{", "body:1:1: not JSON"},
      BadChange{"[]", "object"});
  CAPTURE(one.body);
  auto mock = client();
  const MemoryReply& reply = post(mock, "/_sluice/config", one.body);
  CHECK(reply.status == 400);
  const std::string message = at(json_of(reply), "/error/message").as_string();
  CAPTURE(message);
  CHECK((message.find(one.says) != std::string::npos ||
         reply.body.find(one.says) != std::string::npos));
}

TEST_CASE("a change with one mistake changes nothing") {
  auto mock = client();
  const auto& reply =
      post(mock, "/_sluice/config",
           R"({"limits": {"haiku-4.5": {"requests_per_minute": 1, "fast_otpm": 5}},)"
           R"("spend": {"cap": -1}, "faults": [{"kind": "overloaded"}]})");
  CHECK(reply.status == 400);
  CHECK(at(json_of(reply), "/errors").items().size() == 2);
  CHECK(at(limiter(mock, "requests_per_minute"), "/limit") == Value{4});
  CHECK(mock.message(kShortMessage).status == 200);
}

TEST_CASE("a key is made, disabled, enabled and rotated, its secret shown once") {
  auto mock = client({.any_key = false, .latency = false});
  const Value made = json_of(post(mock, "/_sluice/keys", R"({"name": "ci"})"));
  const std::string id = at(made, "/id").as_string();
  std::string secret = at(made, "/secret").as_string();
  const auto status_with = [&](const std::string& key) {
    return mock
        .call("POST", "/v1/messages", kShortMessage,
              {{"anthropic-version", "2026-10-21"}, {"x-api-key", key}})
        .status;
  };
  CHECK(status_with(secret) == 200);
  CHECK(get(mock, "/_sluice/state").body.find(secret) == std::string::npos);
  CHECK(post(mock, "/_sluice/keys/" + id, R"({"status": "inactive"})").status == 200);
  CHECK(status_with(secret) == 403);
  CHECK(post(mock, "/_sluice/keys/" + id, R"({"status": "active"})").status == 200);
  const Value rotated = json_of(post(mock, "/_sluice/keys/" + id + "/rotate", ""));
  CHECK(status_with(secret) == 401);
  secret = at(rotated, "/secret").as_string();
  CHECK(status_with(secret) == 200);
}

TEST_CASE("mistakes about keys are told") {
  auto mock = client();
  CHECK(post(mock, "/_sluice/keys", "{}").status == 400);
  CHECK(post(mock, "/_sluice/keys", R"({"name": "a", "workspace": "nowhere"})").status == 400);
  CHECK(post(mock, "/_sluice/keys/apikey_none", R"({"status": "active"})").status == 404);
  CHECK(post(mock, "/_sluice/keys/apikey_none/rotate", "").status == 404);
  const std::string id =
      at(json_of(post(mock, "/_sluice/keys", R"({"name": "a"})")), "/id").as_string();
  CHECK(post(mock, "/_sluice/keys/" + id, R"({"status": "off"})").status == 400);
  CHECK(post(mock, "/_sluice/keys/" + id, "{}").status == 400);
}

TEST_CASE("the grade judges what was served, if asked to") {
  auto plain = client();
  CHECK(get(plain, "/_sluice/grade").status == 400);
  auto mock = client({.latency = false, .grade = true});
  for (int i = 0; i < 6; ++i) {
    mock.message(kShortMessage);
    mock.run_for(milliseconds(100));
  }
  const Value verdict = json_of(get(mock, "/_sluice/grade"));
  CHECK(at(verdict, "/passed") == Value{false});
  CHECK(at(verdict, "/findings/0/rule") == Value{"retried-too-early"});
  CHECK(at(verdict, "/findings/0/remedy").as_string().starts_with("Wait"));
  CHECK(get(mock, "/_sluice/grade?format=text").body.starts_with("Grade: FAILED."));
}

TEST_CASE("an invalid request that comes again is noticed, even where it is no JSON") {
  auto mock = client({.latency = false, .grade = true});
  const auto* const body = GENERATE("{bad", R"({"model": "claude-haiku-4-5"})");
  CAPTURE(body);
  mock.message(body);
  mock.run_for(seconds(1));
  mock.message(body);
  const Value verdict = json_of(get(mock, "/_sluice/grade"));
  CHECK(at(verdict, "/findings/0/rule") == Value{"retried-hopeless"});
}

TEST_CASE("pages of other origins and names that lead here are refused") {
  auto mock = client();
  const auto status = [&](const Headers& headers) {
    return mock.call("GET", "/_sluice/state", "", headers).status;
  };
  CHECK(status({{"host", "127.0.0.1:8080"}}) == 200);
  CHECK(status({{"host", "localhost:8080"}, {"origin", "http://localhost:8080"}}) == 200);
  CHECK(status({{"host", "[::1]:8080"}}) == 200);
  CHECK(status({{"host", "evil.example:8080"}}) == 403);
  CHECK(status({{"host", "127.0.0.1.evil.example"}}) == 403);
  CHECK(status({{"host", "localhost:8080"}, {"origin", "http://localhost:3000"}}) == 403);
  CHECK(status({{"host", "localhost:8080"}, {"origin", "null"}}) == 403);
}

TEST_CASE("beyond loopback the control endpoints want an Admin key") {
  auto mock = client({.latency = false, .is_loopback = false});
  CHECK(mock.call("GET", "/_sluice/state", "", {{"host", "box:8080"}}).status == 401);
  const std::string admin = mock.state().plan.admin_secret;
  CHECK(
      mock.call("GET", "/_sluice/state", "", {{"host", "box:8080"}, {"x-api-key", admin}}).status ==
      200);
}

}  // namespace
}  // namespace sluice::mock
