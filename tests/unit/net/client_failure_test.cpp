// What a client says when the network, or the server, does not do what it should.
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <vector>

#include <netinet/tcp.h>

#include "net/http_client.hpp"
#include "support/catch.hpp"
#include "support/raw_server.hpp"
#include "unit/net/client_calls.hpp"
#include "unit/net/live_server.hpp"

namespace {

using namespace sluice;
using namespace sluice::test;
using net::TransportError;

// A port on which nothing listens: its listener has gone.
std::uint16_t dead_port() {
  return RawServer([](RawServer::Peer&) {}).port;
}

const std::string kChunked =
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n"
    "x-a: b\r\n\r\n5\r\nhello\r\n6;x\r\n world\r\n0\r\nx-trailer: 1\r\n\r\n";

}  // namespace

TEST_CASE("an answer that comes byte by byte is whole") {
  for (const std::string& answer : {ok_answer("hello world"), kChunked}) {
    RawServer server([&](RawServer::Peer& peer) {
      const int now = 1;
      ::setsockopt(peer.descriptor(), IPPROTO_TCP, TCP_NODELAY, &now, sizeof now);
      while (!peer.read_request().empty()) {
        for (const char byte : answer) peer.send({&byte, 1});
      }
    });
    ClientLoop bench(server.port);
    for (int i = 0; i < 5; ++i) CHECK(bench.ask().body == "hello world");
    CHECK(bench.client->counters().connections_opened == 1);
  }
}

TEST_CASE("an answer that is torn at any byte is a failure, never an answer") {
  for (const std::string& answer : {ok_answer("hello world"), kChunked}) {
    for (const bool is_reset : {false, true}) {
      RawServer server([&](RawServer::Peer& peer) {
        peer.read_request();
        peer.send(std::string_view(answer).substr(0, peer.number));
        if (is_reset) peer.reset();
      });
      ClientLoop bench(server.port);
      for (std::size_t size = 0; size < answer.size(); ++size) {
        CAPTURE(answer, size, is_reset);
        const Heard& heard = bench.ask();
        CHECK_FALSE(heard.has_ended);
        CHECK(heard.failed_with(TransportError::kClosed));
        CHECK(heard.failure->was_sent);
        CHECK(std::string_view("hello world").starts_with(heard.body));
      }
      CHECK(bench.ask().body == "hello world");
    }
  }
}

TEST_CASE("a failure says how far the answer had come") {
  RawServer server([&](RawServer::Peer& peer) {
    peer.read_request();
    if (peer.number > 0) peer.send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel");
    if (peer.number > 1) peer.reset();
  });
  ClientLoop bench(server.port);
  CHECK(bench.ask().failure->message == "the server closed the connection before it answered");
  CHECK(bench.ask().failure->message ==
        "the server closed the connection in the middle of its answer");
  CHECK(bench.ask().failure->message.ends_with("in the middle of its answer"));
}

TEST_CASE("a server that ends its side only is taken for gone") {
  RawServer server([&](RawServer::Peer& peer) {
    if (peer.number > 0) return answer_all(peer);
    peer.read_request();
    peer.end_output();
    peer.wait_for_close();
  });
  ClientLoop bench(server.port);
  CHECK(bench.ask().failed_with(TransportError::kClosed));
  CHECK(bench.ask().body == "ok");
}

TEST_CASE("an idle connection that the server closes is not used again") {
  for (const bool is_reset : {false, true}) {
    RawServer server([&](RawServer::Peer& peer) {
      peer.read_request();
      peer.send(ok_answer("ok"));
      if (is_reset) peer.reset();
    });
    ClientLoop bench(server.port);
    for (int i = 0; i < 5; ++i) {
      const Heard& heard = bench.ask();
      CHECK(heard.body == "ok");
      CHECK_FALSE(heard.call.reused);
      REQUIRE(bench.run_until([&] { return bench.client->counters().connections_open == 0; }));
    }
  }
}

TEST_CASE("a call is sent once, whatever becomes of it") {
  Latch requests;
  RawServer server([&](RawServer::Peer& peer) {
    peer.read_request();
    peer.send(ok_answer("ok"));
    // The second request of a connection is read and never answered.
    if (!peer.read_request().empty()) requests.add();
  });
  ClientLoop bench(server.port);
  bench.ask();
  const Heard& stale = bench.ask();
  CHECK(stale.failed_with(TransportError::kClosed));
  CHECK(stale.failure->was_sent);
  CHECK(stale.call.reused);
  CHECK(requests.count() == 1);
  CHECK(bench.client->counters().connections_opened == 1);
}

