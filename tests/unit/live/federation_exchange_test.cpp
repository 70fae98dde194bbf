#include "live/federation_exchange.hpp"

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "credential_waiter.hpp"
#include "live/credentials.hpp"
#include "net/http_server.hpp"
#include "support/catch.hpp"
#include "support/process.hpp"

using namespace sluice;
using live::Credentials;
using live::Federation;
using nlohmann::json;
using test::kKey;
using test::line;
using test::Waiter;

namespace {

// A clock that a test sets forward.
std::int64_t clock_ahead = 0;
std::int64_t test_clock() noexcept { return net::steady_now() + clock_ahead; }

struct Answer {
  int status = 200;
  std::string body;
  bool is_silent = false;
};

std::string token_body(const std::string& token, int lifetime) {
  return json{{"access_token", token}, {"token_type", "Bearer"}, {"expires_in", lifetime}}.dump();
}

// Says what the test has written, and keeps what it was asked; then it says nothing.
class TokenServer final : public net::HttpHandler {
 public:
  struct Asked {
    std::string method, path, type, beta;
    json body;
  };
  explicit TokenServer(net::EventLoop& loop) {
    auto listening = net::HttpServer::listen(loop, {}, *this);
    if (!listening) FAIL(listening.error().text());
    server_ = std::move(*listening);
  }
  net::ClientOptions target() const { return {.target = *net::parse_url(server_->url(), "")}; }

  std::deque<Answer> answers;
  std::vector<Asked> asked;

 private:
  std::size_t body_limit(std::string_view, std::string_view) const noexcept override {
    return 1U << 20U;
  }
  void handle(const net::HttpRequest& request, net::HttpReply& reply) override {
    asked.push_back({.method = std::string(request.method),
                     .path = std::string(request.path),
                     .type = std::string(request.header("content-type").value_or("")),
                     .beta = std::string(request.header("anthropic-beta").value_or("")),
                     .body = json::parse(request.body, nullptr, false)});
    if (answers.empty() || answers.front().is_silent) return reply.listen(&nobody_);
    const Answer answer = answers.front();
    answers.pop_front();
    reply.send(answer.status, "content-type: application/json\r\nrequest-id: req_1\r\n",
               answer.body);
  }
  void refuse(net::TransportRefusal, net::HttpReply& reply) override { reply.drop(); }

  struct Nobody final : net::ReplyListener {
    void on_drained() override {}
    void on_gone() override {}
  };
  Nobody nobody_;
  std::unique_ptr<net::HttpServer> server_;
};

// A federation whose token endpoint the test writes.
struct Scripted {
  Scripted() : loop(timers, {}), server(loop), waiter(loop) { clock_ahead = 0; }

  void start(const std::string& assertion = "first-part.second-part.third") {
    folder.write("token", assertion + "\n");
    live::CredentialPlan plan;
    plan.federation = Federation{.rule_id = "fdrl_1",
                                 .organization_id = "org-1",
                                 .service_account_id = "svac_1",
                                 .token_file = folder / "token"};
    net::ClientOptions target = server.target();
    target.connect_timeout = milliseconds(200);
    auto made = Credentials::make(std::move(plan), loop, target, test_clock);
    if (!made) FAIL(made.error().text());
    credentials = std::move(*made);
    credentials->listen(&waiter);
  }
  void say(const std::string& token, int lifetime = 3600) {
    server.answers.push_back({.body = token_body(token, lifetime)});
  }
  std::string header() { return std::string(credentials->header(kKey)); }
  // After waiting for it, if need be.
  std::string header_in_time() {
    if (credentials->header(kKey).empty()) loop.run();
    return header();
  }
  // Until the exchange in the background is over: the server's answer has been read when a request
  // that came after it has its own. The loop's own look-out wakes it often enough.
  template <class Until>
  void run_until(Until&& until) {
    loop.every(milliseconds(5), [this, until] {
      if (until()) loop.stop();
    });
    loop.run();
  }
  std::string failure() {
    CHECK(header_in_time().empty());
    REQUIRE(credentials->failure());
    CHECK(waiter.told == 1);
    return credentials->failure()->text();
  }

  TimerQueue timers;
  net::EventLoop loop;
  TokenServer server;
  Waiter waiter;
  testing::TemporaryFolder folder;
  std::unique_ptr<Credentials> credentials;
};

}  // namespace

