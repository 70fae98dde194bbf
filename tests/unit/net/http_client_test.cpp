#include "net/http_client.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

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
  const std::int64_t before = net::steady_now();
  const Heard& heard = bench.ask({.path = "/echo", .body = "hello", .fields = "x-key: 1\r\n"});
  CHECK(heard.has_ended);
  CHECK(heard.heads == 1);
  CHECK(heard.status == 200);
  CHECK(heard.body == "POST /echo \nhost=127.0.0.1:" + std::to_string(live.port) +
                          "\nx-key=1\ncontent-length=5\nhello");
  CHECK(heard.call.written_at >= before);
  CHECK(heard.call.written_at <= net::steady_now());
  CHECK(heard.call.connection == nullptr);
}

TEST_CASE("a request is written as HTTP has it") {
  std::string seen;
  RawServer server([&](RawServer::Peer& peer) {
    for (int i = 0; i < 3; ++i) {
      seen += peer.read_request() + "|";
      peer.send(ok_answer(""));
    }
  });
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port);
  {
    ClientLoop bench(url + "/base");
    bench.ask({.path = "/v1/messages", .body = "{}", .fields = "x-api-key: k\r\n"});
    bench.ask({.path = "/v1/models", .method = "GET"});
    bench.ask({.path = "/v1/empty"});
  }
  const std::string host = "host: 127.0.0.1:" + std::to_string(server.port) + "\r\n";
  CHECK(seen == "POST /base/v1/messages HTTP/1.1\r\n" + host +
                    "x-api-key: k\r\ncontent-length: 2\r\n\r\n{}|"
                    "GET /base/v1/models HTTP/1.1\r\n" +
                    host + "\r\n|POST /base/v1/empty HTTP/1.1\r\n" + host +
                    "content-length: 0\r\n\r\n|");
}

TEST_CASE("an answer's field is found whatever its letters' case") {
  RawServer server([](RawServer::Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 429 No\r\nRetry-After: 7\r\ncontent-length: 0\r\n\r\n");
  });
  ClientLoop bench(server.port);
  const std::vector<net::HeaderField> fields = {{.name = "Retry-After", .value = "7"}};
  const net::AnswerHead head{.status = 429, .fields = fields};
  CHECK(head.header("retry-after") == "7");
  CHECK_FALSE(head.header("retry"));
  CHECK(bench.ask().fields == "Retry-After=7\ncontent-length=0\n");
}

TEST_CASE("calls one after the other go over one connection") {
  LiveServer live;
  ClientLoop bench(live.port);
  for (int i = 0; i < 10; ++i) CHECK(bench.ask({.path = "/stream"}).body == "one two three");
  CHECK(bench.client->counters().connections_opened == 1);
  CHECK(bench.client->counters().connections_open == 1);
  CHECK(bench.client->counters().calls == 10);
  CHECK(bench.client->counters().calls_reused == 9);
}

TEST_CASE("a call says whether its connection had been used before") {
  RawServer server(answer_all);
  ClientLoop bench(server.port);
  CHECK_FALSE(bench.ask().call.reused);
  CHECK(bench.ask().call.reused);
}

TEST_CASE("the listener's next call goes over the connection that has become free") {
  RawServer server(answer_all);
  ClientLoop bench(server.port);
  Heard& second = bench.prepare();
  Heard& first = bench.prepare();
  first.at_end = [&] { bench.client->send(second.call); };
  bench.client->send(first.call);
  REQUIRE(bench.run(2));
  CHECK(second.body == "ok");
  CHECK(bench.client->counters().connections_opened == 1);
}

TEST_CASE("the connection that was used last is used first") {
  RawServer server([](RawServer::Peer& peer) {
    while (!peer.read_request().empty()) peer.send(ok_answer(std::to_string(peer.number)));
  });
  ClientLoop bench(server.port);
  for (int i = 0; i < 3; ++i) bench.send();
  REQUIRE(bench.run(3));
  CHECK(bench.client->counters().connections_opened == 3);
  const std::string last = bench.ask().body;
  for (int i = 0; i < 5; ++i) CHECK(bench.ask().body == last);
}

