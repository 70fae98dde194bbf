// Against servers that misbehave.
#include <functional>
#include <string>
#include <vector>

#include "live/http_api.hpp"
#include "support/catch.hpp"
#include "support/raw_server.hpp"
#include "unit/live/live_api.hpp"

namespace sluice::live {
namespace {

using test::LiveApi;
using test::RawServer;
using test::Sent;

constexpr const char* kStreamStart =
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":"
    "\"message\",\"role\":\"assistant\",\"content\":[],\"model\":\"model\",\"usage\":"
    "{\"input_tokens\":1000,\"output_tokens\":1}}}\n\n";
constexpr const char* kDelta =
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
    "{\"type\":\"text_delta\",\"text\":\"word\"}}\n\n";
constexpr const char* kError =
    "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
    "\"message\":\"Overloaded\"}}\n\n";

std::string answer(const std::string& status, const std::string& body,
                   const std::string& fields = "content-type: application/json\r\n") {
  return "HTTP/1.1 " + status + "\r\n" + fields + "content-length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

// A stream that ends with the connection.
std::string stream(const std::string& events) {
  return "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n" + events;
}

RunPlan plan() {
  RunPlan plan = testing::small_plan();
  plan.workloads[0].arrivals = ArrivalSpec{};
  return plan;
}

struct Told {
  Exchange exchange;
  test::SeenAttempt seen;
  Money spent;
};

// One attempt against a server that sends this and ends the connection.
Told told_by(const std::string& bytes, const WriterOptions& options = {},
             const RequestSpec& spec = testing::small_request()) {
  RawServer server([&](RawServer::Peer& peer) {
    peer.read_request();
    peer.send(bytes);
  });
  LiveApi live("http://127.0.0.1:" + std::to_string(server.port), plan(), {}, options);
  const Sent& sent = live.send(spec);
  live.run();
  return {sent.exchange, live.seen.at(0), live.guard.spent()};
}

ErrorKind kind_of(const std::string& bytes) { return told_by(bytes).exchange.outcome.error; }

const Money kWorst = *Money::from_decimal("2.1");

}  // namespace

TEST_CASE("an error within a stream is its kind, after a beginning") {
  const Told told = told_by(stream(std::string(kStreamStart) + kDelta + kError));
  const Outcome& outcome = told.exchange.outcome;
  CHECK(outcome.error == ErrorKind::kOverloaded);
  CHECK(outcome.began);
  CHECK(outcome.first_token != kNever);
  CHECK(outcome.usage.input_tokens == 1000);
  CHECK(told.exchange.billed);
  CHECK(told.spent >= kWorst);  // what was produced is not known
}

TEST_CASE("a stream that breaks off is a lost connection that has begun") {
  const Told told = told_by(stream(std::string(kStreamStart) + kDelta));
  CHECK(told.exchange.outcome.error == ErrorKind::kConnection);
  CHECK(told.exchange.outcome.began);
  CHECK(told.seen.transport == "the answer ended before it was whole");
}

TEST_CASE("no answer is a lost connection that may have been billed") {
  const Told told = told_by("");
  CHECK(told.exchange.outcome.error == ErrorKind::kConnection);
  CHECK_FALSE(told.exchange.outcome.began);
  CHECK_FALSE(told.exchange.billed);
  CHECK_FALSE(told.seen.transport.empty());
  CHECK(told.spent >= kWorst);
}

TEST_CASE("nobody who listens costs nothing") {
  std::uint16_t port = 0;
  {
    RawServer server([](RawServer::Peer&) {});
    port = server.port;
  }
  LiveApi live("http://127.0.0.1:" + std::to_string(port), plan());
  const Sent& sent = live.send(testing::small_request());
  live.run();
  CHECK(sent.exchange.outcome.error == ErrorKind::kConnection);
  CHECK(live.guard.spent() == Money{});
  CHECK(live.guard.reserved() == Money{});
  CHECK(live.seen.at(0).sent_wall == 0);
  CHECK(live.sent_count == 0);
}

TEST_CASE("what is no answer of the API is told apart") {
  CHECK(kind_of("nonsense\r\n\r\n") == ErrorKind::kConnection);
  CHECK(kind_of(answer("200 OK", "<html>Welcome</html>", "content-type: text/html\r\n")) ==
        ErrorKind::kConnection);
  CHECK(kind_of(answer("502 Bad Gateway", "<html></html>", "content-type: text/html\r\n")) ==
        ErrorKind::kApi);
  CHECK(kind_of(answer("302 Found", "", "location: http://127.0.0.1:1/\r\n")) != ErrorKind::kNone);
  CHECK(kind_of(answer("529 Overloaded", R"({"type":"error","error":{"type":"overloaded_error",)"
                                         R"("message":"Overloaded"}})")) == ErrorKind::kOverloaded);
}

TEST_CASE("a spend limit that the customer set is told as the simulator tells it") {
  const Told told = told_by(
      answer("400 Bad Request",
             R"({"type":"error","error":{"type":"invalid_request_error","message":"You have )"
             R"(reached your specified API usage limits. You will regain access on 2026-12-01 )"
             R"(at 00:00 UTC."}})"));
  CHECK(told.exchange.outcome.error == ErrorKind::kInvalidRequest);
  CHECK(told.exchange.outcome.limit == LimitCause::kSpend);
  CHECK(told.spent == Money{});
}

