#include "mock/federation.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/jwt_signer.hpp"
#include "support/mock_client.hpp"
#include "support/unix_times.hpp"

namespace sluice::mock {
namespace {

using test::MemoryReply;
using test::MockClient;
using Denial = Federation::Denial;
using testing::unix_second;
using json = nlohmann::json;

const test::JwtSigner& signer() {
  static const test::JwtSigner one("ES256", "key-1");
  return one;
}

// The calendar of MockClient begins here.
constexpr std::int64_t kStart = 1'795'212'000;  // 2026-11-20T22:00:00Z

struct Token {
  std::string subject = "repo:acme/app:main";
  std::int64_t issued = kStart;
  std::int64_t expires = kStart + 1800;
  std::string more{};
  std::string text() const {
    return signer().token(R"({"iss":"https://ci.test","aud":"https://api.anthropic.com","sub":")" +
                          subject + R"(","iat":)" + std::to_string(issued) + R"(,"exp":)" +
                          std::to_string(expires) + more + "}");
  }
};

MockPlan plan() {
  MockPlan plan;
  plan.federation.issuers = {{.issuer = "https://ci.test",
                              .audiences = {"https://api.anthropic.com"},
                              .jwks = signer().jwks(),
                              .where = "keys",
                              .token_lifetime_max = hours(1)}};
  plan.federation.rules = {{.id = "fdrl_ci",
                            .issuer = 0,
                            .claims = {{"sub", "repo:acme/*:main"}, {"env", "prod"}},
                            .service_accounts = {"svac_ci", "svac_deploy"},
                            .workspaces = {WorkspaceId{0}, WorkspaceId{2}},
                            .token_lifetime = seconds(3600)},
                           {.id = "fdrl_one",
                            .issuer = 0,
                            .claims = {{"sub", "*"}},
                            .service_accounts = {"svac_ci"},
                            .workspaces = {WorkspaceId{1}},
                            .token_lifetime = seconds(600)}};
  return plan;
}

struct Asked {
  std::string rule = "fdrl_one";
  std::string account = "svac_ci";
  std::optional<WorkspaceId> workspace{};
  std::int64_t now = kStart;
};

tl::expected<FederationGrant, Federation::Denied> ask(Federation& federation,
                                                      const std::string& assertion,
                                                      const Asked& asked = {}) {
  return federation.exchange({.assertion = assertion,
                              .rule = asked.rule,
                              .service_account = asked.account,
                              .workspace = asked.workspace},
                             unix_second(asked.now));
}

Denial reason(const std::string& assertion, const Asked& asked = {}) {
  Federation federation(plan());
  const auto grant = ask(federation, assertion, asked);
  REQUIRE_FALSE(grant);
  CHECK_FALSE(grant.error().text().empty());
  return grant.error().reason;
}

TEST_CASE("a good token is granted what its rule says") {
  Federation federation(plan());
  const auto grant = ask(federation, Token{}.text());
  REQUIRE(grant);
  CHECK(grant->service_account == "svac_ci");
  CHECK(grant->workspace == WorkspaceId{1});
  CHECK(grant->lifetime == seconds(600));
}

TEST_CASE("a token's lifetime is at most twice what is left of the JWT, and at least a minute") {
  const auto lifetime = [](std::int64_t now) {
    Federation federation(plan());
    const auto grant = ask(federation, Token{.expires = kStart + 200}.text(), {.now = now});
    REQUIRE(grant);
    return grant->lifetime;
  };
  CHECK(lifetime(kStart) == seconds(400));
  CHECK(lifetime(kStart + 100) == seconds(200));
  CHECK(lifetime(kStart + 171) == seconds(60));
  CHECK(lifetime(kStart + 220) == seconds(60));
}

TEST_CASE("every claim of a rule has to be met, stars standing for anything") {
  Federation federation(plan());
  const Asked asked{.rule = "fdrl_ci", .workspace = WorkspaceId{2}};
  const std::string prod = R"(,"env":"prod")";
  CHECK(ask(federation, Token{.more = prod}.text(), asked));
  CHECK(ask(federation, Token{.subject = "repo:acme/a:b:main", .more = prod}.text(), asked));
  CHECK(ask(federation, Token{.subject = "repo:acme/:main", .more = prod}.text(), asked));
  for (const char* const subject :
       {"repo:acme/app:dev", "repo:acme:main", "Repo:acme/app:main", "repo:acme/app:main "}) {
    INFO(subject);
    CHECK(reason(Token{.subject = subject, .more = prod}.text(), asked) == Denial::kClaims);
  }
  CHECK(reason(Token{}.text(), asked) == Denial::kClaims);
  CHECK(reason(Token{.more = R"(,"env":"dev")"}.text(), asked) == Denial::kClaims);
  CHECK(reason(Token{.more = R"(,"env":["prod"])"}.text(), asked) == Denial::kClaims);
}

TEST_CASE("each denial has its reason") {
  const std::string good = Token{}.text();
  CHECK(reason(good, {.rule = "fdrl_none"}) == Denial::kUnknownRule);
  CHECK(reason("no.token.x") == Denial::kToken);
  CHECK(reason(good + "A") == Denial::kToken);
  CHECK(reason(good, {.now = kStart + 1830}) == Denial::kToken);
  CHECK(reason(good, {.now = kStart - 31}) == Denial::kToken);
  CHECK(reason(Token{.expires = kStart + 3601}.text()) == Denial::kToken);
  CHECK(reason(good, {.account = "svac_deploy"}) == Denial::kServiceAccount);
  CHECK(reason(good, {.workspace = WorkspaceId{0}}) == Denial::kWorkspace);
  const std::string prod = Token{.more = R"(,"env":"prod")"}.text();
  CHECK(reason(prod, {.rule = "fdrl_ci"}) == Denial::kWorkspaceNeeded);
  CHECK(reason(prod, {.rule = "fdrl_ci", .workspace = WorkspaceId{1}}) == Denial::kWorkspace);
  Federation none{MockPlan{}};
  CHECK(ask(none, good).error().reason == Denial::kNotConfigured);
}

TEST_CASE("a jti is used once, and is forgotten when its token has expired") {
  Federation federation(plan());
  const std::string once = Token{.more = R"(,"jti":"1")"}.text();
  REQUIRE(ask(federation, once));
  CHECK(ask(federation, once).error().reason == Denial::kReplayed);
  CHECK(ask(federation, Token{.expires = kStart + 1801, .more = R"(,"jti":"1")"}.text())
            .error()
            .reason == Denial::kReplayed);
  CHECK(ask(federation, Token{.more = R"(,"jti":"2")"}.text()));
  CHECK(federation.uses() == 2);
  const std::int64_t later = kStart + 1830;
  const Token next{.issued = later, .expires = later + 60, .more = R"(,"jti":"1")"};
  CHECK(ask(federation, next.text(), {.now = later}));
  CHECK(federation.uses() == 1);
}

TEST_CASE("a token that was refused has not used up its jti") {
  Federation federation(plan());
  const std::string once = Token{.more = R"(,"jti":"1")"}.text();
  REQUIRE_FALSE(ask(federation, once, {.account = "svac_other"}));
  CHECK(ask(federation, once));
}

TEST_CASE("keys that cannot be used are found before a server starts") {
  MockPlan wrong = plan();
  CHECK(check_federation(wrong.federation).empty());
  wrong.federation.issuers[0].jwks = R"({"keys":[]})";
  const Errors errors = check_federation(wrong.federation);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].text() == "keys: has no RSA or EC key with a \"kid\" that verifies signatures");
}