TEST_CASE("an exchange is asked for as the SDKs ask") {
  Scripted run;
  run.say("token-1");
  run.start();
  CHECK(run.header_in_time() == line("token-1"));
  CHECK(run.waiter.told == 1);
  REQUIRE(run.server.asked.size() == 1);
  const TokenServer::Asked& asked = run.server.asked[0];
  CHECK(asked.method == "POST");
  CHECK(asked.path == "/v1/oauth/token");
  CHECK(asked.type == "application/json");
  CHECK(asked.beta == "oauth-2025-04-20,oidc-federation-2026-04-01");
  CHECK(asked.body == json{{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"},
                           {"assertion", "first-part.second-part.third"},
                           {"federation_rule_id", "fdrl_1"},
                           {"organization_id", "org-1"},
                           {"service_account_id", "svac_1"}});
}

TEST_CASE("all who wait wait for one exchange") {
  Scripted run;
  run.say("token-1");
  run.start();
  for (int i = 0; i < 5; ++i) CHECK(run.header().empty());
  CHECK(run.header_in_time() == line("token-1"));
  CHECK(run.server.asked.size() == 1);
  CHECK(run.waiter.told == 1);
}

TEST_CASE("below two minutes a token is served while the next is fetched") {
  Scripted run;
  run.say("token-1");
  run.say("token-2");
  run.start();
  run.header_in_time();
  clock_ahead = ns(seconds(3600 - 119));
  CHECK(run.header() == line("token-1"));
  run.run_until([&run] { return run.header() == line("token-2"); });
  CHECK(run.server.asked.size() == 2);
  CHECK(run.waiter.told == 1);
}

TEST_CASE("a token is refreshed in time also if no request asks for it") {
  Scripted run;
  run.say("token-1");
  run.say("token-2");
  run.start();
  run.header_in_time();
  clock_ahead = ns(seconds(3600 - 119));
  run.run_until([&run] { return run.server.asked.size() == 2; });
  CHECK(run.server.asked.size() == 2);
}

TEST_CASE("a refresh in the background that fails keeps the token") {
  Scripted run;
  run.say("token-1");
  run.server.answers.push_back({.status = 503, .body = "{}"});
  run.say("token-2");
  run.start();
  run.header_in_time();
  clock_ahead = ns(seconds(3600 - 119));
  CHECK(run.header() == line("token-1"));
  run.run_until([&run] { return run.server.answers.size() == 1; });
  CHECK(run.header() == line("token-1"));
  CHECK(run.server.asked.size() == 2);
  clock_ahead += ns(seconds(6));
  run.run_until([&run] { return run.header() == line("token-2"); });
  CHECK_FALSE(run.credentials->failure());
}

TEST_CASE("below thirty seconds a token is waited for, and its failure is the end") {
  Scripted run;
  run.say("token-1");
  run.say("token-2");
  run.server.answers.push_back({.status = 503, .body = "{}"});
  run.start();
  run.header_in_time();
  clock_ahead = ns(seconds(3600 - 29));
  CHECK(run.header().empty());
  CHECK(run.header_in_time() == line("token-2"));
  CHECK(run.waiter.told == 2);
  clock_ahead *= 2;
  CHECK(run.header_in_time().empty());
  REQUIRE(run.credentials->failure());
  CHECK(run.credentials->failure()->message ==
        "the token exchange was refused with status 503 (req_1)");
  CHECK(run.waiter.told == 3);
}

TEST_CASE("a 401 fetches the token anew, once for all who had it") {
  Scripted run;
  run.say("token-1");
  run.say("token-2");
  run.start();
  run.header_in_time();
  CHECK(run.credentials->was_refused(kKey));
  CHECK(run.credentials->was_refused(kKey));
  CHECK(run.header_in_time() == line("token-2"));
  CHECK(run.credentials->was_refused(kKey));  // said of the first one, late
  CHECK(run.header() == line("token-2"));
  CHECK(run.server.asked.size() == 2);
}

TEST_CASE("the identity token's file is read for each exchange") {
  Scripted run;
  run.say("token-1");
  run.say("token-2");
  run.start("one.two.three");
  run.header_in_time();
  run.folder.write("token", "four.five.six");
  run.credentials->was_refused(kKey);
  run.header_in_time();
  REQUIRE(run.server.asked.size() == 2);
  CHECK(run.server.asked[1].body["assertion"] == "four.five.six");
}

TEST_CASE("an identity token that has gone is told from the loop") {
  Scripted run;
  run.say("token-1");
  run.start();
  run.header_in_time();
  std::filesystem::remove(run.folder / "token");
  run.credentials->was_refused(kKey);
  CHECK(run.header_in_time().empty());
  REQUIRE(run.credentials->failure());
  CHECK(run.credentials->failure()->text() ==
        (run.folder / "token") + ": cannot be opened: No such file or directory");
  CHECK(run.waiter.told == 2);
  CHECK_FALSE(run.credentials->was_refused(kKey));
}

TEST_CASE("a token endpoint that is silent is not waited for for ever") {
  Scripted run;
  run.server.answers.push_back({.body = "", .is_silent = true});
  run.start();
  CHECK(run.failure().ends_with("the token exchange had no answer within 600.0 ms"));
}

TEST_CASE("a refusal carries the API's words and nothing of the identity token") {
  Scripted run;
  const json error{
      {"type", "error"},
      {"error",
       {{"type", "authentication_error"},
        {"message", "no: hidden-header.hidden-claims.hidden-signature, hidden-claims"}}}};
  run.server.answers.push_back({.status = 401, .body = error.dump()});
  run.start("hidden-header.hidden-claims.hidden-signature");
  const std::string text = run.failure();
  CHECK(text.find("hidden") == std::string::npos);
  CHECK(text.find("/v1/oauth/token: the token exchange was refused with status 401: "
                  "\"no: (not shown), (not shown)\" (req_1); see that") != std::string::npos);
}

TEST_CASE("no token is sent over plain http but to this machine") {
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  live::CredentialPlan plan;
  plan.federation = Federation{.rule_id = "fdrl_1", .token = live::Secret("hidden")};
  const auto made = Credentials::make(std::move(plan), loop,
                                      {.target = *net::parse_url("http://192.0.2.1:80", "")});
  REQUIRE_FALSE(made);
  CHECK(made.error().text() ==
        "http://192.0.2.1: an identity token is not sent over plain http: use https, a key, or a "
        "target on this machine");
}

TEST_CASE("what is no usable token is an error that shows nothing of the answer") {
  const live::Secret assertion("hidden-jwt");
  const auto wrong = [&](int status, const std::string& body) {
    const auto token =
        live::read_token_answer({.status = status, .body = body, .request_id = ""}, assertion, "x");
    REQUIRE_FALSE(token);
    CHECK(token.error().text().find("hidden") == std::string::npos);
    return token.error().text();
  };
  const std::string begin = "x: the answer to the token exchange ";
  CHECK(wrong(200, "<hidden>") == begin + "is not a JSON object");
  CHECK(wrong(200, "[]") == begin + "is not a JSON object");
  CHECK(wrong(200, R"({"expires_in": 1})") == begin + "has no access_token");
  CHECK(wrong(200, R"({"access_token": 1})") == begin + "has no access_token");
  CHECK(wrong(200, R"({"access_token": ""})") == "x: access_token: is empty");
  CHECK(wrong(200, R"({"access_token": "hidden\r\nx: y", "expires_in": 1})")
            .starts_with("x: access_token: holds a character"));
  for (const char* const lifetime : {"0", "-1", "\"hidden\"", "null"}) {
    CHECK(wrong(200, std::string(R"({"access_token": "hidden", "expires_in": )") + lifetime +
                         "}") == begin + "has no expires_in above 0");
  }
  CHECK(wrong(200, R"({"access_token": "hidden", "token_type": "mac", "expires_in": 9})") ==
        "x: the token exchange gave a token that is no bearer token");
  CHECK(wrong(302, "hidden") ==
        "x: the token exchange was refused with status 302; a redirect is not followed");
  CHECK(wrong(400, R"({"error": "invalid_grant", "error_description": "bad hidden-jwt"})") ==
        "x: the token exchange was refused with status 400: \"invalid_grant: bad (not shown)\"");
  CHECK(wrong(400, R"({"error": "a\nb)" + std::string(500, 'x') + "\"}") ==
        "x: the token exchange was refused with status 400: \"a b" + std::string(397, 'x') +
            "...\"");
  CHECK(wrong(500, R"({"access_token": "hidden"})") ==
        "x: the token exchange was refused with status 500");
}

TEST_CASE("a lifetime may be a fraction, and none is too long") {
  const auto lifetime = [](const std::string& text) {
    const std::string body =
        R"({"access_token": "t", "token_type": "bearer", "expires_in": )" + text + "}";
    return live::read_token_answer({.status = 200, .body = body, .request_id = ""},
                                   live::Secret("jwt"), "x")
        ->lifetime;
  };
  CHECK(lifetime("3600") == seconds(3600));
  CHECK(lifetime("1.5") == milliseconds(1500));
  CHECK(lifetime("1e300") == seconds(366 * 86'400));
}
