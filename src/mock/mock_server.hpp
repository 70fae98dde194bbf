// A mock on a socket: timer queue, event loop, server and handler put together. Runs on the thread
// that calls run(); nothing is kept on disk, so that a kill loses what it has served and no more.
//
//   SLUICE_TRY(auto server, MockServer::start(plan, {.port = 0}));
//   print(server->url());
//   server->loop().stop_on_signals();
//   server->run();
#pragma once

#include <memory>
#include <string>

#include "base/error.hpp"
#include "engine/timer_queue.hpp"
#include "mock/mock.hpp"
#include "net/event_loop.hpp"
#include "net/http_server.hpp"

namespace sluice::mock {

class MockServer {
 public:
  // Listens; an address in use or a bad certificate is one clear error.
  static Result<std::unique_ptr<MockServer>> start(const MockPlan& plan,
                                                   const net::ServerOptions& options);
  explicit MockServer(const MockPlan& plan);  // does not listen yet: start() makes those that do
  MockServer(const MockServer&) = delete;
  MockServer& operator=(const MockServer&) = delete;

  std::string url() const { return server_->url(); }
  net::EventLoop& loop() noexcept { return loop_; }
  Mock& mock() noexcept { return mock_; }
  const net::ServerCounters& transport() const noexcept { return server_->counters(); }

  // Until loop().stop() or a signal; returns the signal, 0 for none.
  int run() { return loop_.run(); }

 private:
  TimerQueue timers_;
  net::EventLoop loop_;
  Mock mock_;
  std::unique_ptr<net::HttpServer> server_;  // goes first: its connections answer through the mock
};

}  // namespace sluice::mock
