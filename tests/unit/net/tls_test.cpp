#include "net/tls.hpp"

#include <cstdio>
#include <fstream>
#include <string>
#include <unistd.h>

#include "support/catch.hpp"
#include "unit/net/live_server.hpp"

namespace {

using namespace sluice;
using namespace sluice::test;

class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view text) {
    char name[] = "/tmp/sluice_tls_XXXXXX";
    ::close(::mkstemp(name));
    path = name;
    std::ofstream(path) << text;
  }
  ~TemporaryFile() { std::remove(path.c_str()); }
  std::string path;
};

net::TlsIdentity identity(const std::string& host = "localhost") {
  auto made = net::make_self_signed(host);
  REQUIRE(made);
  return *made;
}

std::string error_of(const std::string& certificate, const std::string& key) {
  const auto read = net::read_tls_identity(certificate, key);
  REQUIRE_FALSE(read);
  return read.error().text();
}

}  // namespace

TEST_CASE("a client that trusts the certificate reaches the server by its name") {
  const net::TlsIdentity self_signed = identity();
  LiveServer live({.tls = self_signed});
  CHECK(live.server->url().starts_with("https://127.0.0.1:"));
  HttpClient client(live.port, HttpClient::Tls::kUnverified, self_signed.certificate_pem);
  client.send(post("/size", std::string(200'000, 'x')));
  CHECK(client.read().body == "200000");
  client.send(get("/big") + get("/stream") + get("/later") + get("/size"));
  CHECK(client.read().body.size() == 1U << 20);
  CHECK(client.read().body == "one two three");
  CHECK(client.read().body == "late");
  CHECK(client.read().body == "0");
}

TEST_CASE("the newest version of TLS is spoken") {
  LiveServer live({.tls = identity()});
  HttpClient client(live.port, HttpClient::Tls::kUnverified);
  CHECK(SSL_version(client.session()) == TLS1_3_VERSION);
}

TEST_CASE("a stream over TLS has backpressure too") {
  LiveServer live({.tls = identity()});
  live.handler.flood_size = std::size_t{16} << 20;
  HttpClient client(live.port, HttpClient::Tls::kUnverified);
  client.send(get("/flood"));
  CHECK(live.handler.flooding.reaches(1));
  // Once it answers another, the server has no room left for the one who does not read.
  HttpClient other(live.port, HttpClient::Tls::kUnverified);
  other.send(get("/size"));
  CHECK(other.read().status == 200);
  CHECK(client.read().body.size() == live.handler.flood_size);
  CHECK(live.handler.drained.count() > 0);
}

TEST_CASE("a client that goes is noticed over TLS") {
  LiveServer live({.tls = identity()});
  HttpClient client(live.port, HttpClient::Tls::kUnverified);
  client.send(get("/never-streaming"));
  client.read_head();
  client.close();
  CHECK(live.handler.gone.reaches(1));
}

TEST_CASE("an answer's end is told from a broken connection over TLS") {
  LiveServer live({.tls = identity()});
  for (const bool is_dropped : {false, true}) {
    HttpClient client(live.port, HttpClient::Tls::kUnverified);
    client.send(is_dropped ? get("/drop") : "GET /stream HTTP/1.0\r\n\r\n");
    client.read();
    const bool was_told = (SSL_get_shutdown(client.session()) & SSL_RECEIVED_SHUTDOWN) != 0;
    CHECK(was_told == !is_dropped);
  }
}

TEST_CASE("a handshake that does not come is closed after its time") {
  LiveServer live({.tls = identity(), .header_timeout = milliseconds(60)});
  HttpClient client = live.connect();
  client.send("\x16\x03\x01");
  CHECK(client.is_closed_by_server());
}

TEST_CASE("plain HTTP on a port of TLS is closed") {
  LiveServer live({.tls = identity()});
  HttpClient client = live.connect();
  client.send(get("/size"));
  CHECK(client.read_all().find("HTTP/1.1 200") == std::string::npos);
}

TEST_CASE("a certificate and its key are read from files") {
  const net::TlsIdentity made = identity();
  const TemporaryFile certificate(made.certificate_pem);
  const TemporaryFile key(made.private_key_pem);
  const auto read = net::read_tls_identity(certificate.path, key.path);
  REQUIRE(read);
  CHECK(read->certificate_pem == made.certificate_pem);
  CHECK(read->private_key_pem == made.private_key_pem);
}

TEST_CASE("what is wrong with a certificate's files is said in one sentence") {
  const net::TlsIdentity made = identity();
  const TemporaryFile certificate(made.certificate_pem);
  const TemporaryFile key(made.private_key_pem);
  const TemporaryFile other_key(identity().private_key_pem);
  const TemporaryFile nonsense("no PEM at all");
  const TemporaryFile cut(made.certificate_pem + "-----BEGIN CERTIFICATE-----\nMIIB\n");

  CHECK(error_of("/nowhere/a.pem", key.path) == "/nowhere/a.pem: No such file or directory");
  CHECK(error_of(certificate.path, "/nowhere/k.pem") ==
        "/nowhere/k.pem: No such file or directory");
  CHECK(error_of(nonsense.path, key.path) ==
        nonsense.path + ": holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
  CHECK(error_of(cut.path, key.path) ==
        cut.path + ": holds a certificate that cannot be read, behind one that can");
  CHECK(error_of(certificate.path, certificate.path) ==
        certificate.path + ": holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)");
  CHECK(error_of(certificate.path, other_key.path) ==
        other_key.path + ": the private key does not belong to the first certificate of " +
            certificate.path);
  CHECK(error_of("/tmp", key.path) == "/tmp: Is a directory");
}

TEST_CASE("a certificate that does not fit its key is an error of listen() too") {
  net::TlsIdentity mixed = identity();
  mixed.private_key_pem = identity().private_key_pem;
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  PathHandler handler(timers);
  CHECK_FALSE(net::HttpServer::listen(loop, {.tls = mixed}, handler));
}

TEST_CASE("a host that is neither a name nor an address is no host of a certificate") {
  CHECK(net::make_self_signed("192.0.2.7"));
  CHECK(net::make_self_signed("2001:db8::1"));
  CHECK(net::make_self_signed("api.example"));
  CHECK_FALSE(net::make_self_signed("a,DNS:b"));
  CHECK_FALSE(net::make_self_signed(""));
}
