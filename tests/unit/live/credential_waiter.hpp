// Whoever waits for a federated token in a test, and what its header looks like.
// Bounded in time: a loop that would wait for ever ends after 30 s.
#pragma once

#include <string>

#include "live/credentials.hpp"
#include "net/event_loop.hpp"

namespace sluice::test {

inline constexpr KeyId kKey{};

// Ends the loop when header() answers again, or when that takes too long.
struct Waiter final : live::CredentialListener, TimedCall {
  explicit Waiter(net::EventLoop& waited_in) : loop(waited_in) {
    fire = [](TimedCall& call) { static_cast<Waiter&>(call).loop.stop(); };
    loop.timers().push(loop.timers().now() + seconds(30), *this);
  }
  void on_credentials() override {
    ++told;
    loop.stop();
  }
  net::EventLoop& loop;
  int told = 0;
};

inline std::string line(const std::string& token) {
  return "authorization: Bearer " + token + "\r\nanthropic-beta: oauth-2025-04-20\r\n";
}

}  // namespace sluice::test
