// Requests to the Admin API: what is waited out, what ends the work, and that the key is shown
// nowhere.
#include <map>
#include <optional>
#include <string>

#include "admin/admin_key.hpp"
#include "net/url.hpp"
#include "support/raw_server.hpp"
#include "unit/admin/admin_ports.hpp"

namespace {

using namespace sluice;
using namespace sluice::test;
using admin::AdminClient;

const std::string kEmpty = R"({"data":[],"next_page":null})";

std::string error_body(const std::string& message) {
  return R"({"type":"error","error":{"type":"x","message":")" + message + R"("}})";
}

std::map<std::string, std::string>& variables() {
  static std::map<std::string, std::string> all;
  return all;
}
std::optional<std::string> from_variables(const std::string& name) {
  const auto found = variables().find(name);
  return found == variables().end() ? std::nullopt : std::optional(found->second);
}

TEST_CASE("the key is found in the environment, the first variable before the second") {
  variables() = {{"ANTHROPIC_ADMIN_API_KEY", "sk-ant-admin01-second"}};
  auto key = admin::find_admin_key({}, from_variables);
  REQUIRE(key);
  CHECK(key->secret.reveal() == "sk-ant-admin01-second");
  CHECK(key->source == "ANTHROPIC_ADMIN_API_KEY, sk-ant-admin01-...(21 characters)");
  variables()["ANTHROPIC_ADMIN_KEY"] = "sk-ant-admin01-first";
  key = admin::find_admin_key({}, from_variables);
  CHECK(key->secret.reveal() == "sk-ant-admin01-first");
  CHECK(key->header().reveal() == "x-api-key: sk-ant-admin01-first\r\n");
}

TEST_CASE("a token goes as a bearer, an API key is refused, and nothing is an error") {
  variables() = {{"ANTHROPIC_ADMIN_KEY", "sk-ant-oat01-token"}};
  CHECK(admin::find_admin_key({}, from_variables)->header().reveal() ==
        "authorization: Bearer sk-ant-oat01-token\r\n");
  variables() = {{"ANTHROPIC_ADMIN_KEY", "sk-ant-api03-qzjxkvwy"}};
  const auto api_key = admin::find_admin_key({}, from_variables);
  REQUIRE_FALSE(api_key);
  CHECK_THAT(api_key.error().message, Catch::Contains("wants an Admin key"));
  CHECK(api_key.error().message.find("qzjx") == std::string::npos);
  variables() = {{"ANTHROPIC_ADMIN_KEY", ""}};
  CHECK_THAT(admin::find_admin_key({}, from_variables).error().message,
             Catch::Contains("is set, but empty"));
  variables().clear();
  CHECK_THAT(admin::find_admin_key({}, from_variables).error().message,
             Catch::Contains("ANTHROPIC_ADMIN_KEY"));
}

TEST_CASE("a key goes over plain http to loopback only") {
  const auto ports = [](const std::string& address) {
    return admin::network_ports({.target = net::parse_url(address, "--target").value()});
  };
  CHECK(ports("http://127.0.0.1:8010"));
  CHECK(ports("https://api.anthropic.com"));
  const auto plain = ports("http://api.anthropic.com");
  REQUIRE_FALSE(plain);
  CHECK(plain.error().code == ErrorCode::kInvalidInput);
  CHECK_THAT(plain.error().message, Catch::Contains("is not https"));
}

TEST_CASE("a request says who it is and which version of the API it wants") {
  Outside outside([](const live::FetchRequest&) { return answer(200, kEmpty); });
  AdminClient client = outside.client();
  const auto got = client.get({.path = "/v1/organizations/rate_limits", .beta = "some-beta"});
  REQUIRE(got);
  CHECK(got->text() == kEmpty);
  CHECK(outside.fields[0] == "x-api-key: " + std::string(kPlanted) +
                                 "\r\nanthropic-version: 2026-10-21\r\naccept: application/json\r\n"
                                 "user-agent: sluice/test\r\nanthropic-beta: some-beta\r\n");
}

TEST_CASE("a 429 is waited out as long as it asks, and without a word ever longer") {
  int calls = 0;
  Outside outside([&](const live::FetchRequest&) {
    ++calls;
    if (calls == 1) return answer(429, error_body("slow down"), "retry-after: 7\n");
    if (calls == 2) return answer(529, error_body("busy"));
    if (calls == 3) return answer(429, error_body("slow down"));
    return answer(200, kEmpty);
  });
  AdminClient client = outside.client();
  REQUIRE(client.get({.path = "/v1/organizations/rate_limits?limit=5"}));
  CHECK(outside.waits == std::vector<Duration>{seconds(7), seconds(4), seconds(8)});
  CHECK(outside.reasons[0] == "/v1/organizations/rate_limits answers 429 (slow down)");
}

TEST_CASE("tries and waits have an end") {
  Outside refusing([](const live::FetchRequest&) { return answer(429, error_body("no")); });
  AdminClient client = refusing.client();
  const auto got = client.get({.path = "/v1/x"});
  REQUIRE_FALSE(got);
  CHECK(got.error().code == ErrorCode::kIo);
  CHECK_THAT(got.error().message, Catch::Contains("for the 6th time"));
  CHECK(refusing.paths.size() == AdminClient::kTriesMost);

  Outside distant([](const live::FetchRequest&) {
    return answer(429, error_body("no"), "retry-after: 3600\n");
  });
  AdminClient other = distant.client();
  CHECK_THAT(other.get({.path = "/v1/x"}).error().message,
             Catch::Contains("it has to be waited 1h"));
  CHECK(distant.waits.empty());
}

TEST_CASE("all requests together wait ten minutes at most") {
  int calls = 0;
  Outside outside([&](const live::FetchRequest&) {
    return ++calls % 2 == 1 ? answer(429, "", "retry-after: 250\n") : answer(200, kEmpty);
  });
  AdminClient client = outside.client();
  CHECK(client.get({.path = "/v1/x"}));
  CHECK(client.get({.path = "/v1/x"}));
  const auto third = client.get({.path = "/v1/x"});
  REQUIRE_FALSE(third);
  CHECK_THAT(third.error().message, Catch::Contains("8m20s have been waited already"));
}

TEST_CASE("an interrupted wait ends the work as interrupted") {
  admin::AdminPorts ports;
  ports.fetch = [](const live::FetchRequest&) -> Result<live::Fetched> {
    return answer(429, "", "retry-after: 7\n");
  };
  ports.wait = [](Duration) -> Result<void> {
    return tl::unexpected(Error{ErrorCode::kInterrupted, "", "interrupted"});
  };
  AdminClient client(std::move(ports), admin_key(), "http://test", "sluice/test");
  CHECK(client.get({.path = "/v1/x"}).error().code == ErrorCode::kInterrupted);
}

TEST_CASE("refusals say what they mean") {
  const auto message = [](int status) {
    Outside outside(
        [&](const live::FetchRequest&) { return answer(status, error_body("their words")); });
    AdminClient client = outside.client();
    const auto got = client.get({.path = "/v1/organizations/rate_limits?page=secret"});
    REQUIRE_FALSE(got);
    CHECK(outside.paths.size() == 1);
    CHECK(got.error().where == "http://test/v1/organizations/rate_limits");
    return got.error().message;
  };
  CHECK_THAT(message(401),
             Catch::Contains("the Admin key is not accepted") && Catch::Contains("(their words)"));
  CHECK_THAT(message(403), Catch::Contains("the key may not read this"));
  CHECK_THAT(message(404), Catch::Contains("individual accounts have no Admin API"));
  CHECK_THAT(message(302), Catch::Contains("redirects are not followed"));
  CHECK_THAT(message(418), Catch::Contains("418 instead of 200"));
}

TEST_CASE("a server that repeats the key is not repeated") {
  const std::string key(kPlanted);
  Outside outside([&](const live::FetchRequest&) { return answer(401, error_body("no " + key)); });
  AdminClient client = outside.client();
  const auto got = client.get({.path = "/v1/x"});
  REQUIRE_FALSE(got);
  CHECK(got.error().text().find("qzjxkvwy") == std::string::npos);
  Outside echo(
      [&](const live::FetchRequest&) { return answer(200, R"({"id":")" + key + R"("})"); });
  AdminClient other = echo.client();
  CHECK(other.get({.path = "/v1/x"})->text().find("qzjxkvwy") == std::string_view::npos);
}

TEST_CASE("reports are asked for once a minute after a burst of pages") {
  Outside outside([](const live::FetchRequest&) { return answer(200, kEmpty); });
  AdminClient client = outside.client();
  for (int i = 0; i < AdminClient::kBurst + 2; ++i) {
    REQUIRE(client.get({.path = "/v1/x", .is_report = true}));
  }
  CHECK(outside.waits == std::vector<Duration>{minutes(1), minutes(1)});
  REQUIRE(client.get({.path = "/v1/x"}));
  CHECK(outside.waits.size() == 2);
}

TEST_CASE("an answer that is too large is an error, not cut") {
  RawServer server([](RawServer::Peer& peer) {
    peer.read_request();
    const std::string body(9'000'000, ' ');
    peer.send("HTTP/1.1 200 OK\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" +
              body);
  });
  net::ClientOptions target;
  target.target = {.host = "127.0.0.1", .port = server.port};
  AdminClient client(admin::network_ports(target).value(), admin_key(), "http://test",
                     "sluice/test");
  const auto got = client.get({.path = "/v1/x"});
  REQUIRE_FALSE(got);
  CHECK_THAT(got.error().message, Catch::Contains("larger than 8 MB"));
}

TEST_CASE("a value of a query is written so that nothing in it ends it") {
  CHECK(admin::query_text("page_Mj-A.~ &=#/\xc3\xa9") == "page_Mj-A.~%20%26%3D%23%2F%C3%A9");
}

}  // namespace
