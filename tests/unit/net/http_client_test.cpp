#include "net/http_client.hpp"

#include <cstdio>
#include <fstream>
#include <string>
#include <unistd.h>

#include "support/catch.hpp"
#include "support/raw_server.hpp"
#include "unit/net/client_calls.hpp"
#include "unit/net/live_server.hpp"

namespace {

using namespace sluice;
using namespace sluice::test;
using net::TransportError;

}  // namespace

TEST_CASE("a call is answered") {
  LiveServer live;
  ClientLoop bench(live.port);
  const Heard& heard = bench.ask({.path = "/echo", .body = "hello", .fields = "x-key: 1\r\n"});
  CHECK(heard.has_ended);
  CHECK(heard.status == 200);
  CHECK(heard.body == "POST /echo \nhost=127.0.0.1:" + std::to_string(live.port) +
                          "\nx-key=1\ncontent-length=5\nhello");
  CHECK(heard.call.written_at > 0);
  CHECK(heard.call.connection == nullptr);
}

TEST_CASE("calls one after the other go over one connection") {
  LiveServer live;
  ClientLoop bench(live.port);
  for (int i = 0; i < 10; ++i) CHECK(bench.ask({.path = "/stream"}).body == "one two three");
  CHECK(bench.client->counters().connections_opened == 1);
  CHECK(bench.client->counters().calls_reused == 9);
}

TEST_CASE("a large request and a large answer arrive whole") {
  LiveServer live;
  ClientLoop bench(live.port);
  const std::string body(20'000'000, 'x');
  CHECK(bench.ask({.path = "/size", .body = body}).body == "20000000");
  CHECK(bench.ask({.path = "/big"}).body.size() == 1U << 20);
  CHECK(bench.ask({.path = "/flood"}).body.size() == live.handler.flood_size);
}

TEST_CASE("a server with a certificate that is trusted is spoken to by TLS") {
  const auto identity = net::make_self_signed("localhost");
  REQUIRE(identity);
  const std::string file = "/tmp/sluice_client_ca_" + std::to_string(::getpid());
  std::ofstream(file) << identity->certificate_pem;
  LiveServer live({.tls = *identity});
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const std::string url = std::string("https://") + host + ":" + std::to_string(live.port);
    ClientLoop bench({.target = *net::parse_url(url, ""), .ca_file = file});
    for (int i = 0; i < 3; ++i) {
      const Heard& heard = bench.ask({.path = "/size", .body = std::string(200'000, 'x')});
      CHECK(heard.body == "200000");
      CHECK((heard.failure ? heard.failure->message : "").empty());
    }
    CHECK(bench.ask({.path = "/big"}).body.size() == 1U << 20);
    CHECK(bench.client->counters().connections_opened == 1);
  }
  std::remove(file.c_str());
}
