#include "net/request_input.hpp"

#include <cstring>
#include <string>
#include <vector>

#include "net/buffer_pool.hpp"
#include "net/response_head.hpp"
#include "support/catch.hpp"

namespace {

using namespace sluice;
using RequestStep = net::RequestInput::Step;

struct Limits final : net::HttpHandler {
  std::size_t body_limit(std::string_view, std::string_view) const noexcept override {
    return 50'000;
  }
  void handle(const net::HttpRequest&, net::HttpReply&) override {}
  void refuse(net::TransportRefusal, net::HttpReply&) override {}
};

struct Seen {
  std::vector<std::string> requests;
  bool is_refused = false;
  net::TransportRefusal refusal{};
  bool operator==(const Seen&) const = default;
};

// What comes of the bytes when they arrive in pieces of at most `piece` bytes.
Seen parse(std::string_view bytes, std::size_t piece, std::size_t header_limit = 4'000) {
  const Limits limits;
  net::BufferPool pool;
  net::RequestInput input(header_limit, pool);
  net::RequestHead head;
  Seen seen;
  while (!bytes.empty()) {
    const auto room = input.room();
    REQUIRE_FALSE(room.empty());
    const std::size_t size = std::min({piece, room.size(), bytes.size()});
    std::memcpy(room.data(), bytes.data(), size);
    bytes.remove_prefix(size);
    input.commit(size);
    RequestStep step{};
    while ((step = input.next(limits, head)) == RequestStep::kRequest) {
      std::string text =
          std::string(head.method) + " " + std::string(head.path) + "?" + std::string(head.query);
      for (const auto& field : head.fields) {
        text += "|" + std::string(field.name) + "=" + std::string(field.value);
      }
      seen.requests.push_back(text + "|" + std::string(input.body()));
      input.consume();
    }
    if (step == RequestStep::kRefusal) {
      seen.is_refused = true;
      seen.refusal = input.refusal();
      break;
    }
  }
  return seen;
}

bool is_malformed_request(std::string_view bytes) {
  const Seen whole = parse(bytes, bytes.size());
  CHECK(parse(bytes, 1) == whole);
  return whole.is_refused && whole.refusal == net::TransportRefusal::kMalformed;
}

std::string chunked(std::string_view body) {
  return "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(body);
}

}  // namespace

