// A mock server without sockets: calls are answered into memory, and time is what the test says.
//
//   MockCalls mock(R"({"tier": "start"})");                          // an organization
//   const MemoryReply& reply = mock.post("/v1/messages/batches", body);
//   mock.advance(minutes(5));
#pragma once

#include <algorithm>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/timer_queue.hpp"
#include "mock/mock.hpp"
#include "net/http_handler.hpp"
#include "scenario/load.hpp"
#include "support/catch.hpp"

namespace sluice {

// What a client would have got.
class MemoryReply final : public net::HttpReply {
 public:
  int status = 0;
  std::string fields;
  std::string body;
  bool is_finished = false;
  bool is_dropped = false;
  std::size_t room = std::numeric_limits<std::size_t>::max();  // bytes until it is full
  net::ReplyListener* listener = nullptr;

  void listen(net::ReplyListener* to) noexcept override { listener = to; }
  void send(int code, std::string_view head, std::string_view content) override {
    begin(code, head);
    body = content;
    finish();
  }
  void begin(int code, std::string_view head) override {
    REQUIRE(status == 0);
    status = code;
    fields = head;
  }
  bool write(std::string_view bytes) override {
    REQUIRE_FALSE((is_finished || is_dropped));
    body += bytes;
    room -= std::min(room, bytes.size());
    return room > 0;
  }
  void finish() override {
    REQUIRE_FALSE((is_finished || is_dropped));
    is_finished = true;
  }
  void drop() override {
    REQUIRE_FALSE((is_finished || is_dropped));
    is_dropped = true;
  }

  nlohmann::json json() const { return nlohmann::json::parse(body); }
  // The value of a header field; none if it is not there.
  std::optional<std::string> field(std::string_view name) const {
    std::size_t at = 0;
    while (at < fields.size()) {
      const std::size_t end = fields.find("\r\n", at);
      REQUIRE(end != std::string::npos);
      const std::string_view line = std::string_view(fields).substr(at, end - at);
      if (line.starts_with(std::string(name) + ": ")) {
        return std::string(line.substr(name.size() + 2));
      }
      at = end + 2;
    }
    return std::nullopt;
  }
};

struct SentCall {
  std::string_view body{};
  std::vector<net::HeaderField> headers{};
  std::size_t room = std::numeric_limits<std::size_t>::max();  // of the reply
};

class MockCalls {
 public:
  // A scenario has to ask for something.
  static constexpr const char* kOneWorkload =
      R"(, "workloads": [{"name": "chat", "model": "sonnet-5.5", "input": 100, "output": 100,)"
      R"( "arrivals": {"type": "constant", "rate": "1/min"}}])";

  // An organization as a scenario writes it, and further members of the scenario.
  explicit MockCalls(const std::string& organization, const mock::MockOptions& options = {},
                     const std::string& more = kOneWorkload)
      : mock_(plan(organization, options, more), timers_) {
    mock_.set_url("http://127.0.0.1:8080");
  }

  mock::MockState& state() { return mock_.state(); }
  TimerQueue& timers() { return timers_; }
  void advance(Duration time) { timers_.advance_to(timers_.now() + time); }
  // The secret of a key of the scenario, by its position.
  std::string secret(std::size_t key) { return state().plan.key_secrets.at(key); }
  void act_as(std::size_t key) { key_ = secret(key); }

  MemoryReply& call(std::string_view method, std::string_view target, const SentCall& sent = {}) {
    std::vector<net::HeaderField> headers = sent.headers;
    headers.push_back({"host", "localhost:8080"});
    headers.push_back({"anthropic-version", "2026-10-21"});
    headers.push_back({"authorization", bearer_ = "Bearer " + key_});
    const std::string padded = std::string(sent.body) + std::string(net::kBodyPadding, '\0');
    const std::size_t mark = std::min(target.find('?'), target.size());
    const net::HttpRequest request{
        .method = method,
        .path = target.substr(0, mark),
        .query = mark == target.size() ? std::string_view{} : target.substr(mark + 1),
        .headers = headers,
        .body = std::string_view(padded).substr(0, sent.body.size())};
    MemoryReply& reply = replies_.emplace_back();
    reply.room = sent.room;
    mock_.handle(request, reply);
    return reply;
  }
  MemoryReply& get(std::string_view target) { return call("GET", target); }
  MemoryReply& post(std::string_view target, std::string_view body = {}) {
    return call("POST", target, {.body = body});
  }

 private:
  static mock::MockPlan plan(const std::string& organization, const mock::MockOptions& options,
                             const std::string& more) {
    const std::string text = R"({"sluice": 1, "start": "2026-11-20T22:00:00Z", "duration": "1h",)"
                             R"("organization": )" +
                             organization + more + "}";
    const auto loaded = scenario::load_scenario_text(text, "test.json", {.whole_catalog = true});
    if (!loaded) FAIL(loaded.error().front().text());
    return mock::make_mock_plan(*loaded, options);
  }

  TimerQueue timers_;
  mock::Mock mock_;
  std::string key_ = "sk-ant-api03-any";
  std::string bearer_;
  std::deque<MemoryReply> replies_;  // outlive what streams into them
};

}  // namespace sluice
