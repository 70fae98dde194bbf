#include <string>
#include <string_view>
#include <vector>

#include "net/http_client.hpp"
#include "support/catch.hpp"
#include "support/relay_server.hpp"
#include "support/tls_server.hpp"
#include "unit/net/client_calls.hpp"
#include "unit/net/live_server.hpp"

namespace {

using namespace sluice;
using namespace sluice::test;
using net::TransportError;

net::ClientOptions tls_options_for(std::string_view host, std::uint16_t port, const CaFile& ca) {
  return {.target =
              *net::parse_url("https://" + std::string(host) + ":" + std::to_string(port), "test"),
          .ca_file = ca.path};
}

// What a client that trusts the certificate, or another, says of a server that has it.
std::string distrust(const CertificateSpec& spec, std::string_view host, bool is_trusted = true) {
  const net::TlsIdentity identity = make_certificate(spec);
  const CaFile ca(is_trusted ? identity.certificate_pem : make_certificate({}).certificate_pem);
  LiveServer live({.tls = identity});
  ClientLoop bench(tls_options_for(host, live.port, ca));
  const Heard& heard = bench.ask({.path = "/size"});
  if (heard.has_ended) return "trusted";
  CHECK(heard.failed_with(TransportError::kTls));
  CHECK_FALSE(heard.failure->was_sent);
  CHECK(bench.client->counters().connections_failed == 1);
  CHECK(bench.client->counters().connections_open == 0);
  return heard.failure->message;
}

// What is said of a certificate's file.
std::string ca_error(const std::string& path) {
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  const auto client = net::HttpClient::make(
      loop, {.target = *net::parse_url("https://localhost", "test"), .ca_file = path});
  REQUIRE_FALSE(client);
  return client.error().text();
}

}  // namespace

TEST_CASE("a server with a certificate that is trusted is spoken to by TLS") {
  const net::TlsIdentity identity = make_certificate({});
  const CaFile ca(identity.certificate_pem);
  LiveServer live({.tls = identity});
  for (const char* host : {"localhost", "127.0.0.1"}) {
    ClientLoop bench(tls_options_for(host, live.port, ca));
    for (int i = 0; i < 3; ++i) {
      const Heard& heard = bench.ask({.path = "/size", .body = std::string(3'000'000, 'x')});
      CHECK(heard.body == "3000000");
      CHECK(heard.call.written_at > 0);
    }
    CHECK(bench.ask({.path = "/big"}).body.size() == 1U << 20);
    CHECK(bench.ask({.path = "/stream"}).body == "one two three");
    CHECK(bench.client->counters().connections_opened == 1);
  }
}

TEST_CASE("many connections of TLS at once") {
  const net::TlsIdentity identity = make_certificate({});
  const CaFile ca(identity.certificate_pem);
  LiveServer live({.tls = identity});
  ClientLoop bench(tls_options_for("localhost", live.port, ca));
  std::vector<const Heard*> all;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 20; ++i) all.push_back(&bench.send({.path = "/size", .body = "four"}));
    REQUIRE(bench.run(20));
  }
  for (const Heard* const heard : all) CHECK(heard->body == "4");
  CHECK(bench.client->counters().connections_opened == 20);
}

TEST_CASE("a certificate that is wrong is refused with its reason") {
  constexpr long kDay = 24L * 3600;
  CHECK(distrust({}, "localhost") == "trusted");
  CHECK(distrust({.names = "DNS:*.localhost,DNS:localhost"}, "localhost") == "trusted");
  CHECK(distrust({.ends = -kDay / 2}, "localhost") == "certificate has expired");
  CHECK(distrust({.begins = kDay / 2}, "localhost") == "certificate is not yet valid");
  CHECK(distrust({.names = "DNS:other.example"}, "localhost") ==
        "certificate is for other.example, not for localhost");
  CHECK(distrust({.names = "DNS:other.example,IP:10.0.0.1,IP:::2,DNS:more"}, "127.0.0.1") ==
        "certificate is for other.example, 10.0.0.1, ::2 and others, not for 127.0.0.1");
  // A name that reads like an address is none.
  CHECK(distrust({.names = "DNS:127.0.0.1"}, "127.0.0.1") ==
        "certificate is for 127.0.0.1, not for 127.0.0.1");
  CHECK(distrust({.names = "email:a@localhost"}, "localhost") ==
        "certificate is for no host at all, not for localhost");
  CHECK(distrust({}, "localhost", false)
            .starts_with("certificate is not signed by an authority that is trusted here"));
}

