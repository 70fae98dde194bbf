// A server on a thread of its own with a handler that does what the path says, for the tests that
// need sockets. What the handler has seen is read through latches, never directly.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "engine/timer_queue.hpp"
#include "net/event_loop.hpp"
#include "net/http_server.hpp"
#include "support/http_client.hpp"

namespace sluice::test {

// Counts on the server's thread; a test waits until there are enough.
class Latch {
 public:
  void add(std::size_t count = 1) {
    const std::scoped_lock lock(mutex_);
    count_ += count;
    changed_.notify_all();
  }
  // False: it did not happen.
  bool reaches(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return count_ >= count; });
  }
  std::size_t count() {
    const std::scoped_lock lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
};

// /echo answers with what was asked; /size with the body's size; /later after a while of model
// time; /stream in three pieces; /never not at all; /flood with `flood_size` bytes as fast as they
// are read; /drop with half an answer; /empty with 204; /big with a megabyte.
class PathHandler final : public net::HttpHandler, public net::ReplyListener {
 public:
  explicit PathHandler(TimerQueue& timers) : timers_(timers) {}

  std::size_t body_limit(std::string_view, std::string_view path) const noexcept override {
    return path == "/small" ? 100 : std::size_t{32} << 20;
  }
  void handle(const net::HttpRequest& request, net::HttpReply& reply) override;
  void refuse(net::TransportRefusal refusal, net::HttpReply& reply) override {
    reply.send(400 + static_cast<int>(refusal), "", "refused");
  }
  void on_drained() override {
    drained.add();
    flood();
  }
  void on_gone() override {
    flooded_ = nullptr;
    gone.add();
  }

  Latch asked;     // requests
  Latch gone;      // on_gone()
  Latch drained;   // on_drained()
  Latch flooding;  // bytes that /flood has written
  std::size_t flood_size = std::size_t{64} << 20;

 private:
  struct Later : TimedCall {
    net::HttpReply* reply = nullptr;
  };
  void flood() {
    const std::string piece(16 * 1024, 'f');
    bool has_room = true;
    while (flooded_ != nullptr && has_room && flood_left_ > 0) {
      flood_left_ -= piece.size();
      has_room = flooded_->write(piece);
      flooding.add(piece.size());
    }
    if (flooded_ != nullptr && flood_left_ == 0 && has_room) {
      std::exchange(flooded_, nullptr)->finish();
    }
  }

  TimerQueue& timers_;
  Later later_;
  net::HttpReply* flooded_ = nullptr;
  std::size_t flood_left_ = 0;
};

inline void PathHandler::handle(const net::HttpRequest& request, net::HttpReply& reply) {
  constexpr std::string_view kFields = "content-type: text/plain\r\n";
  if (request.path == "/echo") {
    std::string text = std::string(request.method) + " " + std::string(request.path) + " " +
                       std::string(request.query) + "\n";
    for (const net::HeaderField& field : request.headers) {
      text += std::string(field.name) + "=" + std::string(field.value) + "\n";
    }
    reply.send(200, kFields, text + std::string(request.body));
  } else if (request.path == "/size" || request.path == "/small") {
    reply.send(200, kFields, std::to_string(request.body.size()));
  } else if (request.path == "/later") {
    later_.reply = &reply;
    later_.fire = [](TimedCall& call) { static_cast<Later&>(call).reply->send(200, "", "late"); };
    timers_.push(timers_.now() + milliseconds(20), later_);
  } else if (request.path == "/stream") {
    reply.begin(200, kFields);
    for (const char* piece : {"one ", "", "two ", "three"}) reply.write(piece);
    reply.finish();
  } else if (request.path == "/flood") {
    flooded_ = &reply;
    flood_left_ = flood_size;
    reply.listen(this);
    reply.begin(200, kFields);
    flood();
  } else if (request.path == "/drop") {
    reply.begin(200, kFields);
    reply.write("half");
    reply.drop();
  } else if (request.path == "/drop-at-once") {
    reply.drop();
  } else if (request.path == "/empty") {
    reply.send(204, kFields, "");
  } else if (request.path == "/big") {
    reply.send(200, kFields, std::string(1 << 20, 'b'));
  } else {
    reply.listen(this);
    if (request.path == "/never-streaming") {
      reply.begin(200, kFields);
      reply.write("begun");
    }
  }
  asked.add();
}

class LiveServer {
 public:
  explicit LiveServer(const net::ServerOptions& options = {}, net::ClockSpec clock = {})
      : loop(timers, clock), handler(timers) {
    auto listening = net::HttpServer::listen(loop, options, handler);
    if (!listening) throw std::runtime_error(listening.error().text());
    server = std::move(*listening);
    port = server->port();
    thread_ = std::thread([this] { loop.run(); });
  }
  ~LiveServer() { stop(); }
  void stop() {
    if (!thread_.joinable()) return;
    loop.stop();
    thread_.join();
  }
  HttpClient connect() const { return HttpClient(port); }

  TimerQueue timers;
  net::EventLoop loop;
  PathHandler handler;
  std::unique_ptr<net::HttpServer> server;
  std::uint16_t port = 0;

 private:
  std::thread thread_;
};

}  // namespace sluice::test