TEST_CASE("requests are the same however their bytes are cut") {
  const std::string bytes =
      "GET /a?b=c HTTP/1.1\r\nHost: h\r\n\r\n"
      "\r\nPOST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello" +
      chunked("3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nT: r\r\n\r\n") +
      "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 9000\r\n\r\n" + std::string(9'000, 'z') +
      chunked("0\r\n\r\n") + "DELETE /d HTTP/1.0\r\n\r\n";
  const Seen whole = parse(bytes, bytes.size());
  CHECK_FALSE(whole.is_refused);
  REQUIRE(whole.requests.size() == 6);
  CHECK(whole.requests[0] == "GET /a?b=c|Host=h|");
  CHECK(whole.requests[1] == "POST /p?|Host=h|Content-Length=5|hello");
  CHECK(whole.requests[2] == "POST /c?|Host=h|Transfer-Encoding=chunked|abc0123456789");
  CHECK(whole.requests[3].size() ==
        9'000 + std::string("POST /p?|Host=h|Content-Length=9000|").size());
  CHECK(whole.requests[5] == "DELETE /d?|");
  for (std::size_t piece = 1; piece < 400; ++piece) REQUIRE(parse(bytes, piece) == whole);
}

TEST_CASE("a malformed head is refused, whole and byte by byte") {
  for (const std::string_view bytes : {
           "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n",  // TLS
           "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
           "GET /\r\n\r\n",
           "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
           "GET / HTTP/1.1 \r\nHost: h\r\n\r\n",
           "GET / HTTP/1.2\r\nHost: h\r\n\r\n",
           "GET / HTTP/0.9\r\nHost: h\r\n\r\n",
           "GET / http/1.1\r\nHost: h\r\n\r\n",
           "G@T / HTTP/1.1\r\nHost: h\r\n\r\n",
           "GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n",
           "GET / HTTP/1.1\nHost: h\n\n",
           "GET / HTTP/1.1\r\nHost: h\n\r\n",
           "GET / HTTP/1.1\r\n\r\n",                           // no host
           "GET / HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",     // two
           "GET / HTTP/1.1\r\nHost : h\r\n\r\n",               // a blank before the colon
           "GET / HTTP/1.1\r\nHost: h\r\n: v\r\n\r\n",         // no name
           "GET / HTTP/1.1\r\nHost: h\r\nname\r\n\r\n",        // no colon
           "GET / HTTP/1.1\r\nHost: h\r\na: b\r\n c\r\n\r\n",  // folded
           "GET / HTTP/1.1\r\nHost: h\r\na: b\x01\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 2\r\n\r\nab",
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: "
           "chunked\r\n\r\n",
           "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
       }) {
    INFO(bytes);
    CHECK(is_malformed_request(bytes));
  }
}

TEST_CASE("malformed chunks are refused") {
  for (const std::string_view body :
       {"x\r\n", "5\r\nhelloXX0\r\n\r\n", "5\nhello\r\n0\r\n\r\n", "-1\r\n", " 5\r\nhello\r\n",
        "fffffffffffffffff\r\n", "5\r\nhello\r\n0\r\nbad trailer\r\n\r\n"}) {
    INFO(body);
    CHECK(is_malformed_request(chunked(body)));
  }
  CHECK(parse(chunked("1;" + std::string(20'000, 'x')), 100).is_refused);
}

TEST_CASE("a body above its limit is refused before it is read") {
  const Seen by_length =
      parse("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 50001\r\n\r\n", 1'000);
  CHECK(by_length.refusal == net::TransportRefusal::kBodyTooLarge);
  CHECK(by_length.is_refused);
  std::string body;
  for (int i = 0; i < 6; ++i) body += "2710\r\n" + std::string(10'000, 'x') + "\r\n";
  const Seen by_chunks = parse(chunked(body), 1'000);
  CHECK(by_chunks.is_refused);
  CHECK(by_chunks.refusal == net::TransportRefusal::kBodyTooLarge);
}

TEST_CASE("a head of its limit is read, one of more is refused") {
  const std::string before = "GET / HTTP/1.1\r\nHost: h\r\na: ";
  for (const std::size_t size : {4'000U, 4'001U}) {
    const std::string bytes = before + std::string(size - before.size() - 4, 'x') + "\r\n\r\n";
    for (const std::size_t piece : {1U, 100U, 5'000U}) {
      const Seen seen = parse(bytes, piece);
      CHECK(seen.is_refused == (size > 4'000));
      if (seen.is_refused) CHECK(seen.refusal == net::TransportRefusal::kHeaderTooLarge);
    }
  }
}

TEST_CASE("bytes behind a body may be read, and a large buffer does not stay") {
  const Limits limits;
  net::BufferPool pool;
  net::RequestInput input(4'000, pool);
  net::RequestHead head;
  const std::string bytes = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 40000\r\n\r\n";
  std::memcpy(input.room().data(), bytes.data(), bytes.size());
  input.commit(bytes.size());
  CHECK(input.next(limits, head) == RequestStep::kNeedsMore);
  std::size_t left = 40'000;
  while (left > 0) {
    const auto room = input.room();
    const std::size_t size = std::min(left, room.size());
    std::memset(room.data(), 'b', size);
    input.commit(size);
    left -= size;
  }
  REQUIRE(input.next(limits, head) == RequestStep::kRequest);
  const std::string_view body = input.body();
  CHECK(body == std::string(40'000, 'b'));
  std::string padded(body.size() + net::kBodyPadding, '\0');
  std::memcpy(padded.data(), body.data(), padded.size());  // a sanitizer sees what is not ours
  input.consume();
  CHECK(input.capacity() <= 4'096);
  CHECK(pool.kept() == 64 * 1024);  // for the next large body
}

TEST_CASE("a pool keeps buffers of ordinary sizes, and not too many") {
  net::BufferPool pool;
  net::Buffer first = pool.take(200'000);
  const char* const bytes = first.bytes.get();
  pool.give_back(std::move(first));
  net::Buffer again = pool.take(190'000);
  CHECK(again.bytes.get() == bytes);
  CHECK(pool.kept() == 0);
  CHECK(pool.take(10'000).bytes.get() != bytes);
  std::vector<net::Buffer> many;
  for (int i = 0; i < 100; ++i) many.push_back(pool.take(300'000));
  many.push_back(pool.take(std::size_t{32} << 20));
  for (net::Buffer& buffer : many) pool.give_back(std::move(buffer));
  CHECK(pool.kept() <= std::size_t{8} << 20);
  CHECK(pool.kept() > std::size_t{4} << 20);
}

TEST_CASE("a response's head has the status, the fields and the frame") {
  std::string out;
  net::append_head(out, {.status = 529,
                         .fields = "a: b\r\n",
                         .date_line = "date: now\r\n",
                         .framing = net::Framing::kChunked,
                         .keeps_alive = false});
  CHECK(out ==
        "HTTP/1.1 529 Overloaded\r\na: b\r\ndate: now\r\nconnection: close\r\n"
        "transfer-encoding: chunked\r\n\r\n");
  const auto time = UnixTime::parse("2026-11-21T02:05:09Z");
  CHECK(net::date_line(*time) == "date: Sat, 21 Nov 2026 02:05:09 GMT\r\n");
}
