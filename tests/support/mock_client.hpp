// A mock server without sockets, driven by hand: requests are answered into memory, and time is
// what the test says. Events fire each at its own instant, as under EventLoop.
//
//   MockClient mock(mock_scenario(R"({"tier": "start"})"));
//   auto& reply = mock.post("/v1/messages", R"({"model": ...})");
//   mock.run_to(kRunStart + seconds(30));
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/timer_queue.hpp"
#include "mock/mock.hpp"
#include "scenario/load.hpp"
#include "support/catch.hpp"
#include "support/memory_reply.hpp"

namespace sluice::test {

// Nothing depends on it: a scenario has to have one.
inline constexpr const char* kSomeWorkload =
    R"(, "workloads": [{"name": "some", "model": "haiku-4.5", "input": 1000, "output": 100,)"
    R"("arrivals": {"type": "poisson", "rate": "1/min"}}])";

// An organization as a scenario writes it; `more`: further members of the scenario.
inline mock::MockPlan mock_plan(const std::string& organization,
                                const mock::MockOptions& options = {},
                                const std::string& more = kSomeWorkload) {
  const std::string text = R"({"sluice": 1, "start": "2026-11-20T22:00:00Z", "duration": "1h",)"
                           R"("organization": )" +
                           organization + more + "}";
  const auto loaded = scenario::load_scenario_text(text, "test.json", {.whole_catalog = true});
  if (!loaded) FAIL(loaded.error().front().text());
  return mock::make_mock_plan(*loaded, options);
}

inline mock::MockPlan start_tier(const mock::MockOptions& options = {},
                                 const std::string& more = kSomeWorkload) {
  return mock_plan(R"({"tier": "start"})", options, more);
}

inline constexpr std::string_view kHello =
    R"({"model":"claude-sonnet-5-5","max_tokens":500,)"
    R"("messages":[{"role":"user","content":"Hello there"}]})";
inline constexpr std::string_view kHelloStream =
    R"({"model":"claude-sonnet-5-5","max_tokens":500,"stream":true,)"
    R"("messages":[{"role":"user","content":"Hello there"}]})";

using Headers = std::vector<net::HeaderField>;

class MockClient {
 public:
  explicit MockClient(mock::MockPlan plan) : mock_(std::move(plan), timers_) {
    mock_.set_url("http://127.0.0.1:8080");
    mock_.on_set_time([this](TimePoint to) { run_to(to); });
  }

  mock::Mock& mock() { return mock_; }
  mock::MockState& state() { return mock_.state(); }
  TimerQueue& timers() { return timers_; }

  void run_to(TimePoint to) {
    timers_.run_until(to, [](std::uint64_t) { return true; });
    timers_.advance_to(to);
  }
  void run_for(Duration time) { run_to(timers_.now() + time); }

  // With exactly these headers.
  MemoryReply& call(std::string_view method, std::string_view target, std::string_view body,
                    const Headers& headers) {
    const std::string padded = std::string(body) + std::string(net::kBodyPadding, '\0');
    const std::size_t mark = target.find('?');
    const net::HttpRequest request{
        .method = method,
        .path = target.substr(0, mark),
        .query = mark == std::string_view::npos ? std::string_view{} : target.substr(mark + 1),
        .headers = headers,
        .body = std::string_view(padded).substr(0, body.size())};
    MemoryReply& reply = replies_.emplace_back();
    reply.room = room_;
    mock_.handle(request, reply);
    return reply;
  }
  // With a key and a version; `more` headers come first, and count.
  MemoryReply& send(std::string_view method, std::string_view target, std::string_view body = {},
                    const Headers& more = {}) {
    Headers headers = more;
    headers.push_back({"host", "localhost:8080"});
    headers.push_back({"anthropic-version", "2026-10-21"});
    const std::string bearer = "Bearer " + key_;
    headers.push_back({"authorization", bearer});
    return call(method, target, body, headers);
  }
  MemoryReply& get(std::string_view target) { return send("GET", target); }
  MemoryReply& post(std::string_view target, std::string_view body = {}, const Headers& more = {}) {
    return send("POST", target, body, more);
  }
  MemoryReply& message(std::string_view body, const Headers& more = {}) {
    return post("/v1/messages", body, more);
  }
  // From now on with the scenario's key at that position.
  void act_as(std::size_t key) { key_ = state().plan.key_secrets.at(key); }
  // Of replies to come: bytes that the client reads before it pauses.
  void read_only(std::size_t bytes) { room_ = bytes; }

 private:
  TimerQueue timers_;
  mock::Mock mock_;
  std::deque<MemoryReply> replies_;  // outlive what streams into them
  std::string key_ = "sk-ant-api03-any";
  std::size_t room_ = std::numeric_limits<std::size_t>::max();
};

}  // namespace sluice::test
