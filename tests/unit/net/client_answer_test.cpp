#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "net/answer_input.hpp"
#include "support/catch.hpp"

namespace {

using namespace sluice;
using AnswerStep = net::AnswerInput::Step;

struct Read {
  std::vector<int> statuses;
  std::string fields;
  std::string body;
  bool has_ended = false;
  bool is_malformed = false;
  bool ends_with_connection = false;
  bool keeps_alive = false;
  bool has_more = false;
  bool operator==(const Read&) const = default;
};

constexpr std::size_t kHeadLimit = 2'000;

Read read(std::string_view bytes, net::Asked asked = net::Asked::kContent,
          std::size_t piece = 1'000'000) {
  net::BufferPool pool;
  net::AnswerInput input(kHeadLimit, pool);
  net::ParsedAnswer answer;
  Read read;
  input.begin(asked);
  while (!bytes.empty() && !read.has_ended && !read.is_malformed) {
    const auto room = input.room();
    const std::size_t size = std::min({piece, room.size(), bytes.size()});
    std::memcpy(room.data(), bytes.data(), size);
    bytes.remove_prefix(size);
    input.commit(size);
    AnswerStep step{};
    while ((step = input.next(answer)) == AnswerStep::kHead || step == AnswerStep::kBody) {
      if (step == AnswerStep::kBody) {
        read.body += input.body();
        continue;
      }
      read.statuses.push_back(answer.status);
      read.keeps_alive = input.keeps_alive();
      for (const auto& field : answer.fields) {
        read.fields += std::string(field.name) + "=" + std::string(field.value) + ";";
      }
    }
    read.has_ended = step == AnswerStep::kEnd;
    read.is_malformed = step == AnswerStep::kMalformed;
  }
  read.ends_with_connection = input.ends_with_connection();
  read.has_more = !bytes.empty() || !input.is_empty();
  return read;
}

bool is_malformed_answer(std::string_view head) { return read(head).is_malformed; }

std::string with(std::string_view fields, std::string_view rest = {}) {
  return "HTTP/1.1 200 OK\r\n" + std::string(fields) + "\r\n" + std::string(rest);
}

}  // namespace

