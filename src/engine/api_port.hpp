// What a request goes to: an in-process model of the API here, a socket in live runs. The client
// neither knows nor cares.
//
//   AttemptInFlight attempt(port, &on_end, [&] { return spec; });
//   if (port.start(attempt)) on_end(attempt);      // else the port calls it when it has ended
//   const Outcome& outcome = port.exchange().outcome;
#pragma once

#include <concepts>
#include <cstdint>

#include "api/cost.hpp"
#include "api/outcome.hpp"
#include "api/rate_limit_view.hpp"
#include "api/request.hpp"
#include "engine/admitted.hpp"
#include "engine/timer_queue.hpp"
#include "policy/limit_levels.hpp"

namespace sluice {

// One attempt that was made. A port has one for all its attempts: it writes it in the instant in
// which one ends, and the client reads it before it waits again.
struct Exchange {
  Outcome outcome;
  CostBreakdown cost;
  Money saved_by_cache;  // what the same tokens had cost as plain input, less what they cost
  bool billed = false;   // `cost` and `saved_by_cache` hold what it cost
  bool priced = true;    // false: the model has no price at that date

  // As if new; what it cost means nothing until something is billed.
  void reset() noexcept {
    outcome = {};
    billed = false;
    priced = true;
  }
};

class ApiPort;
struct AttemptInFlight;

// Who wants to hear, when the head of an attempt's answer arrives, what it says of the limits: at
// the first token of a stream, at once on a 429, with the end of an answer in JSON.
struct HeadWatch {
  void (*came)(AttemptInFlight& attempt, const RateLimitView& view) = nullptr;
  LimitLevels levels{};  // for the in-process API: as they stood at arrival
};

// One attempt from its send to its end. A port may keep its address meanwhile.
struct AttemptInFlight : TimedCall {
  // `make` gives the request, which is made in its place.
  template <std::invocable Make>
  AttemptInFlight(ApiPort& to, void (*tell)(AttemptInFlight&), Make&& make)
      : port(&to), ended(tell), spec(make()) {
    tag = static_cast<std::uint32_t>(spec.id.session);
  }

  ApiPort* port;                            // whom it is sent to
  void (*ended)(AttemptInFlight& attempt);  // called at the end, unless start() says it is over
  HeadWatch* head = nullptr;                // empty, or without `came`: nobody listens
  TimePoint give_up_at = kNever;            // the port ends the exchange then, as kAttemptTimeout
  TimePoint planned{};                      // when the user wanted the request
  RequestSpec spec;
  Admitted admitted;  // the in-process API's side of it
  std::int32_t number = 0;

  bool is_head_wanted() const noexcept { return head != nullptr && head->came != nullptr; }
};

class ApiPort {
 public:
  explicit ApiPort(TimerQueue& timers) : timers_(timers) {}
  virtual ~ApiPort() = default;

  // Sends. True: it ended at once and the exchange is written. False: attempt.ended is called when
  // it has.
  virtual bool start(AttemptInFlight& attempt) = 0;
  const Exchange& exchange() const noexcept { return exchange_; }

 protected:
  TimerQueue& timers_;
  Exchange exchange_;
};

}  // namespace sluice