TEST_CASE("what is no HTTP is malformed") {
  for (const char* answer :
       {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n"}) {
    CAPTURE(answer);
    RawServer server([&](RawServer::Peer& peer) {
      peer.read_request();
      peer.send(answer);
      peer.wait_for_close();
    });
    ClientLoop bench(server.port);
    const Heard& heard = bench.ask();
    CHECK(heard.failed_with(TransportError::kMalformed));
    CHECK(heard.failure->was_sent);
    CHECK(bench.client->counters().connections_open == 0);
  }
}

TEST_CASE("a head above the limit is malformed") {
  RawServer server([&](RawServer::Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\na: " + std::string(peer.number == 0 ? 3'000 : 5'000, 'x') +
              "\r\ncontent-length: 2\r\n\r\nok");
    peer.wait_for_close();
  });
  net::ClientOptions options = options_for(server.port);
  options.head_limit = 4'000;
  ClientLoop bench(options);
  Heard& fits = bench.send();
  REQUIRE(bench.run());
  CHECK(fits.body == "ok");
  Heard& second = bench.prepare();
  bench.client->cancel(fits.call);
  bench.client->warm_up(1);
  REQUIRE(bench.run_until([&] { return bench.client->counters().connections_opened == 2; }));
  bench.client->send(second.call);
  REQUIRE(bench.run());
  CHECK(second.failed_with(TransportError::kMalformed));
}

TEST_CASE("an answer before the request has been read is heard") {
  RawServer server([&](RawServer::Peer& peer) {
    peer.read_some(1'000);
    peer.send("HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno");
    peer.end_output();
    peer.wait_for_close();
  });
  ClientLoop bench(server.port);
  const Heard& heard = bench.ask({.body = std::string(50'000'000, 'x')});
  CHECK(heard.status == 413);
  CHECK(heard.body == "no");
  CHECK(heard.has_ended);
  CHECK(bench.client->counters().connections_open == 0);
}

TEST_CASE("a server that goes while it is sent to is noticed") {
  RawServer server([&](RawServer::Peer& peer) {
    peer.read_some(1'000);
    peer.reset();
  });
  ClientLoop bench(server.port);
  const Heard& heard = bench.ask({.body = std::string(50'000'000, 'x')});
  CHECK(heard.failed_with(TransportError::kClosed));
  CHECK(heard.failure->was_sent);
  CHECK(heard.call.written_at == 0);
}

TEST_CASE("a refused connection is a failure before anything was sent") {
  ClientLoop bench(dead_port());
  for (int i = 0; i < 3; ++i) {
    const Heard& heard = bench.ask();
    REQUIRE(heard.failed_with(TransportError::kConnect));
    CHECK(heard.failure->message.starts_with("connection refused by 127.0.0.1:"));
    CHECK_FALSE(heard.failure->was_sent);
  }
  CHECK(bench.client->counters().connections_failed == 3);
  CHECK(bench.client->counters().connections_opened == 0);
  CHECK(bench.client->counters().connections_open == 0);
}

TEST_CASE("connections opened ahead fail in silence") {
  ClientLoop bench(dead_port());
  bench.client->warm_up(3);
  REQUIRE(bench.run_until([&] { return bench.client->counters().connections_failed == 3; }));
  CHECK(bench.client->counters().connections_open == 0);
}

TEST_CASE("a name without an address is one clear error") {
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  const auto client =
      net::HttpClient::make(loop, {.target = *net::parse_url("https://api.anthropic.invalid", "")});
  REQUIRE_FALSE(client);
  CHECK(client.error().where == "api.anthropic.invalid");
  CHECK(client.error().message.find("has no address") != std::string::npos);
}

TEST_CASE("a target with a password is refused without showing it") {
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  const auto client =
      net::HttpClient::make(loop, {.target = *net::parse_url("http://me:secret@localhost", "")});
  REQUIRE_FALSE(client);
  CHECK(client.error().text().find("secret") == std::string::npos);
}

TEST_CASE("an address that does not answer has a time") {
  // The queue of a listener that nobody accepts from is full after two: the next are not answered.
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listener, 0) == 0);
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  net::ClientOptions options = options_for(ntohs(address.sin_port));
  options.connect_timeout = milliseconds(40);
  ClientLoop bench(options);
  std::vector<const Heard*> all;
  for (int i = 0; i < 8; ++i) all.push_back(&bench.send());
  REQUIRE(bench.run(1));
  for (const Heard* const heard : all) {
    if (!heard->failure) continue;
    CHECK(heard->failed_with(TransportError::kTimeout));
    CHECK(heard->failure->message == "no connection within 40.00 ms: the address does not answer");
    CHECK_FALSE(heard->failure->was_sent);
  }
  CHECK(bench.client->counters().connections_failed > 0);
  ::close(listener);
}