TEST_CASE("a large request and a large answer arrive whole") {
  LiveServer live;
  ClientLoop bench(live.port);
  const std::string body(20'000'000, 'x');
  const Heard& asked = bench.ask({.path = "/size", .body = body});
  CHECK(asked.body == "20000000");
  CHECK(asked.call.written_at > 0);
  CHECK(bench.ask({.path = "/big"}).body.size() == 1U << 20);
  CHECK(bench.ask({.path = "/flood"}).body.size() == live.handler.flood_size);
  CHECK(bench.ask({.path = "/echo", .body = "small"}).body.ends_with("small"));
  CHECK(bench.client->counters().connections_opened == 1);
}

TEST_CASE("answers of every framing leave the connection in order") {
  const std::vector<std::string> answers = {
      "HTTP/1.1 204 No Content\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\n" + ok_answer("b"),
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nc\r\n0\r\n\r\n",
      "HTTP/1.1 304 Not Modified\r\ncontent-length: 100\r\n\r\n",
      ok_answer("e"),
  };
  RawServer server([&](RawServer::Peer& peer) {
    for (const std::string& answer : answers) {
      peer.read_request();
      peer.send(answer);
    }
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n");
    answer_all(peer);
  });
  ClientLoop bench(server.port);
  std::string bodies;
  for (std::size_t i = 0; i < answers.size(); ++i) bodies += bench.ask().body + ".";
  CHECK(bodies == ".b.c..e.");
  CHECK(bench.ask({.method = "HEAD"}).has_ended);
  CHECK(bench.ask().body == "ok");
  CHECK(bench.client->counters().connections_opened == 1);
}

TEST_CASE("an answer may end with the connection") {
  RawServer server([](RawServer::Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\n\r\nall of it");
  });
  ClientLoop bench(server.port);
  for (int i = 0; i < 2; ++i) {
    const Heard& heard = bench.ask();
    CHECK(heard.has_ended);
    CHECK(heard.body == "all of it");
  }
  CHECK(bench.client->counters().connections_opened == 2);
  CHECK(bench.client->counters().connections_open == 0);
}

TEST_CASE("a connection that the server will close is not used again") {
  RawServer server([](RawServer::Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok");
    peer.wait_for_close();
  });
  ClientLoop bench(server.port);
  for (int i = 0; i < 3; ++i) CHECK(bench.ask().body == "ok");
  CHECK(bench.client->counters().connections_opened == 3);
}

TEST_CASE("more than was asked for ends the connection and no call") {
  RawServer server([](RawServer::Peer& peer) {
    peer.read_request();
    peer.send(ok_answer("ok") + ok_answer("unasked"));
    peer.wait_for_close();
  });
  ClientLoop bench(server.port);
  for (int i = 0; i < 3; ++i) CHECK(bench.ask().body == "ok");
  CHECK(bench.client->counters().connections_opened == 3);
}

TEST_CASE("calls above the most connections wait for one, in order") {
  RawServer server(answer_all);
  for (const std::size_t most : {1, 3}) {
    net::ClientOptions options = options_for(server.port);
    options.connections_max = most;
    ClientLoop bench(options);
    std::string order;
    for (int i = 0; i < 20; ++i) {
      Heard& heard = bench.prepare();
      heard.at_end = [&order, i] { order += static_cast<char>('a' + i); };
      bench.client->send(heard.call);
    }
    CHECK(bench.client->counters().connections_open == most);
    REQUIRE(bench.run(20));
    if (most == 1) CHECK(order == "abcdefghijklmnopqrst");
    CHECK(order.size() == 20);
    CHECK(bench.client->counters().connections_opened == most);
  }
}

TEST_CASE("who waits for a connection gets a new one when another breaks") {
  RawServer server([](RawServer::Peer& peer) {
    if (peer.number > 0) return answer_all(peer);
    peer.read_request();
  });
  net::ClientOptions options = options_for(server.port);
  options.connections_max = 1;
  ClientLoop bench(options);
  Heard& broken = bench.send();
  Heard& cancelled = bench.send();
  Heard& waiting = bench.send();
  bench.client->cancel(cancelled.call);
  REQUIRE(bench.run(2));
  CHECK(broken.failed_with(TransportError::kClosed));
  CHECK(waiting.body == "ok");
  CHECK_FALSE(cancelled.is_over());
  CHECK(bench.client->counters().connections_opened == 2);
}

