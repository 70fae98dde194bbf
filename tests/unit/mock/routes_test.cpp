#include "mock/routes.hpp"

#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "support/catch.hpp"
#include "support/mock_client.hpp"

namespace sluice::mock {
namespace {

using test::MemoryReply;
using test::MockClient;

TEST_CASE("a pattern's segments become arguments") {
  const RouteMatch match = find_route("GET", "/v1/messages/batches/msgbatch_01/results");
  REQUIRE(match.route != nullptr);
  CHECK(match.arguments[0] == "msgbatch_01");
  const RouteMatch two = find_route("POST", "/v1/organizations/workspaces/w/rate_limits/r");
  REQUIRE(two.route != nullptr);
  CHECK(two.arguments[0] == "w");
  CHECK(two.arguments[1] == "r");
}

TEST_CASE("a path is known or not, whatever the method") {
  CHECK(find_route("GET", "/v1/messages").route == nullptr);
  CHECK(find_route("GET", "/v1/messages").is_path_known);
  for (const std::string_view path :
       {"", "/", "/v1", "/v1/messages/", "/v1/models//", "v1/messages", "/v1/messages/batches/a/b",
        "/v1/models/a/b"}) {
    INFO(path);
    CHECK_FALSE(find_route("POST", path).is_path_known);
  }
}

TEST_CASE("bodies are limited by what the path takes") {
  CHECK(body_limit_of("/v1/messages") == 32U << 20);
  CHECK(body_limit_of("/v1/messages/count_tokens") == 32U << 20);
  CHECK(body_limit_of("/v1/messages/batches") == 256U << 20);
  CHECK(body_limit_of("/_sluice/config") == 1U << 20);
}

MockPlan strict_plan() {
  return test::mock_plan(R"({"tier": "start"})", {.any_key = false, .latency = false});
}

std::string said(const MemoryReply& reply) {
  const auto error = nlohmann::json::parse(reply.body)["error"];
  return std::to_string(reply.status) + " " + error["type"].get<std::string>() + ": " +
         error["message"].get<std::string>();
}

TEST_CASE("checks come in the API's order: path, method, key, version, body") {
  MockClient mock(strict_plan());
  const std::string key = mock.state().plan.key_secrets[0];
  const auto call = [&](std::string_view method, std::string_view path,
                        const test::Headers& headers) {
    return said(mock.call(method, path, "{", headers));
  };
  CHECK(call("POST", "/v1/nothing", {}) ==
        "404 not_found_error: The requested resource could not be found.");
  CHECK(call("GET", "/v1/messages", {}) == "405 invalid_request_error: Method Not Allowed");
  CHECK(call("POST", "/v1/messages", {}) ==
        "401 authentication_error: x-api-key header is required");
  CHECK(call("POST", "/v1/messages", {{"x-api-key", "sk-ant-api03-wrong"}}) ==
        "401 authentication_error: invalid x-api-key");
  CHECK(call("POST", "/v1/messages", {{"x-api-key", key}}) ==
        "400 invalid_request_error: anthropic-version: header is required");
  CHECK(call("POST", "/v1/messages", {{"x-api-key", key}, {"anthropic-version", "2024-01-01"}})
            .starts_with("400 invalid_request_error: anthropic-version: \"2024-01-01\""));
  CHECK(call("POST", "/v1/messages", {{"x-api-key", key}, {"anthropic-version", "2026-10-21"}})
            .starts_with("400 invalid_request_error"));
}

TEST_CASE("who is nobody gets no workspace in the answer") {
  MockClient mock(strict_plan());
  const MemoryReply& nobody = mock.call("POST", "/v1/messages", "{}", {});
  CHECK(nobody.field("anthropic-workspace-id").empty());
  CHECK_FALSE(nobody.field("anthropic-organization-id").empty());
  CHECK(nobody.field("x-should-retry") == "false");
}

TEST_CASE("control endpoints are open on loopback and want an Admin key elsewhere") {
  MockPlan plan = strict_plan();
  plan.options.is_loopback = false;
  MockClient mock(plan);
  CHECK(mock.call("POST", "/_sluice/reset", "", {}).status == 401);
  CHECK(mock.call("POST", "/_sluice/reset", "", {{"x-api-key", plan.admin_secret}}).status == 200);
  MockClient open(strict_plan());
  CHECK(open.call("POST", "/_sluice/reset", "", {}).status == 200);
}

TEST_CASE("a body that is too large is refused in Cloudflare's shape") {
  MockClient mock(strict_plan());
  MemoryReply reply;
  mock.mock().refuse(net::TransportRefusal::kBodyTooLarge, reply);
  CHECK(reply.status == 413);
  CHECK(reply.body ==
        R"({"error":{"type":"request_too_large","message":"Request exceeds the maximum size"}})");
  CHECK(reply.field("request-id").empty());
}

TEST_CASE("what the transport refuses is counted, logged and named by the grade") {
  MockPlan plan = strict_plan();
  plan.options.grade = true;
  MockClient mock(plan);
  std::vector<std::string> lines;
  mock.mock().on_log([&](std::string_view line) { lines.emplace_back(line); });
  for (const auto refusal :
       {net::TransportRefusal::kBodyTooLarge, net::TransportRefusal::kBodyTooLarge,
        net::TransportRefusal::kHeaderTooLarge, net::TransportRefusal::kTooSlow}) {
    MemoryReply reply;
    mock.mock().refuse(refusal, reply);
  }
  CHECK(mock.state().counters.by_status() ==
        std::map<int, std::uint64_t>{{400, 1}, {413, 2}, {431, 1}});
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].find("(not read) - 413 request_too_large") != std::string::npos);
  CHECK(lines[3].find("400 invalid_request_error/request_body_timeout") != std::string::npos);
  const Verdict verdict = mock.state().grader.verdict(mock.timers().now());
  CHECK(verdict.attempts == 4);
  CHECK(verdict.refused == 4);
  CHECK(verdict.unidentified == 4);
}

