// The client against a server that others have written. Skipped where nginx is not installed.
#include <fstream>
#include <string>
#include <string_view>

#include "net/http_client.hpp"
#include "support/catch.hpp"
#include "support/nginx_server.hpp"
#include "support/tls_server.hpp"
#include "unit/net/client_calls.hpp"

namespace {

using namespace sluice;
using namespace sluice::test;
using net::TransportError;

bool has_nginx() {
  if (!NginxServer::path().empty()) return true;
  WARN("skipped: nginx is not installed (apt-get install nginx-light)");
  return false;
}

constexpr std::string_view kPlaces = R"(
  root {};
  client_max_body_size 1m;
  location /static { return 200 'static'; }
  location /empty { return 204; }
  location /limited { return 429 'slow down'; add_header retry-after 7 always; }
)";

}  // namespace

TEST_CASE("nginx answers over connections that stay") {
  if (!has_nginx()) return;
  NginxServer nginx("", kPlaces);
  std::ofstream(nginx.folder / "file") << std::string(300'000, 'f');
  ClientLoop bench(nginx.port);
  for (int i = 0; i < 200; ++i) CHECK(bench.ask({.path = "/static"}).body == "static");
  CHECK(bench.ask({.path = "/static", .body = std::string(500'000, 'x')}).body == "static");
  CHECK(bench.ask({.path = "/empty"}).status == 204);
  const Heard& head = bench.ask({.path = "/file", .method = "HEAD"});
  CHECK(head.has_ended);
  CHECK(head.fields.find("Content-Length=300000") != std::string::npos);
  CHECK(bench.ask({.path = "/file", .method = "GET"}).body == std::string(300'000, 'f'));
  const Heard& limited = bench.ask({.path = "/limited"});
  CHECK(limited.status == 429);
  CHECK(limited.fields.find("retry-after=7") != std::string::npos);
  CHECK(bench.client->counters().connections_opened == 1);
}

TEST_CASE("nginx closes after so many requests, and no call is lost") {
  if (!has_nginx()) return;
  NginxServer nginx("keepalive_requests 10;", kPlaces);
  ClientLoop bench(nginx.port);
  for (int i = 0; i < 95; ++i) CHECK(bench.ask({.path = "/static"}).body == "static");
  CHECK(bench.client->counters().connections_opened == 10);
}

TEST_CASE("nginx closes an idle connection, and no call is lost") {
  if (!has_nginx()) return;
  NginxServer nginx("keepalive_timeout 50ms;", kPlaces);
  ClientLoop bench(nginx.port);
  for (int i = 0; i < 3; ++i) {
    CHECK(bench.ask({.path = "/static"}).body == "static");
    REQUIRE(bench.run_until([&] { return bench.client->counters().connections_open == 0; }));
  }
}

TEST_CASE("nginx refuses a body that is too large, and that is heard") {
  if (!has_nginx()) return;
  NginxServer nginx("", kPlaces);
  ClientLoop bench(nginx.port);
  const Heard& heard = bench.ask({.path = "/static", .body = std::string(5'000'000, 'x')});
  CHECK((heard.status == 413 || heard.failed_with(TransportError::kClosed)));
  CHECK(bench.ask({.path = "/static"}).body == "static");
}

TEST_CASE("nginx answers over TLS, and shortens the second handshake") {
  if (!has_nginx()) return;
  const net::TlsIdentity identity = make_certificate({});
  const CaFile ca(identity.certificate_pem);
  const CaFile key(identity.private_key_pem);
  NginxServer nginx(
      "ssl_certificate " + ca.path + "; ssl_certificate_key " + key.path +
          "; ssl_protocols TLSv1.2 TLSv1.3;",
      std::string(kPlaces) + "location /reused { return 200 '$ssl_protocol $ssl_session_reused'; }",
      "ssl");
  ClientLoop bench(
      {.target = *net::parse_url("https://localhost:" + std::to_string(nginx.port), "test"),
       .ca_file = ca.path});
  CHECK(bench.ask({.path = "/reused"}).body == "TLSv1.3 .");
  for (int i = 0; i < 50; ++i) CHECK(bench.ask({.path = "/static"}).body == "static");
  CHECK(bench.client->counters().connections_opened == 1);
  Heard& first = bench.send({.path = "/static"});
  Heard& second = bench.send({.path = "/reused"});
  REQUIRE(bench.run(2));
  CHECK(first.body == "static");
  CHECK(second.body == "TLSv1.3 r");
}
