#include <cstdint>
#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <unistd.h>

#include "net/http_client.hpp"
#include "support/catch.hpp"
#include "support/relay_server.hpp"
#include "unit/net/client_calls.hpp"
#include "unit/net/live_server.hpp"

namespace {

using namespace sluice;
using namespace sluice::test;
using net::TransportError;

// proxy_for() takes a plain function, as getenv() is one.
std::map<std::string, std::string>& environment() {
  static std::map<std::string, std::string> variables;
  return variables;
}
const char* variable(const char* name) {
  const auto found = environment().find(name);
  return found == environment().end() ? nullptr : found->second.c_str();
}

// The proxy's URL, "none", or the error.
std::string proxy_of(const std::string& target, std::map<std::string, std::string> variables) {
  environment() = std::move(variables);
  const auto proxy = net::proxy_for(*net::parse_url(target, "target"), variable);
  if (!proxy) return proxy.error().text();
  return *proxy ? (*proxy)->text() : "none";
}

net::Url local(std::string_view scheme, std::uint16_t port, std::string_view user = {}) {
  return *net::parse_url(
      std::string(scheme) + "://" + std::string(user) + "127.0.0.1:" + std::to_string(port),
      "test");
}

}  // namespace

TEST_CASE("the environment names the proxy by the target's scheme") {
  const std::map<std::string, std::string> both = {{"HTTPS_PROXY", "http://secure:1"},
                                                   {"HTTP_PROXY", "http://plain:2"},
                                                   {"ALL_PROXY", "http://all:3"}};
  CHECK(proxy_of("https://a.example", both) == "http://secure:1");
  CHECK(proxy_of("http://a.example", both) == "http://plain:2");
  CHECK(proxy_of("https://a.example", {{"ALL_PROXY", "http://all:3"}}) == "http://all:3");
  CHECK(proxy_of("https://a.example", {{"HTTP_PROXY", "http://plain:2"}}) == "none");
  CHECK(proxy_of("https://a.example", {}) == "none");
}

TEST_CASE("proxy variables may be in either case, and empty ones are not set") {
  CHECK(proxy_of("https://a.example", {{"https_proxy", "http://small:1"},
                                       {"HTTPS_PROXY", "http://large:1"}}) == "http://small:1");
  CHECK(proxy_of("https://a.example", {{"https_proxy", ""}, {"HTTPS_PROXY", "http://large:1"}}) ==
        "http://large:1");
  CHECK(proxy_of("https://a.example", {{"https_proxy", ""}}) == "none");
}

TEST_CASE("a proxy may be written without a scheme, and a wrong one names its variable") {
  CHECK(proxy_of("https://a.example", {{"https_proxy", "proxy:3128"}}) == "http://proxy:3128");
  CHECK(proxy_of("https://a.example", {{"https_proxy", "socks5://proxy:1"}})
            .starts_with("https_proxy: "));
}

TEST_CASE("NO_PROXY exempts hosts, domains, addresses and networks") {
  const auto is_exempt = [](const std::string& target, const std::string& list) {
    return proxy_of(target, {{"ALL_PROXY", "http://p:1"}, {"NO_PROXY", list}}) == "none";
  };
  CHECK(is_exempt("https://a.example", "*"));
  CHECK(is_exempt("https://a.example", "b.example, A.Example"));
  CHECK(is_exempt("https://x.a.example", "a.example"));
  CHECK(is_exempt("https://x.a.example", ".a.example"));
  CHECK(is_exempt("https://a.example", ".a.example"));
  CHECK_FALSE(is_exempt("https://xa.example", "a.example"));
  CHECK_FALSE(is_exempt("https://a.example", "x.a.example"));
  CHECK_FALSE(is_exempt("https://a.example", " ,, "));
  CHECK(is_exempt("http://10.1.2.3", "10.1.2.3"));
  CHECK(is_exempt("http://10.1.2.3", "10.0.0.0/8"));
  CHECK(is_exempt("http://10.1.2.3", "10.1.2.2/31"));
  CHECK(is_exempt("http://10.1.2.3", "0.0.0.0/0"));
  CHECK_FALSE(is_exempt("http://10.1.2.3", "10.1.2.0/31"));
  CHECK_FALSE(is_exempt("http://10.1.2.3", "10.1.2.3/33"));
  CHECK_FALSE(is_exempt("http://10.1.2.3", "10.0.0.0/x"));
  CHECK_FALSE(is_exempt("http://10.1.2.3", "2.3"));
  CHECK(is_exempt("http://[fd00::1]", "fd00::/8"));
  CHECK(is_exempt("http://[fd00::1]", "[fd00::1]"));
  CHECK_FALSE(is_exempt("http://[fd00::1]", "10.0.0.0/8"));
}

