// What the kinds of pacing read in the end of an attempt. A client cannot tell one 429 from
// another, nor a refusal for what it sends from one for what others send: all count.
#pragma once

#include "api/outcome.hpp"

namespace sluice {

// 429 and 529: the API says that this was too much.
inline bool is_throttled(const Outcome& outcome) noexcept {
  return outcome.error == ErrorKind::kRateLimit || outcome.error == ErrorKind::kOverloaded;
}

// Too much, or no answer in time: what an overloaded server does to an attempt.
inline bool is_dropped(const Outcome& outcome) noexcept {
  return is_throttled(outcome) || outcome.error == ErrorKind::kTimeout ||
         outcome.error == ErrorKind::kAttemptTimeout;
}

// The client gave up, or did not send, by itself: that says nothing of the server.
inline bool is_given_up(const Outcome& outcome) noexcept {
  return outcome.error == ErrorKind::kDeadline || outcome.error == ErrorKind::kQueueFull ||
         outcome.error == ErrorKind::kExpired || outcome.error == ErrorKind::kRefusedByClient;
}

}  // namespace sluice