TEST_CASE("the system's store does not trust a certificate that signs itself") {
  LiveServer live({.tls = make_certificate({})});
  ClientLoop bench("https://localhost:" + std::to_string(live.port));
  CHECK(bench.ask().failed_with(TransportError::kTls));
}

TEST_CASE("a CA file that cannot be used is one clear error") {
  const CaFile nonsense("no PEM at all");
  CHECK(ca_error("/nonexistent/ca.pem") == "/nonexistent/ca.pem: No such file or directory");
  CHECK(ca_error(nonsense.path).find("holds no certificate in PEM form") != std::string::npos);
}

TEST_CASE("the server is told the name that is meant, but no address") {
  const net::TlsIdentity identity = make_certificate({});
  const CaFile ca(identity.certificate_pem);
  for (const std::string host : {"localhost", "127.0.0.1"}) {
    std::string name = "not asked";
    {
      RawServer server([&](RawServer::Peer& raw) {
        TlsPeer peer(raw, identity);
        name = peer.name();
        peer.read();
        peer.send(ok_answer("ok"));
      });
      ClientLoop bench(tls_options_for(host, server.port, ca));
      CHECK(bench.ask().body == "ok");
    }
    CHECK(name == (host == "localhost" ? "localhost" : ""));
  }
}

TEST_CASE("versions before 1.2 are refused") {
  const net::TlsIdentity identity = make_certificate({});
  const CaFile ca(identity.certificate_pem);
  for (const int version : {TLS1_1_VERSION, TLS1_2_VERSION}) {
    RawServer server([&](RawServer::Peer& raw) {
      TlsPeer peer(raw, identity, version);
      if (!peer.is_up) return raw.wait_for_close();
      peer.read();
      peer.send(ok_answer("ok"));
    });
    ClientLoop bench(tls_options_for("localhost", server.port, ca));
    const Heard& heard = bench.ask();
    CHECK(heard.has_ended == (version == TLS1_2_VERSION));
    CHECK(heard.failed_with(TransportError::kTls) == (version == TLS1_1_VERSION));
  }
}

