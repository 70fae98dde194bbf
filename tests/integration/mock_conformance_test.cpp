// The mock behind a real socket decides as ApiModel does in process: under a manual clock call by
// call, and in real time by its journal.
#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/draw.hpp"
#include "mock/mock_server.hpp"
#include "support/catch.hpp"
#include "support/http_client.hpp"
#include "support/journal_replay.hpp"
#include "support/mock_client.hpp"

namespace sluice::test {
namespace {

// A server on a thread of its own. What it holds may be looked at once it has stopped.
class RunningMock {
 public:
  explicit RunningMock(const mock::MockPlan& plan) {
    auto started = mock::MockServer::start(plan, {.port = 0});
    if (!started) FAIL(started.error().text());
    server_ = std::move(*started);
    const std::string url = server_->url();
    port_ = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    thread_ = std::thread([this] { server_->run(); });
  }
  ~RunningMock() { stop(); }
  RunningMock(const RunningMock&) = delete;
  RunningMock& operator=(const RunningMock&) = delete;

  std::uint16_t port() const { return port_; }
  void stop() {
    if (!thread_.joinable()) return;
    server_->loop().stop();
    thread_.join();
  }
  mock::MockState& state() { return server_->mock().state(); }

 private:
  std::unique_ptr<mock::MockServer> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

struct RandomCall {
  std::int64_t after_ms = 0;
  std::string fields;
  std::string body;
  std::string name;
};

constexpr const char* kTightOrganization = R"({"tier": "custom", "max_concurrent": 6, "limits": {
  "haiku-4.5": {"requests_per_minute": 20, "input_tokens_per_minute_cache_aware": 9000,
                "output_tokens_per_minute": 3000}}})";

// Prompts of very different lengths that share a cached prefix now and then.
RandomCall random_call(DrawStream& draw, int number) {
  RandomCall call;
  call.after_ms = static_cast<std::int64_t>(draw.next() % 4000);
  std::string words;
  for (std::uint64_t i = draw.next() % 3000; i > 0; --i) words += " word";
  const bool is_cached = draw.next() % 3 == 0;
  const std::string system = is_cached ? R"("system":[{"type":"text","text":"prefix)" +
                                             std::string(20'000, 'p') +
                                             R"(","cache_control":{"type":"ephemeral"}}],)"
                                       : "";
  call.name =
      "load/" + std::to_string(number) + "/0/0; output=" + std::to_string(1 + draw.next() % 900);
  call.fields = "x-api-key: sk-ant-api03-any\r\nanthropic-version: 2026-10-21\r\nsluice-request: " +
                call.name + "\r\n";
  call.body = R"({"model":"claude-haiku-4-5","max_tokens":2000,)" + system +
              (draw.next() % 2 == 0 ? R"("stream":true,)" : "") +
              R"("messages":[{"role":"user","content":"hello)" + words + "\"}]}";
  return call;
}

std::string decision(int status, const std::string& retry_after, const std::string& requests,
                     const std::string& input) {
  return std::to_string(status) + " retry-after " + retry_after + " requests " + requests +
         " input " + input;
}

// The control endpoints answer to a loopback name only.
std::string by_loopback(std::string request) {
  const std::string other = "host: test";
  return request.replace(request.find(other), other.size(), "host: localhost");
}

// Under a manual clock an answer comes when the clock is moved, so that every call has a connection
// of its own, and the journal says when it has been decided.
void wait_until_decided(HttpClient& control, std::size_t calls) {
  for (std::size_t decided = 0; decided < calls;) {
    control.send(by_loopback(get("/_sluice/journal?limit=1000")));
    const HttpAnswer answer = control.read();
    if (answer.status != 200) FAIL(answer.head << answer.body);
    const std::string mark = "\"sequence\"";
    decided = 0;
    for (std::size_t at = 0; (at = answer.body.find(mark, at)) != std::string::npos; ++at) {
      ++decided;
    }
  }
}

TEST_CASE("over HTTP under a manual clock every decision is the in-process model's") {
  const mock::MockOptions options{.is_clock_manual = true};
  const mock::MockPlan plan = mock_plan(kTightOrganization, options);
  DrawStream draw(Bits128{.first = 2026, .second = 11});
  RunningMock served(plan);
  MockClient in_process(plan);
  HttpClient clock(served.port());
  std::vector<std::unique_ptr<HttpClient>> clients;
  std::vector<const MemoryReply*> replies;
  const auto advance = [&](std::int64_t ms) {
    const std::string body = "{\"advance\":\"" + std::to_string(ms) + "ms\"}";
    clock.send(by_loopback(post("/_sluice/clock", body)));
    const HttpAnswer moved = clock.read();
    if (moved.status != 200) FAIL(moved.head << moved.body);
    in_process.run_for(milliseconds(ms));
  };
  for (int i = 0; i < 150; ++i) {
    const RandomCall call = random_call(draw, i);
    advance(call.after_ms);
    clients.push_back(std::make_unique<HttpClient>(served.port()));
    clients.back()->send(post("/v1/messages", call.body, call.fields));
    replies.push_back(&in_process.message(call.body, {{"sluice-request", call.name}}));
    wait_until_decided(clock, clients.size());
  }
  advance(600'000);
  int refused = 0;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const HttpAnswer answer = clients[i]->read();
    const MemoryReply& reply = *replies[i];
    const auto field = [&](const char* name) { return std::string(reply.field(name)); };
    constexpr const char* kRequests = "anthropic-ratelimit-requests-remaining";
    constexpr const char* kInput = "anthropic-ratelimit-input-tokens-remaining";
    CAPTURE(i);
    CHECK(decision(answer.status, answer.field("retry-after"), answer.field(kRequests),
                   answer.field(kInput)) ==
          decision(reply.status, field("retry-after"), field(kRequests), field(kInput)));
    refused += answer.status == 429 ? 1 : 0;
  }
  CHECK(refused > 20);
  CHECK(refused < 130);
  served.stop();
  JournalReplay replay(plan);
  replay.run(served.state().journal.list(0, 1000), served.state().timers.now());
  CHECK(replay.differences() == std::vector<std::string>{});
}

// Each thread asks, reads, and asks again; some leave in the middle of an answer.
void ask_in_real_time(std::uint16_t port, int thread, int calls) {
  DrawStream draw(Bits128{.first = 7, .second = static_cast<std::uint64_t>(thread)});
  auto client = std::make_unique<HttpClient>(port);
  for (int i = 0; i < calls; ++i) {
    const RandomCall call = random_call(draw, thread * 1000 + i);
    client->send(post("/v1/messages", call.body, call.fields));
    if (draw.next() % 5 == 0) {
      client->read_head();
      client = std::make_unique<HttpClient>(port);
    } else {
      client->read();
    }
  }
}

TEST_CASE("the journal of a run in real time, replayed in process, gives the same decisions") {
  const mock::MockOptions options{.speed_permille = 60'000};
  const mock::MockPlan plan = mock_plan(kTightOrganization, options);
  RunningMock served(plan);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&served, i] { ask_in_real_time(served.port(), i, 25); });
  }
  for (std::thread& thread : threads) thread.join();
  served.stop();
  const auto journal = served.state().journal.list(0, 1000);
  REQUIRE(journal.size() == 200);
  JournalReplay replay(plan);
  replay.run(journal, served.state().timers.now());
  CHECK(replay.differences() == std::vector<std::string>{});
  const auto refused = std::count_if(journal.begin(), journal.end(),
                                     [](const auto* call) { return call->status == 429; });
  CHECK(refused > 10);
}

}  // namespace
}  // namespace sluice::test
