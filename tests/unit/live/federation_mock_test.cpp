// A federation against the mock, which checks signatures and takes only tokens that it has given.
#include <memory>
#include <string>
#include <utility>

#include "credential_waiter.hpp"
#include "live/credentials.hpp"
#include "mock/mock_server.hpp"
#include "support/catch.hpp"
#include "support/jwt_signer.hpp"
#include "support/mock_client.hpp"

using namespace sluice;
using live::Credentials;
using live::Federation;
using test::kKey;
using test::line;
using test::Waiter;

namespace {

const test::JwtSigner& signer() {
  static const test::JwtSigner one("ES256", "key-1");
  return one;
}

std::string jwt(const std::string& subject) {
  // The calendar of the mock's scenario begins here.
  constexpr std::int64_t kStart = 1'795'212'000;  // 2026-11-20T22:00:00Z
  return signer().token(R"({"iss":"https://ci.test","aud":"https://api.anthropic.com","sub":")" +
                        subject + R"(","iat":)" + std::to_string(kStart) + R"(,"exp":)" +
                        std::to_string(kStart + 1800) + "}");
}

struct Real {
  Real() {
    auto started = mock::MockServer::start(
        test::mock_plan(R"({"federation": {"issuers": [{"issuer": "https://ci.test", "jwks": )" +
                            signer().jwks() +
                            R"(}], "rules": [{"id": "fdrl_app", "issuer": "https://ci.test",
                              "match": "repo:acme/*", "service_accounts": ["svac_ci"],
                              "workspaces": ["default"], "token_lifetime_seconds": 600}]}})",
                        {.any_key = false}),
        {.port = 0});
    if (!started) FAIL(started.error().text());
    server = std::move(*started);
    waiter = std::make_unique<Waiter>(server->loop());
  }
  net::ClientOptions target() const { return {.target = *net::parse_url(server->url(), "")}; }
  void start(const std::string& assertion) {
    live::CredentialPlan plan;
    plan.federation = Federation{.rule_id = "fdrl_app",
                                 .organization_id = server->mock().state().plan.organization_id,
                                 .service_account_id = "svac_ci",
                                 .workspace_id = "default",
                                 .token = live::Secret(assertion)};
    auto made = Credentials::make(std::move(plan), server->loop(), target());
    if (!made) FAIL(made.error().text());
    credentials = std::move(*made);
    credentials->listen(waiter.get());
  }

  std::unique_ptr<mock::MockServer> server;
  std::unique_ptr<Waiter> waiter;
  std::unique_ptr<Credentials> credentials;
};

struct StatusOf final : net::AnswerListener {
  explicit StatusOf(net::EventLoop& waited_in) : loop(waited_in) {}
  void on_head(const net::AnswerHead& head) override { status = head.status; }
  void on_body(std::string_view) override {}
  void on_end() override { loop.stop(); }
  void on_failure(const net::TransportFailure&) override { loop.stop(); }
  net::EventLoop& loop;
  int status = 0;
};

int status_with(Real& real, const std::string& header) {
  auto client = net::HttpClient::make(real.server->loop(), real.target());
  REQUIRE(client);
  StatusOf listener(real.server->loop());
  const std::string fields =
      "content-type: application/json\r\nanthropic-version: 2026-10-21\r\n" + header;
  net::HttpCall call;
  call.path = "/v1/messages/count_tokens";
  call.fields = fields;
  call.body = R"({"model":"claude-sonnet-5-5","messages":[{"role":"user","content":"Hi"}]})";
  call.listener = &listener;
  (*client)->send(call);
  real.server->loop().run();
  return listener.status;
}

}  // namespace

TEST_CASE("a token of the mock's own works on it, and no other does") {
  Real real;
  real.start(jwt("repo:acme/app"));
  REQUIRE(real.credentials->header(kKey).empty());
  real.server->loop().run();
  const std::string header(real.credentials->header(kKey));
  CHECK(header.starts_with("authorization: Bearer sk-ant-oat01-mock-"));
  CHECK(status_with(real, header) == 200);
  CHECK(status_with(real, line("sk-ant-oat01-mock-other")) == 401);
}

TEST_CASE("the mock's denial of an identity token reaches whoever waits") {
  Real real;
  const std::string assertion = jwt("repo:else/app");
  real.start(assertion);
  REQUIRE(real.credentials->header(kKey).empty());
  real.server->loop().run();
  REQUIRE(real.credentials->failure());
  const std::string text = real.credentials->failure()->text();
  CHECK(text.find("status 401: \"Authentication failed\"") != std::string::npos);
  CHECK(text.find(assertion.substr(0, 20)) == std::string::npos);
  CHECK(real.waiter->told == 1);
}