TEST_CASE("an answer is the same in whatever pieces it comes") {
  const std::string chunks = "5;x=y\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nx-trailer: 1\r\n\r\n";
  const std::vector<std::string> answers = {
      with("content-length: 11\r\nx-a:  b \r\n", "hello world"),
      with("transfer-encoding: chunked\r\n", chunks),
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" +
          with("content-length: 0\r\n"),
      with("server: x\r\n", "until the end"),
      with("content-length: 20000\r\n", std::string(20'000, 'b')),
      with("content-length: 1, 1\r\n", "x"),
      with("transfer-encoding: chunked\r\n", "5\r\nhelloX"),
  };
  for (const std::string& answer : answers) {
    const Read whole = read(answer);
    CHECK((whole.has_ended || whole.is_malformed || whole.ends_with_connection));
    for (std::size_t piece = 1; piece < std::min<std::size_t>(answer.size(), 300); ++piece) {
      CHECK(read(answer, net::Asked::kContent, piece) == whole);
    }
  }
}

TEST_CASE("a body ends where its length says") {
  const Read seen = read(with("Content-Length: 5\r\n", "helloHTTP/1.1 200"));
  CHECK(seen.body == "hello");
  CHECK(seen.has_ended);
  CHECK(seen.has_more);
  CHECK(seen.fields == "Content-Length=5;");
}

TEST_CASE("interim answers are read over") {
  const Read seen = read("HTTP/1.1 100 Continue\r\n\r\n" + with("content-length: 2\r\n", "ok"));
  CHECK(seen.statuses == std::vector{200});
  CHECK(seen.body == "ok");
}

TEST_CASE("answers without a body end with their head") {
  CHECK(read("HTTP/1.1 204 No Content\r\n\r\n").has_ended);
  CHECK(read("HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n").has_ended);
  CHECK(read(with("content-length: 9\r\n"), net::Asked::kHead).has_ended);
  CHECK(read(with("transfer-encoding: chunked\r\n"), net::Asked::kHead).has_ended);
  CHECK(read(with(""), net::Asked::kTunnel).has_ended);
  CHECK_FALSE(read("HTTP/1.1 407 No\r\ncontent-length: 9\r\n\r\n", net::Asked::kTunnel).has_ended);
}

TEST_CASE("an answer without a length ends with the connection, which is of no further use") {
  const Read seen = read(with("", "some"));
  CHECK(seen.ends_with_connection);
  CHECK_FALSE(seen.has_ended);
  CHECK(seen.body == "some");
}

TEST_CASE("a connection stays open as the answer says") {
  CHECK(read(with("content-length: 0\r\n")).keeps_alive);
  CHECK_FALSE(read(with("content-length: 0\r\nconnection: close\r\n")).keeps_alive);
  CHECK_FALSE(read(with("content-length: 0\r\nconnection: foo, Close\r\n")).keeps_alive);
  CHECK_FALSE(read("HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n").keeps_alive);
  CHECK(read("HTTP/1.0 200 OK\r\ncontent-length: 0\r\nconnection: keep-alive\r\n\r\n").keeps_alive);
}

TEST_CASE("a status line may lack its reason") {
  CHECK(read("HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n").has_ended);
  CHECK(read("HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n").has_ended);
  CHECK(read("HTTP/1.1 529 \xc3\x9c\r\ncontent-length: 0\r\n\r\n").statuses == std::vector{529});
}

TEST_CASE("what two readers may understand differently is malformed") {
  CHECK(is_malformed_answer(with("content-length: 5\r\ncontent-length: 5\r\n")));
  CHECK(is_malformed_answer(with("content-length: 5\r\ncontent-length: 6\r\n")));
  CHECK(is_malformed_answer(with("content-length: 5, 5\r\n")));
  CHECK(is_malformed_answer(with("content-length: 5\r\ntransfer-encoding: chunked\r\n")));
  CHECK(is_malformed_answer(with("transfer-encoding: chunked\r\ncontent-length: 5\r\n")));
  CHECK(is_malformed_answer(with("transfer-encoding: gzip, chunked\r\n")));
  CHECK(is_malformed_answer(with("transfer-encoding: gzip\r\n")));
  CHECK(is_malformed_answer(with("transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n")));
  CHECK(is_malformed_answer("HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"));
  for (const char* length : {"", "+5", "-5", "0x5", "5 5", "5;", "9999999999999999999"}) {
    CAPTURE(length);
    CHECK(is_malformed_answer(with("content-length: " + std::string(length) + "\r\n")));
  }
}

TEST_CASE("a malformed head is noticed") {
  for (const char* head :
       {"HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.2 200 OK\r\n\r\n",
        "HTTP/2 200\r\n\r\n", "http/1.1 200 OK\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 O\x01K\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 100 Continue\r\ncontent-length: 3\r\n\r\n"}) {
    CAPTURE(head);
    CHECK(is_malformed_answer(head));
  }
  for (const char* field : {"no colon\r\n", ": no name\r\n", "a b: c\r\n", "a : b\r\n",
                            " folded: x\r\n", "a: b\r\n folded\r\n", "a: b\x01\r\n", "a: b\rc\r\n",
                            "a: b\nc: d\r\n", "\x80: b\r\n", "a: \x7f\r\n"}) {
    CAPTURE(field);
    CHECK(is_malformed_answer(with(field)));
  }
}

TEST_CASE("what can be no answer is not waited for") {
  CHECK(is_malformed_answer("SSH-2.0-OpenSSH"));
  CHECK(is_malformed_answer("\x15\x03\x01"));
  CHECK(is_malformed_answer("HTTP/2"));
  CHECK(is_malformed_answer("HTTP/1.1 200 OK\n"));
  CHECK_FALSE(is_malformed_answer("HTTP/1"));
}

TEST_CASE("a head, with those before it, has a limit") {
  CHECK(read(with("a: " + std::string(kHeadLimit - 100, 'x') + "\r\ncontent-length: 0\r\n"))
            .has_ended);
  CHECK(is_malformed_answer(with("a: " + std::string(kHeadLimit, 'x') + "\r\n")));
  CHECK(is_malformed_answer("HTTP/1.1 200 OK\r\na: " + std::string(kHeadLimit, 'x')));
  std::string interim;
  while (interim.size() <= kHeadLimit) interim += "HTTP/1.1 100 Continue\r\n\r\n";
  CHECK(is_malformed_answer(interim));
}

TEST_CASE("a bad chunk is malformed, and what came before it has arrived") {
  for (const char* chunk : {"5\r\nhelloX", "x\r\n", "\r\n", "-1\r\n", "5\nhello", " 5\r\nhello",
                            "fffffffffffffffff\r\n", "0\r\nno trailer\r\n\r\n"}) {
    CAPTURE(chunk);
    const Read seen =
        read(with("transfer-encoding: chunked\r\n", "2\r\nok\r\n" + std::string(chunk)));
    CHECK(seen.is_malformed);
    CHECK(seen.body.starts_with("ok"));
  }
}

TEST_CASE("a chunk's line is not waited for without end") {
  const std::string line = "1;" + std::string(40'000, 'x');
  CHECK(is_malformed_answer(with("transfer-encoding: chunked\r\n", line)));
}
