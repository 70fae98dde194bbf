// An attempt for a coroutine of a test: to await it is to send it and to wait for its end.
//
//   AwaitedAttempt attempt(port, spec);
//   co_await attempt;      // port.exchange() says how it ended
#pragma once

#include <coroutine>

#include "engine/api_port.hpp"

namespace sluice::testing {

struct AwaitedAttempt : AttemptInFlight {
  AwaitedAttempt(ApiPort& to, const RequestSpec& wanted)
      : AttemptInFlight(
            to,
            [](AttemptInFlight& attempt) {
              static_cast<AwaitedAttempt&>(attempt).waiting.resume();
            },
            [&] { return wanted; }) {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    waiting = handle;
    return !port->start(*this);
  }
  void await_resume() const noexcept {}

  std::coroutine_handle<> waiting;
};

}  // namespace sluice::testing