// ---- POST /v1/oauth/token

std::string federated_organization() {
  return R"({"workspaces": [{"name": "web"}, {"name": "app"}], "federation": {
    "issuers": [{"issuer": "https://ci.test", "jwks": )" +
         signer().jwks() + R"(}],
    "rules": [
      {"id": "fdrl_ci", "issuer": "https://ci.test", "match": "repo:acme/*",
       "service_accounts": ["svac_ci"], "workspaces": ["default", "web"]},
      {"id": "fdrl_app", "issuer": "https://ci.test", "service_accounts": ["svac_ci"],
       "workspaces": ["app"], "token_lifetime_seconds": 600}]}})";
}

json request_for(MockClient& mock, const std::string& assertion) {
  return {{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"},
          {"assertion", assertion},
          {"federation_rule_id", "fdrl_app"},
          {"organization_id", mock.state().plan.organization_id},
          {"service_account_id", "svac_ci"}};
}

constexpr std::string_view kFederatedMessage =
    R"({"model":"claude-sonnet-5-5","messages":[{"role":"user","content":"Hi"}]})";

int status_with(MockClient& mock, const std::string& token) {
  const std::string value = "Bearer " + token;
  return mock.post("/v1/messages/count_tokens", kFederatedMessage, {{"authorization", value}})
      .status;
}

TEST_CASE("an exchanged token works on the API until it expires") {
  MockClient mock(test::mock_plan(federated_organization(), {.any_key = false}));
  const MemoryReply& reply = mock.post("/v1/oauth/token", request_for(mock, Token{}.text()).dump());
  REQUIRE(reply.status == 200);
  const json body = reply.json();
  CHECK(body["token_type"] == "Bearer");
  CHECK(body["expires_in"] == 600);
  CHECK(body.contains("scope"));
  const auto token = body["access_token"].get<std::string>();
  CHECK(token.starts_with("sk-ant-oat01-mock-"));
  CHECK(status_with(mock, token) == 200);
  mock.run_for(seconds(599));
  CHECK(status_with(mock, token) == 200);
  mock.run_for(seconds(1));
  CHECK(status_with(mock, token) == 401);
}

TEST_CASE("tokens of one service account in one workspace share a key") {
  MockClient mock(test::mock_plan(federated_organization()));
  const std::size_t before = mock.state().credentials.keys().size();
  for (int i = 0; i < 3; ++i) {
    json request = request_for(mock, Token{}.text());
    if (i == 2) {
      request["federation_rule_id"] = "fdrl_ci";
      request["workspace_id"] = "default";
    }
    CHECK(mock.post("/v1/oauth/token", request.dump()).status == 200);
  }
  CHECK(mock.state().credentials.keys().size() == before + 2);
}

TEST_CASE("under a faster clock a token lives as long as it says by the client's clock") {
  MockClient mock(
      test::mock_plan(federated_organization(), {.any_key = false, .speed_permille = 60'000}));
  const MemoryReply& reply = mock.post("/v1/oauth/token", request_for(mock, Token{}.text()).dump());
  CHECK(reply.json()["expires_in"] == 600);
  const auto token = reply.json()["access_token"].get<std::string>();
  mock.run_for(seconds(600) * 60 - seconds(1));
  CHECK(status_with(mock, token) == 200);
  mock.run_for(seconds(1));
  CHECK(status_with(mock, token) == 401);
}

TEST_CASE("what is malformed is 400 and names the field") {
  MockClient mock(test::mock_plan(federated_organization()));
  const auto refused = [&](const std::string& field, const json& value) {
    json request = request_for(mock, Token{}.text());
    if (value.is_discarded()) {
      request.erase(field);
    } else {
      request[field] = value;
    }
    const MemoryReply& reply = mock.post("/v1/oauth/token", request.dump());
    INFO(field << " = " << (value.is_discarded() ? "absent" : value.dump()));
    CHECK(reply.status == 400);
    CHECK(reply.json()["error"]["type"] == "invalid_request_error");
    CHECK(reply.json()["error"]["message"].get<std::string>().starts_with(field + ": "));
  };
  const json absent(json::value_t::discarded);
  for (const char* const field :
       {"grant_type", "assertion", "federation_rule_id", "organization_id", "service_account_id"}) {
    refused(field, absent);
    refused(field, nullptr);
    refused(field, "");
    refused(field, 7);
  }
  refused("grant_type", "client_credentials");
  refused("federation_rule_id", "rule_1");
  refused("federation_rule_id", "fdrl_");
  refused("organization_id", "00000000-0000-0000-0000-00000000000g");
  refused("service_account_id", "svac ci");
  refused("workspace_id", "web");
  CHECK(mock.post("/v1/oauth/token", "grant_type=x").status == 400);
  CHECK(mock.post("/v1/oauth/token", "").status == 400);
}

TEST_CASE("a rule that spans several workspaces asks for one") {
  MockClient mock(test::mock_plan(federated_organization()));
  json request = request_for(mock, Token{}.text());
  request["federation_rule_id"] = "fdrl_ci";
  CHECK(mock.post("/v1/oauth/token", request.dump()).status == 400);
  request["workspace_id"] = "default";
  CHECK(mock.post("/v1/oauth/token", request.dump()).status == 200);
  request["workspace_id"] = mock.state().plan.workspace_ids[1];
  CHECK(mock.post("/v1/oauth/token", request.dump()).status == 200);
  request["workspace_id"] = mock.state().plan.workspace_ids[2];
  CHECK(mock.post("/v1/oauth/token", request.dump()).status == 401);
}

TEST_CASE("every denial is 401 in the same words") {
  MockClient mock(test::mock_plan(federated_organization()));
  const auto denied = [&](const json& request) {
    const MemoryReply& reply = mock.post("/v1/oauth/token", request.dump());
    INFO(request.dump());
    CHECK(reply.status == 401);
    CHECK(reply.json()["error"]["type"] == "authentication_error");
    CHECK(reply.json()["error"]["message"] == "Authentication failed");
  };
  json request = request_for(mock, "x");
  denied(request);
  request["assertion"] = std::string(wire::kJwtBytesMax + 1, 'a');
  denied(request);
  request["assertion"] = Token{.expires = kStart - 60}.text();
  denied(request);
  request["assertion"] = Token{.subject = "else"}.text();
  request["federation_rule_id"] = "fdrl_ci";
  request["workspace_id"] = "default";
  denied(request);
  request = request_for(mock, Token{}.text());
  for (const auto& [field, value] :
       {std::pair{"federation_rule_id", "fdrl_none"}, std::pair{"service_account_id", "svac_no"},
        std::pair{"organization_id", "00000000-0000-0000-0000-000000000000"},
        std::pair{"workspace_id", "wrkspc_none"}, std::pair{"workspace_id", "default"}}) {
    json other = request;
    other[field] = value;
    denied(other);
  }
}

TEST_CASE("without federation the 401 says that there is none") {
  MockClient mock(test::start_tier());
  const MemoryReply& reply = mock.post("/v1/oauth/token", request_for(mock, Token{}.text()).dump());
  CHECK(reply.status == 401);
  CHECK(reply.json()["error"]["message"] ==
        "Authentication failed: the scenario of this mock has no organization.federation");
}

}  // namespace
}  // namespace sluice::mock