TEST_CASE("connections that are opened ahead carry the first calls") {
  RawServer server(answer_all);
  ClientLoop bench(server.port);
  bench.client->warm_up(3);
  // One call comes while they are being opened, and takes one of them.
  CHECK(bench.ask().body == "ok");
  REQUIRE(bench.run_until([&] { return bench.client->counters().connections_opened == 3; }));
  for (int i = 0; i < 3; ++i) bench.send();
  REQUIRE(bench.run(3));
  CHECK(bench.client->counters().connections_opened == 3);
}

TEST_CASE("an unused connection is closed after its time") {
  Latch closed;
  RawServer server([&](RawServer::Peer& peer) {
    answer_all(peer);
    closed.add();
  });
  net::ClientOptions options = options_for(server.port);
  options.idle_timeout = milliseconds(30);
  ClientLoop bench(options);
  bench.ask();
  REQUIRE(bench.run_until([&] { return bench.client->counters().connections_open == 0; }));
  CHECK(closed.reaches(1));
  CHECK(bench.ask().body == "ok");
}

TEST_CASE("a hundred thousand calls need no more connections than go on at once") {
  LiveServer live;
  ClientLoop bench(live.port);
  constexpr int kCalls = 100'000;
  constexpr int kAtOnce = 16;
  int left = kCalls - kAtOnce;
  std::vector<Heard*> all;
  for (int i = 0; i < kAtOnce; ++i) {
    Heard& heard = bench.prepare({.path = "/size"});
    heard.at_end = [&bench, &heard, &left] {
      heard.fields.clear();
      if (left > 0) bench.client->send(heard.call);
      --left;
    };
    bench.client->send(heard.call);
    all.push_back(&heard);
  }
  REQUIRE(bench.run(kCalls));
  std::size_t answers = 0;
  for (const Heard* heard : all) answers += heard->body.size();
  CHECK(answers == kCalls);
  CHECK(bench.client->counters().connections_opened == kAtOnce);
  CHECK(bench.client->counters().calls == kCalls);
  CHECK(bench.client->counters().connections_failed == 0);
}

TEST_CASE("a server is reached by IPv6") {
  try {
    RawServer server(answer_all, true);
    ClientLoop bench("http://[::1]:" + std::to_string(server.port));
    CHECK(bench.ask().body == "ok");
  } catch (const std::runtime_error&) {
    WARN("skipped: this machine has no ::1");
  }
}

TEST_CASE("a name's addresses are tried one after the other") {
  // localhost is ::1 and 127.0.0.1 on most machines; only the latter listens.
  RawServer server(answer_all);
  ClientLoop bench("http://localhost:" + std::to_string(server.port));
  for (int i = 0; i < 3; ++i) CHECK(bench.ask().body == "ok");
  CHECK(bench.client->counters().connections_failed == 0);
}

TEST_CASE("a client that goes drops its calls without a word") {
  Latch gone;
  RawServer server([&](RawServer::Peer& peer) {
    peer.wait_for_close();
    gone.add();
  });
  ClientLoop bench(server.port);
  Heard& open = bench.send({.path = "/a"});
  REQUIRE(bench.run_until([&] { return bench.client->counters().bytes_sent > 0; }));
  Heard& opening = bench.send({.path = "/b"});
  bench.client.reset();
  CHECK(gone.reaches(1));
  bench.run_for(milliseconds(20));
  CHECK_FALSE(open.is_over());
  CHECK_FALSE(opening.is_over());
  CHECK(open.call.connection == nullptr);
}

TEST_CASE("a client may go from within what it tells") {
  RawServer server(answer_all);
  for (int stage = 0; stage < 3; ++stage) {
    ClientLoop bench(server.port);
    Heard& heard = bench.prepare();
    const auto leave = [&] {
      bench.client.reset();
      bench.loop.stop();
    };
    if (stage == 0) heard.at_head = leave;
    if (stage == 1) heard.at_body = leave;
    if (stage == 2) heard.at_end = leave;
    bench.client->send(heard.call);
    REQUIRE(bench.run());
    CHECK(heard.has_ended == (stage == 2));
  }
}