TEST_CASE("without a descriptor to be had a call fails and the next may succeed") {
  RawServer server(answer_all);
  ClientLoop bench(server.port);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = 0;
  Heard& refused = bench.prepare();
  Heard& later = bench.prepare();
  ::setrlimit(RLIMIT_NOFILE, &none);
  bench.client->send(refused.call);
  CHECK_FALSE(refused.is_over());
  ::setrlimit(RLIMIT_NOFILE, &before);
  REQUIRE(bench.run());
  REQUIRE(refused.failed_with(TransportError::kConnect));
  CHECK(refused.failure->message.starts_with("too many open files"));
  bench.client->send(later.call);
  REQUIRE(bench.run());
  CHECK(later.body == "ok");
}

TEST_CASE("a cancelled call is not heard of, at whatever stage") {
  enum class At { kSent, kOpening, kWritten, kHead, kBody, kEnd };
  for (const At at : {At::kSent, At::kOpening, At::kWritten, At::kHead, At::kBody, At::kEnd}) {
    CAPTURE(static_cast<int>(at));
    RawServer server([&](RawServer::Peer& peer) {
      while (!peer.read_request().empty()) {
        if (at == At::kWritten && peer.number == 0) continue;
        peer.send("HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nhello");
        peer.send(" world");
      }
    });
    ClientLoop bench(server.port);
    Heard& heard = bench.prepare();
    bool is_cancelled = false;
    const auto cancel = [&] {
      bench.client->cancel(heard.call);
      is_cancelled = true;
    };
    if (at == At::kHead) heard.at_head = cancel;
    if (at == At::kBody) heard.at_body = cancel;
    if (at == At::kEnd) heard.at_end = cancel;
    bench.client->send(heard.call);
    if (at == At::kSent) cancel();
    if (at == At::kOpening) {
      // The connection's end has not been looked at yet.
      bench.loop.turn(cancel);
    }
    if (at == At::kWritten) {
      REQUIRE(bench.run_until([&] { return heard.call.written_at > 0; }));
      cancel();
    }
    REQUIRE(bench.run_until([&] { return is_cancelled; }));
    bench.run_for(milliseconds(1));
    CHECK(heard.heads == (at >= At::kHead ? 1 : 0));
    CHECK(heard.has_ended == (at == At::kEnd));
    CHECK_FALSE(heard.failure);
    CHECK(heard.call.connection == nullptr);
    CHECK(bench.client->counters().connections_open == (at == At::kEnd ? 1 : 0));
    // The call may be used again.
    heard.at_head = heard.at_body = heard.at_end = nullptr;
    heard.body.clear();
    bench.client->send(heard.call);
    REQUIRE(bench.run());
    CHECK(heard.body == "hello world");
  }
}

TEST_CASE("a listener may cancel another call") {
  Latch asked;
  RawServer server([&](RawServer::Peer& peer) {
    peer.read_request();
    asked.add();
    asked.reaches(2);
    peer.send(ok_answer("ok"));
    peer.wait_for_close();
  });
  ClientLoop bench(server.port);
  Heard& first = bench.prepare();
  Heard& second = bench.prepare();
  first.at_end = [&] { bench.client->cancel(second.call); };
  second.at_end = [&] { bench.client->cancel(first.call); };
  bench.client->send(first.call);
  bench.client->send(second.call);
  REQUIRE(bench.run(1));
  bench.run_for(milliseconds(5));
  CHECK(first.has_ended != second.has_ended);
  CHECK(bench.client->counters().connections_open == 1);
}