TEST_CASE("loopback never goes through a proxy") {
  for (const char* target : {"http://localhost:1", "https://127.0.0.1", "http://[::1]:1"}) {
    CHECK(proxy_of(target, {{"ALL_PROXY", "http://p:1"}}) == "none");
  }
}

TEST_CASE("a proxy is asked for the whole address of a plain target") {
  std::string seen;
  RawServer proxy([&](RawServer::Peer& peer) {
    seen = peer.read_request();
    peer.send(ok_answer("by proxy"));
    peer.wait_for_close();
  });
  {
    ClientLoop bench({.target = *net::parse_url("http://a.invalid:81/base", ""),
                      .proxy = local("http", proxy.port, "user:pass@")});
    CHECK(bench.ask({.path = "/x", .method = "GET"}).body == "by proxy");
  }
  CHECK(seen ==
        "GET http://a.invalid:81/base/x HTTP/1.1\r\nhost: a.invalid:81\r\n"
        "proxy-authorization: Basic dXNlcjpwYXNz\r\n\r\n");
}

TEST_CASE("a TLS target is reached through a proxy's tunnel") {
  const auto identity = net::make_self_signed("localhost");
  REQUIRE(identity);
  const std::string file = "/tmp/sluice_proxy_ca_" + std::to_string(::getpid());
  std::ofstream(file) << identity->certificate_pem;
  LiveServer live({.tls = *identity});
  RelayServer proxy({.target = live.port, .is_tunnel = true});
  net::ClientOptions options{.target = local("https", live.port),
                             .proxy = local("http", proxy.port(), "user:pass@"),
                             .ca_file = file};
  ClientLoop bench(options);
  for (int i = 0; i < 3; ++i) {
    const Heard& heard = bench.ask({.path = "/echo", .body = "hi"});
    CHECK(heard.body.ends_with("hi"));
    CHECK(heard.body.find("proxy-authorization") == std::string::npos);
  }
  CHECK(bench.client->counters().connections_opened == 1);
  const std::string address = "127.0.0.1:" + std::to_string(live.port);
  CHECK(proxy.tunnel_request() == "CONNECT " + address + " HTTP/1.1\r\nhost: " + address +
                                      "\r\nproxy-authorization: Basic dXNlcjpwYXNz\r\n\r\n");
  std::remove(file.c_str());
}

TEST_CASE("a proxy that would not is a failure of its own") {
  struct Case {
    std::string answer;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"HTTP/1.1 407 No\r\ncontent-length: 0\r\n\r\n", "wants a user and a password"},
      {"HTTP/1.1 403 No\r\ncontent-length: 3\r\n\r\nno!", "refused with status 403"},
      {"HTTP/1.1 200 OK\r\n\r\nmore", "more than its answer"},
      {"SOCKS", "no HTTP/1.1 answer"},
      {"HTTP/1.1 200", "closed the connection"},
      {"", "closed the connection"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.answer);
    RawServer proxy([&](RawServer::Peer& peer) {
      peer.read_request();
      peer.send(one.answer);
    });
    ClientLoop bench(
        {.target = *net::parse_url("https://a.invalid", ""), .proxy = local("http", proxy.port)});
    const Heard& heard = bench.ask();
    REQUIRE(heard.failed_with(TransportError::kProxy));
    CHECK(heard.failure->message.find(one.message) != std::string::npos);
    CHECK_FALSE(heard.failure->was_sent);
    CHECK(bench.client->counters().connections_failed == 1);
  }
}

TEST_CASE("a proxy that says nothing has a time") {
  RawServer proxy([](RawServer::Peer& peer) { peer.wait_for_close(); });
  ClientLoop bench({.target = *net::parse_url("https://a.invalid", ""),
                    .proxy = local("http", proxy.port),
                    .connect_timeout = milliseconds(30)});
  const Heard& heard = bench.ask();
  REQUIRE(heard.failed_with(TransportError::kTimeout));
  CHECK(heard.failure->message == "no connection within 30.00 ms: the proxy does not answer");
}

TEST_CASE("a proxy that is spoken to by TLS is refused") {
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  const auto client = net::HttpClient::make(
      loop, {.target = local("https", 1), .proxy = local("https", 2, "me:secret@")});
  REQUIRE_FALSE(client);
  CHECK(client.error().text().find("secret") == std::string::npos);
}