TEST_CASE("a server that speaks no TLS is told from one that breaks off") {
  const CaFile ca(make_certificate({}).certificate_pem);
  RawServer server([&](RawServer::Peer& peer) {
    peer.read_some();
    if (peer.number == 0) peer.send("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
  });
  ClientLoop bench(tls_options_for("localhost", server.port, ca));
  const Heard& plain = bench.ask();
  REQUIRE(plain.failed_with(TransportError::kTls));
  CHECK(plain.failure->message.find("does not speak TLS") != std::string::npos);
  const Heard& broken = bench.ask();
  REQUIRE(broken.failed_with(TransportError::kTls));
  CHECK(broken.failure->message == "the connection was closed during the TLS handshake");
}

TEST_CASE("a handshake that does not end has a time") {
  const CaFile ca(make_certificate({}).certificate_pem);
  RawServer server([](RawServer::Peer& peer) { peer.wait_for_close(); });
  net::ClientOptions options = tls_options_for("localhost", server.port, ca);
  options.connect_timeout = milliseconds(30);
  ClientLoop bench(options);
  const Heard& heard = bench.ask();
  REQUIRE(heard.failed_with(TransportError::kTimeout));
  CHECK(heard.failure->message == "no connection within 30.00 ms: the TLS handshake does not end");
}

TEST_CASE("TLS that comes byte by byte is read") {
  const net::TlsIdentity identity = make_certificate({});
  const CaFile ca(identity.certificate_pem);
  LiveServer live({.tls = identity});
  RelayServer relay({.target = live.port, .piece = 1});
  ClientLoop bench(tls_options_for("localhost", relay.port(), ca));
  for (int i = 0; i < 2; ++i) CHECK(bench.ask({.path = "/stream"}).body == "one two three");
}

TEST_CASE("an answer that ends with the connection needs TLS to say so") {
  const net::TlsIdentity identity = make_certificate({});
  const CaFile ca(identity.certificate_pem);
  RawServer server([&](RawServer::Peer& raw) {
    TlsPeer peer(raw, identity);
    peer.read();
    peer.send("HTTP/1.1 200 OK\r\n\r\nall of it");
    if (raw.number == 0) peer.say_goodbye();
  });
  ClientLoop bench(tls_options_for("localhost", server.port, ca));
  const Heard& whole = bench.ask();
  CHECK(whole.has_ended);
  CHECK(whole.body == "all of it");
  const Heard& torn = bench.ask();
  CHECK(torn.failed_with(TransportError::kClosed));
  CHECK(torn.body == "all of it");
}

TEST_CASE("an idle connection of TLS that the server closes is not used again") {
  const net::TlsIdentity identity = make_certificate({});
  const CaFile ca(identity.certificate_pem);
  RawServer server([&](RawServer::Peer& raw) {
    TlsPeer peer(raw, identity);
    peer.read();
    peer.send(ok_answer("ok"));
    if (raw.number % 2 == 0) peer.say_goodbye();
  });
  ClientLoop bench(tls_options_for("localhost", server.port, ca));
  for (int i = 0; i < 4; ++i) {
    CHECK(bench.ask().body == "ok");
    REQUIRE(bench.run_until([&] { return bench.client->counters().connections_open == 0; }));
  }
}

TEST_CASE("a call that is cancelled in the tunnel or the handshake closes its connection") {
  const CaFile ca(make_certificate({}).certificate_pem);
  for (const bool has_proxy : {false, true}) {
    Latch begun;
    Latch closed;
    RawServer server([&](RawServer::Peer& peer) {
      peer.read_some();
      begun.add();
      peer.wait_for_close();
      closed.add();
    });
    net::ClientOptions options = tls_options_for("localhost", server.port, ca);
    const std::string address = "http://127.0.0.1:" + std::to_string(server.port);
    if (has_proxy) options.proxy = *net::parse_url(address, "test");
    ClientLoop bench(options);
    Heard& heard = bench.send();
    REQUIRE(bench.run_until([&] { return begun.count() == 1; }));
    bench.client->cancel(heard.call);
    CHECK(closed.reaches(1));
    bench.run_for(milliseconds(1));
    CHECK_FALSE(heard.is_over());
    CHECK(bench.client->counters().connections_open == 0);
    CHECK(bench.client->counters().connections_failed == 0);
  }
}

// Every operation of a call fails once: the connection is cut after one more byte each time, in the
// tunnel's answer, the handshake, the request and the answer, until nothing is cut any more.
TEST_CASE("a call that is cut off anywhere fails once, and the next is fine") {
  const net::TlsIdentity identity = make_certificate({});
  const CaFile ca(identity.certificate_pem);
  LiveServer tls_server({.tls = identity});
  LiveServer plain_server;
  for (const bool is_tls : {false, true}) {
    LiveServer& live = is_tls ? tls_server : plain_server;
    for (const bool is_reset : {false, true}) {
      RelayServer relay({.target = live.port, .is_tunnel = is_tls});
      net::ClientOptions options = tls_options_for("localhost", live.port, ca);
      const std::string address = "127.0.0.1:" + std::to_string(relay.port());
      options.target.tls = is_tls;
      if (is_tls) {
        options.proxy = *net::parse_url("http://" + address, "test");
      } else {
        options.target = *net::parse_url("http://" + address, "test");
      }
      const std::size_t step = is_tls ? 11 : 1;
      bool was_cut = true;
      int failures = 0;
      for (std::size_t bytes = 0; was_cut; bytes += step) {
        CAPTURE(is_tls, is_reset, bytes);
        relay.cut_after(bytes, is_reset);
        ClientLoop bench(options);
        const Heard& heard = bench.ask({.path = "/size", .body = "four"});
        was_cut = heard.failure.has_value();
        CHECK(heard.has_ended != was_cut);
        if (was_cut) {
          ++failures;
          const bool was_open = bench.client->counters().connections_opened == 1;
          // The cut may be known before the first byte is handed over.
          CHECK(heard.failure->was_sent <= was_open);
          CHECK(heard.failed_with(TransportError::kClosed) == was_open);
        }
      }
      CHECK(failures > 100);
    }
  }
}
