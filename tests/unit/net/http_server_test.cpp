#include "net/http_server.hpp"

#include <string>
#include <sys/resource.h>
#include <vector>

#include <dirent.h>

#include "support/catch.hpp"
#include "unit/net/live_server.hpp"

namespace {

using namespace sluice;
using namespace sluice::test;

std::size_t open_descriptors() {
  std::size_t count = 0;
  DIR* folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

}  // namespace

TEST_CASE("a handler sees method, path, query, fields and body") {
  LiveServer live;
  HttpClient client = live.connect();
  client.send(post("/echo?a=1&b=%20", "the body", "X-Name: some value\r\n"));
  const HttpAnswer answer = client.read();
  CHECK(answer.status == 200);
  CHECK(answer.body ==
        "POST /echo a=1&b=%20\nhost=test\ncontent-length=8\nX-Name=some value\nthe body");
  CHECK(answer.field("content-type") == "text/plain");
  CHECK(answer.field("connection") == "keep-alive");
  CHECK(answer.field("date").ends_with(" GMT"));
}

TEST_CASE("the authority of an absolute target is left out") {
  LiveServer live;
  HttpClient client = live.connect();
  client.send("GET http://elsewhere:80/echo?q HTTP/1.1\r\nhost: test\r\n\r\n");
  CHECK(client.read().body == "GET /echo q\nhost=test\n");
}

TEST_CASE("a connection serves one request after the other") {
  LiveServer live;
  HttpClient client = live.connect();
  for (int i = 0; i < 50; ++i) {
    client.send(post("/size", std::string(static_cast<std::size_t>(i), 'x')));
    CHECK(client.read().body == std::to_string(i));
  }
  live.stop();
  CHECK(live.server->counters().connections_accepted == 1);
  CHECK(live.server->counters().requests == 50);
}

TEST_CASE("pipelined requests are answered in order") {
  LiveServer live;
  HttpClient client = live.connect();
  std::string requests;
  for (int i = 0; i < 200; ++i)
    requests += post("/size", std::string(static_cast<std::size_t>(i), 'x'));
  client.send(requests);
  for (int i = 0; i < 200; ++i) REQUIRE(client.read().body == std::to_string(i));
}

TEST_CASE("requests sent ahead of a late answer wait for it") {
  LiveServer live;
  HttpClient client = live.connect();
  client.send(get("/later") + get("/later") + post("/size", "abc") + get("/stream"));
  CHECK(client.read().body == "late");
  CHECK(client.read().body == "late");
  CHECK(client.read().body == "3");
  CHECK(client.read().body == "one two three");
}

TEST_CASE("more requests ahead than are read wait in the socket and are answered") {
  LiveServer live;
  HttpClient client = live.connect();
  std::string requests = get("/later");
  for (int i = 0; i < 40; ++i) requests += post("/size", std::string(8'000, 'x'));
  client.send(requests);
  CHECK(client.read().body == "late");
  for (int i = 0; i < 40; ++i) REQUIRE(client.read().body == "8000");
}

TEST_CASE("a body of megabytes arrives whole, and the next request too") {
  LiveServer live;
  HttpClient client = live.connect();
  for (const std::size_t size : {5'000U, 70'000U, 20'000'000U, 1U}) {
    client.send(post("/size", std::string(size, 'x')));
    CHECK(client.read().body == std::to_string(size));
  }
}

TEST_CASE("a chunked body is joined, extensions and trailers left out") {
  LiveServer live;
  HttpClient client = live.connect();
  client.send(
      "POST /echo HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n1;name=value\r\n \r\n5\r\nworld\r\n0\r\nx-trailer: 1\r\n\r\n" +
      post("/size", "1234"));
  CHECK(client.read().body == "POST /echo \nhost=test\ntransfer-encoding=chunked\nhello world");
  CHECK(client.read().body == "4");
}

TEST_CASE("a client that expects 100 is told to go on before it sends its body") {
  LiveServer live;
  HttpClient client = live.connect();
  client.send(
      "POST /size HTTP/1.1\r\nhost: test\r\ncontent-length: 5\r\n"
      "expect: 100-continue\r\n\r\n");
  CHECK(client.read(false, true).status == 100);
  client.send("12345");
  CHECK(client.read(false, true).body == "5");
}

TEST_CASE("a body that is too large is refused instead of expected") {
  LiveServer live;
  HttpClient client = live.connect();
  client.send(
      "POST /small HTTP/1.1\r\nhost: test\r\ncontent-length: 101\r\n"
      "expect: 100-continue\r\n\r\n");
  CHECK(client.read(false, true).body == "refused");
}

TEST_CASE("HEAD is answered without a body, and the connection goes on") {
  LiveServer live;
  HttpClient client = live.connect();
  client.send("HEAD /size HTTP/1.1\r\nhost: test\r\n\r\n");
  const HttpAnswer answer = client.read(true);
  CHECK(answer.field("content-length") == "1");
  client.send("HEAD /stream HTTP/1.1\r\nhost: test\r\n\r\n");
  CHECK(client.read(true).field("transfer-encoding") == "chunked");
  client.send(get("/size"));
  CHECK(client.read().body == "0");
}

TEST_CASE("204 has neither body nor length") {
  LiveServer live;
  HttpClient client = live.connect();
  client.send(get("/empty") + get("/size"));
  CHECK(client.read().field("content-length").empty());
  CHECK(client.read().body == "0");
}

TEST_CASE("HTTP/1.0 closes, and a stream ends with the connection") {
  LiveServer live;
  HttpClient client = live.connect();
  client.send("GET /stream HTTP/1.0\r\n\r\n");
  const HttpAnswer answer = client.read();
  CHECK(answer.field("transfer-encoding").empty());
  CHECK(answer.field("connection") == "close");
  CHECK(answer.body == "one two three");
}

TEST_CASE("HTTP/1.0 is kept alive when it asks for it") {
  LiveServer live;
  HttpClient client = live.connect();
  for (int i = 0; i < 2; ++i) {
    client.send("GET /size HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");
    CHECK(client.read().field("connection") == "keep-alive");
  }
}

TEST_CASE("a client's wish to close is followed") {
  LiveServer live;
  HttpClient client = live.connect();
  client.send(get("/size", "connection: close\r\n") + get("/size"));
  CHECK(client.read().field("connection") == "close");
  CHECK(client.is_closed_by_server());
}

TEST_CASE("what a client asked before it closed its side is answered") {
  LiveServer live;
  HttpClient client = live.connect();
  client.send(get("/big"));
  client.close_sending();
  CHECK(client.read().body.size() == 1U << 20);
  CHECK(client.is_closed_by_server());
}

TEST_CASE("a dropped answer breaks off after what was written") {
  LiveServer live;
  HttpClient client = live.connect();
  client.send(get("/drop"));
  const HttpAnswer answer = client.read();
  CHECK(answer.body == "half");
  CHECK_FALSE(answer.is_complete);
  HttpClient second = live.connect();
  second.send(get("/drop-at-once"));
  CHECK(second.is_closed_by_server());
}

TEST_CASE("a server listens on IPv6 when asked to") {
  if (::access("/proc/net/if_inet6", R_OK) != 0) return;
  LiveServer live({.host = "::1"});
  HttpClient client(live.port, HttpClient::Tls::kNone, {}, true);
  client.send(get("/size"));
  CHECK(client.read().status == 200);
  CHECK(live.server->url() == "http://[::1]:" + std::to_string(live.port));
}

TEST_CASE("a port in use is one clear error") {
  LiveServer live;
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  PathHandler handler(timers);
  const auto second = net::HttpServer::listen(loop, {.port = live.port}, handler);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == ErrorCode::kIo);
  CHECK(second.error().where == "127.0.0.1:" + std::to_string(live.port));
  CHECK(second.error().message.starts_with("the port is in use"));
}

TEST_CASE("an address of another machine and a name of none are errors") {
  TimerQueue timers;
  net::EventLoop loop(timers, {});
  PathHandler handler(timers);
  const auto elsewhere = net::HttpServer::listen(loop, {.host = "192.0.2.1"}, handler);
  REQUIRE_FALSE(elsewhere);
  CHECK(elsewhere.error().text() == "192.0.2.1:0: is no address of this machine");
  const auto nowhere = net::HttpServer::listen(loop, {.host = "no such host"}, handler);
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().where == "no such host");
}

TEST_CASE("connections that come and go leave no descriptor behind") {
  LiveServer live;
  live.connect().send(get("/size"));
  const std::size_t before = open_descriptors();
  for (int round = 0; round < 20; ++round) {
    std::vector<HttpClient> clients;
    for (int i = 0; i < 100; ++i) {
      clients.push_back(live.connect());
      clients.back().send(i % 2 == 0 ? get("/never") : "GET /nev");
    }
    for (std::size_t i = 0; i < clients.size(); i += 3) clients[i].abort();
  }
  CHECK(live.handler.gone.reaches(1'000));
  HttpClient last = live.connect();
  last.send(get("/size"));
  CHECK(last.read().status == 200);
  live.stop();
  CHECK(live.server->counters().connections_accepted == 2'002);
  CHECK(open_descriptors() <= before + 5);
}

TEST_CASE("a server without descriptors left goes on when there are some again") {
  LiveServer live;
  HttpClient first = live.connect();
  first.send(get("/size"));
  CHECK(first.read().status == 200);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  // One more: the client's own end. The server gets none for its end.
  const rlimit low{.rlim_cur = open_descriptors(), .rlim_max = limit.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &low);
  std::vector<HttpClient> clients;
  try {
    for (int i = 0; i < 64; ++i) clients.push_back(live.connect());
  } catch (const std::runtime_error&) {
  }
  first.send(get("/size"));
  CHECK(first.read().status == 200);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  REQUIRE_FALSE(clients.empty());
  clients.back().send(get("/size"));
  CHECK(clients.back().read().status == 200);
}

TEST_CASE("connections above the maximum wait until others have gone") {
  LiveServer live({.connections_max = 2});
  HttpClient first = live.connect();
  HttpClient second = live.connect();
  HttpClient third = live.connect();
  third.send(get("/size"));
  first.send(get("/size"));
  CHECK(first.read().status == 200);
  first.close();
  CHECK(third.read().status == 200);
}

TEST_CASE("a closed server tells its listeners and ends its connections") {
  LiveServer live;
  HttpClient client = live.connect();
  client.send(get("/never"));
  CHECK(live.handler.asked.reaches(1));
  live.stop();
  live.server.reset();
  CHECK(live.handler.gone.count() == 1);
  CHECK(client.is_closed_by_server());
  // What was under way when the server closed is called with an error now, and finds it gone.
  live.loop.stop();
  live.loop.run();
}