TEST_CASE("every call that is over is logged once, without a key") {
  MockClient mock(strict_plan());
  std::vector<std::string> lines;
  mock.mock().on_log([&](std::string_view line) { lines.emplace_back(line); });
  const std::string key = mock.state().plan.key_secrets[0];
  const test::Headers headers{{"x-api-key", key}, {"anthropic-version", "2026-10-21"}};
  mock.call(
      "POST", "/v1/messages",
      R"({"model":"claude-opus-5","max_tokens":9,"messages":[{"role":"user","content":"a"}]})",
      headers);
  mock.call("POST", "/v1/messages", "{}", headers);
  mock.call("GET", "/v1/models", "", headers);
  mock.call("GET", "/nowhere", "", headers);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].find("claude-opus-5 200 ok") != std::string::npos);
  CHECK(lines[1].find("400 invalid_request_error") != std::string::npos);
  for (const std::string& line : lines) CHECK(line.find(key.substr(0, 30)) == std::string::npos);
}

TEST_CASE("a call that is refused before its endpoint is counted, journaled and graded") {
  MockPlan plan = strict_plan();
  plan.options.grade = true;
  MockClient mock(plan);
  for (int i = 0; i < 2; ++i) {
    mock.call("POST", "/v1/messages", "{}",
              {{"x-api-key", "sk-ant-api03-wrong"}, {"anthropic-version", "2026-10-21"}});
    mock.run_for(seconds(1));
  }
  const auto journal = mock.state().journal.list(0, 10);
  REQUIRE(journal.size() == 2);
  CHECK(journal[0]->status == 401);
  CHECK(journal[0]->route == "POST /v1/messages");
  const Verdict verdict = mock.state().grader.verdict(mock.timers().now());
  CHECK_FALSE(verdict.passed);
  REQUIRE_FALSE(verdict.findings.empty());
  CHECK(verdict.findings[0].rule == "retried-hopeless");
}

}  // namespace
}  // namespace sluice::mock
