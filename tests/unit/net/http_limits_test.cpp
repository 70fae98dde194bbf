#include <string>

#include "net/http_server.hpp"
#include "support/catch.hpp"
#include "unit/net/live_server.hpp"

namespace {

using namespace sluice;
using namespace sluice::test;

int status_of(net::TransportRefusal refusal) { return 400 + static_cast<int>(refusal); }
const int kBodyTooLarge = status_of(net::TransportRefusal::kBodyTooLarge);
const int kHeaderTooLarge = status_of(net::TransportRefusal::kHeaderTooLarge);
const int kMalformed = status_of(net::TransportRefusal::kMalformed);
const int kTooSlow = status_of(net::TransportRefusal::kTooSlow);

}  // namespace

TEST_CASE("a body above its limit is refused, by its length and by its chunks") {
  LiveServer live;
  HttpClient client = live.connect();
  client.send(post("/small", std::string(100, 'x')));
  CHECK(client.read().body == "100");
  client.send(post("/small", std::string(101, 'x')));
  CHECK(client.read().status == kBodyTooLarge);
  CHECK(client.is_closed_by_server());

  HttpClient chunked = live.connect();
  chunked.send("POST /small HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n");
  for (int i = 0; i < 11; ++i) chunked.send("A\r\n0123456789\r\n");
  CHECK(chunked.read().status == kBodyTooLarge);
}

TEST_CASE("a client in the middle of a body that is too large reads why") {
  LiveServer live;
  HttpClient client = live.connect();
  client.send("POST /size HTTP/1.1\r\nhost: test\r\ncontent-length: 40000000\r\n\r\n");
  client.send(std::string(40'000'000, 'x'));
  CHECK(client.read().status == kBodyTooLarge);
}

TEST_CASE("a header above its limit is refused, at once and in pieces") {
  LiveServer live({.header_limit = 1000});
  HttpClient client = live.connect();
  client.send(get("/size", "x: " + std::string(900, 'x') + "\r\n"));
  CHECK(client.read().status == 200);
  client.send(get("/size", "x: " + std::string(1000, 'x') + "\r\n"));
  CHECK(client.read().status == kHeaderTooLarge);
  HttpClient endless = live.connect();
  endless.send("GET /size HTTP/1.1\r\n");
  for (int i = 0; i < 100; ++i) endless.send("field: of some size\r\n");
  CHECK(endless.read().status == kHeaderTooLarge);
}

TEST_CASE("what is no HTTP is refused at once") {
  LiveServer live;
  for (const std::string bytes : {"\x16\x03\x01\x02\x00\x01", "GET / HTTP/1.1\nhost: a\n\n",
                                  "GET /  HTTP/1.1\r\nhost: a\r\n\r\n", "hello, is it me\r\n\r\n",
                                  "GET / HTTP/2.0\r\nhost: a\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"}) {
    INFO(bytes);
    HttpClient client = live.connect();
    client.send(bytes);
    CHECK(client.read().status == kMalformed);
    CHECK(client.is_closed_by_server());
  }
}

TEST_CASE("a sender that is too slow is told and closed") {
  LiveServer live({.header_timeout = milliseconds(60), .body_timeout = milliseconds(60)});
  HttpClient head = live.connect();
  head.send("GET /size HT");
  CHECK(head.read().status == kTooSlow);
  CHECK(head.is_closed_by_server());
  HttpClient body = live.connect();
  body.send("POST /size HTTP/1.1\r\nhost: test\r\ncontent-length: 5\r\n\r\n12");
  CHECK(body.read().status == kTooSlow);
  CHECK(body.is_closed_by_server());
  HttpClient silent = live.connect();
  CHECK(silent.is_closed_by_server());
}

TEST_CASE("an idle connection is closed after its time without a word") {
  LiveServer live({.idle_timeout = milliseconds(60)});
  HttpClient client = live.connect();
  client.send(get("/size"));
  CHECK(client.read().status == 200);
  CHECK(client.is_closed_by_server());
}

TEST_CASE("a pending answer is not a matter of the transport's time-outs") {
  LiveServer live({.header_timeout = milliseconds(10),
                   .body_timeout = milliseconds(10),
                   .idle_timeout = milliseconds(10)},
                  {.speed_permille = 100});  // 20 ms of model time are 200 ms
  HttpClient client = live.connect();
  client.send(get("/later"));
  CHECK(client.read().body == "late");
}

TEST_CASE("a slow reader holds up its stream, not the server's memory") {
  LiveServer live;
  HttpClient client = live.connect();
  client.send(get("/flood"));
  CHECK(client.read_head().status == 200);
  // The server's turn is over once it answers another.
  HttpClient other = live.connect();
  other.send(get("/size"));
  CHECK(other.read().status == 200);
  const std::size_t ahead = live.handler.flooding.count();
  CHECK(ahead < live.handler.flood_size / 2);  // the rest is the system's buffers
  std::size_t received = 0;
  while (received < live.handler.flood_size) {
    const std::string piece = client.read_some();
    if (piece.empty()) break;
    received += piece.size();
  }
  CHECK(received >= live.handler.flood_size);
  CHECK(live.handler.drained.count() >= 1);  // it was held up; how often is a matter of pace
  CHECK(live.handler.flooding.reaches(live.handler.flood_size));
}

TEST_CASE("who asks again and again and does not read is not answered meanwhile") {
  LiveServer live;
  HttpClient client = live.connect();
  constexpr std::size_t kRequests = 200;
  std::string requests;
  for (std::size_t i = 0; i < kRequests; ++i) requests += get("/big");
  client.send(requests);
  CHECK(live.handler.asked.reaches(1));
  HttpClient other = live.connect();
  other.send(get("/size"));
  CHECK(other.read().status == 200);
  CHECK(live.handler.asked.count() < kRequests / 2);  // the rest is the system's buffers
  for (std::size_t i = 0; i < kRequests; ++i) REQUIRE(client.read().body.size() == 1U << 20);
}

TEST_CASE("a reader that does not read is given up") {
  LiveServer live({.write_timeout = milliseconds(60)});
  HttpClient client = live.connect();
  client.send(get("/flood"));
  CHECK(live.handler.gone.reaches(1));
}

TEST_CASE("a client that goes is noticed while its answer is pending") {
  LiveServer live;
  for (const char* path : {"/never", "/never-streaming"}) {
    for (const bool is_abort : {false, true}) {
      const std::size_t gone = live.handler.gone.count();
      const std::size_t asked = live.handler.asked.count();
      HttpClient client = live.connect();
      client.send(get(path));
      CHECK(live.handler.asked.reaches(asked + 1));
      if (is_abort) {
        client.abort();
      } else {
        client.close();
      }
      CHECK(live.handler.gone.reaches(gone + 1));
    }
  }
}

TEST_CASE("a client that has sent too much ahead is still noticed when it resets") {
  LiveServer live;
  HttpClient client = live.connect();
  client.send(get("/never") + std::string(100'000, 'x'));
  CHECK(live.handler.asked.reaches(1));
  client.abort();
  CHECK(live.handler.gone.reaches(1));
}
