// A client on a loop of its own, and what it hears: the test says what is asked, runs the loop
// until the calls are over, and looks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "engine/timer_queue.hpp"
#include "net/event_loop.hpp"
#include "net/http_client.hpp"
#include "support/raw_server.hpp"

namespace sluice::test {

// One call and everything that its listener hears. Does not move.
class Heard final : public net::AnswerListener {
 public:
  explicit Heard(std::function<void()> over) : over_(std::move(over)) {}

  void on_head(const net::AnswerHead& head) override {
    ++heads;
    status = head.status;
    for (const net::HeaderField& field : head.fields) {
      fields += std::string(field.name) + "=" + std::string(field.value) + "\n";
    }
    if (at_head) at_head();
  }
  void on_body(std::string_view bytes) override {
    // What stands behind may be read.
    volatile char behind = 0;
    for (std::size_t i = 0; i < net::kBodyPadding; ++i) behind = bytes.data()[bytes.size() + i];
    static_cast<void>(behind);
    body += bytes;
    if (at_body) at_body();
  }
  void on_end() override {
    has_ended = true;
    if (at_end) at_end();
    over_();
  }
  void on_failure(const net::TransportFailure& told) override {
    failure = told;
    over_();
  }
  bool is_over() const { return has_ended || failure.has_value(); }
  // "kClosed"-like answers of a test: whether it failed in this way.
  bool failed_with(net::TransportError error) const {
    return failure.has_value() && failure->error == error;
  }

  net::HttpCall call;
  std::string path;
  std::string request_fields;
  std::string request_body;
  int heads = 0;
  int status = 0;
  std::string fields;
  std::string body;
  bool has_ended = false;
  std::optional<net::TransportFailure> failure;
  std::function<void()> at_head;
  std::function<void()> at_body;
  std::function<void()> at_end;

 private:
  std::function<void()> over_;
};

struct Ask {
  std::string path = "/";
  std::string body{};
  std::string_view method = "POST";
  std::string fields{};
};

class ClientLoop {
  // Before the client, since a call stays until it is over or its client has gone.
  std::deque<Heard> heard_;

 public:
  explicit ClientLoop(const net::ClientOptions& options) : loop(timers, {}) {
    auto made = net::HttpClient::make(loop, options);
    if (!made) throw std::runtime_error(made.error().text());
    client = std::move(*made);
    // A test that hangs is told from one that waits.
    loop.every(seconds(60), [this] {
      has_hung = true;
      loop.stop();
    });
  }
  explicit ClientLoop(const std::string& url)
      : ClientLoop(net::ClientOptions{.target = *net::parse_url(url, "test")}) {}
  explicit ClientLoop(std::uint16_t port)
      : ClientLoop("http://127.0.0.1:" + std::to_string(port)) {}

  // Sent, not waited for.
  Heard& send(const Ask& ask = {}) {
    Heard& heard = prepare(ask);
    client->send(heard.call);
    return heard;
  }
  Heard& prepare(const Ask& ask = {}) {
    Heard& heard = heard_.emplace_back([this] {
      if (--awaited_ == 0) loop.stop();
    });
    heard.path = ask.path;
    heard.request_body = ask.body;
    heard.request_fields = ask.fields;
    heard.call.method = ask.method;
    heard.call.path = heard.path;
    heard.call.body = heard.request_body;
    heard.call.fields = heard.request_fields;
    heard.call.listener = &heard;
    return heard;
  }
  // Until so many calls are over. False: they were not in a long time.
  bool run(int calls = 1) {
    awaited_ = calls;
    loop.run();
    return !has_hung;
  }
  // Sends it and waits for its end.
  Heard& ask(const Ask& ask = {}) {
    Heard& heard = send(ask);
    run();
    return heard;
  }
  // Until the condition holds, which may change at any turn.
  bool run_until(const std::function<bool()>& condition) {
    for (int turns = 0; turns < 5'000 && !condition(); ++turns) run_for(milliseconds(1));
    return condition();
  }
  void run_for(Duration wall);

  TimerQueue timers;
  net::EventLoop loop;
  std::unique_ptr<net::HttpClient> client;
  bool has_hung = false;

 private:
  struct Stop : TimedCall {
    net::EventLoop* loop = nullptr;
  };
  int awaited_ = 0;
  Stop stop_;
};

inline void ClientLoop::run_for(Duration wall) {
  stop_.loop = &loop;
  stop_.fire = [](TimedCall& call) { static_cast<Stop&>(call).loop->stop(); };
  timers.push(loop.now() + wall, stop_);
  awaited_ = 0;
  loop.run();
}

inline std::string ok_answer(std::string_view body) {
  return "HTTP/1.1 200 OK\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

// Answers "ok" for as long as it is asked.
inline void answer_all(RawServer::Peer& peer) {
  while (!peer.read_request().empty()) peer.send(ok_answer("ok"));
}

inline net::ClientOptions options_for(std::uint16_t port) {
  return {.target = *net::parse_url("http://127.0.0.1:" + std::to_string(port), "test")};
}

}  // namespace sluice::test