TEST_CASE("a server that says nothing is left when the attempt's time is over") {
  RawServer server([](RawServer::Peer& peer) {
    peer.read_request();
    peer.wait_for_close();
  });
  LiveApi live("http://127.0.0.1:" + std::to_string(server.port), plan());
  const std::vector<int> limits = {60, 20, 40, 50, 30, 10};
  for (const int limit : limits)
    live.send(testing::small_request(), kRunStart + milliseconds(limit));
  live.run();
  for (std::size_t i = 0; i < limits.size(); ++i) {
    const Outcome& outcome = live.all[i].exchange.outcome;
    CHECK(outcome.error == ErrorKind::kAttemptTimeout);
    CHECK(outcome.ended >= kRunStart + milliseconds(limits[i]));
    CHECK(outcome.ended < kRunStart + seconds(10));
  }
}

TEST_CASE("only a mock hears of requests by name") {
  std::string seen;
  RawServer server([&](RawServer::Peer& peer) {
    seen = peer.read_request();
    peer.send(answer("529 Overloaded", "{}"));
  });
  {
    LiveApi live("http://127.0.0.1:" + std::to_string(server.port), plan(), {}, {});
    live.send(testing::small_request());
    live.run();
  }
  CHECK(seen.find("x-api-key: sk-ant-api03-any\r\n") != std::string::npos);
  CHECK(seen.find("sluice-request") == std::string::npos);
}

TEST_CASE("a prompt larger than any buffer arrives whole") {
  std::size_t size = 0;
  RawServer server([&](RawServer::Peer& peer) {
    size = peer.read_request().size();
    peer.send(answer("529 Overloaded", "{}"));
  });
  {
    LiveApi live("http://127.0.0.1:" + std::to_string(server.port), plan(), {}, {});
    RequestSpec spec = testing::small_request();
    spec.prompt_tokens = 1'000'000;
    live.send(spec);
    live.run();
    CHECK(live.sent_count == 1);
  }
  CHECK(size > 4'000'000);
}

TEST_CASE("an API that goes leaves what is in flight without a word") {
  RawServer server([](RawServer::Peer& peer) { peer.wait_for_close(); });
  {
    LiveApi live("http://127.0.0.1:" + std::to_string(server.port), plan());
    live.send(testing::small_request(), kRunStart + hours(1));
  }
  SUCCEED("the server sees the connection close");
}

}  // namespace sluice::live
