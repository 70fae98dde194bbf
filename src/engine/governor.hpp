// What a client process asks before it sends and tells afterwards, beyond its retry policy: circuit
// breaker, pacer and the line of attempts that may not go yet, retry budget, fallback to another
// model. A client that has none of them has no governor.
//
//   GovernedRequest& request = governor.open();
//   governor.ask(attempt, order)                        // go, refused, or wait in the line
//   governor.went(attempt), governor.ended(attempt, outcome), governor.may_retry(...)
//   governor.close(request);
#pragma once

#include <coroutine>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "api/outcome.hpp"
#include "base/draw.hpp"
#include "engine/alarm.hpp"
#include "engine/api_port.hpp"
#include "engine/timer_queue.hpp"
#include "engine/waiting_line.hpp"
#include "metrics/recorder.hpp"
#include "policy/circuit_breaker.hpp"
#include "policy/pacer.hpp"
#include "policy/retry_budget.hpp"
#include "policy/run_plan.hpp"

namespace sluice {

// What became of the question whether an attempt may go.
enum class Leave : std::uint8_t {
  kGo,
  kRefused,  // by the client itself
  kWait,     // not yet: in the line
  kLate,     // the deadline passed in the line
};

class Governor;

// What is remembered of a request between its attempts; HeadWatch is how the port finds it.
struct GovernedRequest : HeadWatch {
  Governor* governor = nullptr;
  Leave leave = Leave::kGo;
  bool fell_back = false;
  std::int32_t refused = 0;               // by the client itself: no attempts
  std::int32_t turned_away = 0;           // attempts that count for the fallback
  ErrorKind paid_for = ErrorKind::kNone;  // the failure whose retry the budget has paid for...
  bool is_paid_sent = false;              // ...and whether that retry was sent
  std::vector<CacheBlock> blocks;         // of the fallback's prompt
};

class Governor {
 public:
  // An attempt in the line: lives in the frame that waits.
  struct Turn : Waiter {
    AttemptInFlight* attempt = nullptr;
    TimePoint planned{};
    TimePoint asked{};
  };

  // `models` as in RunPlan, for the fallback's tokens.
  Governor(const ClientPlan& plan, std::span<const ModelPlan> models, const RandomSource& random,
           TimerQueue& timers, Recorder& recorder);
  Governor(const Governor&) = delete;
  Governor& operator=(const Governor&) = delete;
  static bool is_needed(const ClientPlan& plan) noexcept;
  // Of a governed client's attempt.
  static GovernedRequest& request_of(const AttemptInFlight& attempt) noexcept {
    return *static_cast<GovernedRequest*>(attempt.head);
  }

  GovernedRequest& open();
  void close(GovernedRequest& request);

  // Whether the attempt may go now; kWait: enqueue() it. `planned` is its request's.
  Leave ask(AttemptInFlight& attempt, TimePoint planned);
  // Until its turn comes or its deadline passes: resumes turn.handle with the request's `leave`.
  void enqueue(Turn& turn, TimePoint deadline);
  // To be called when a turn is resumed.
  void leave_line(Turn& turn);

  void went(const AttemptInFlight& attempt);
  void ended(const AttemptInFlight& attempt, const Outcome& outcome);
  // Whether the budget pays for a retry that the policy would make. One that is never sent, because
  // the request ends before, is given up by close().
  bool may_retry(const AttemptInFlight& attempt, const Outcome& outcome);
  // Whether the next attempt goes to the fallback's model: makes `attempt` its request.
  bool falls_back(AttemptInFlight& attempt, const Outcome& outcome);

 private:
  static void on_head(AttemptInFlight& attempt, const RateLimitView& view);
  bool is_open() const noexcept;
  TimePoint ready_at(const AttemptInFlight& attempt) noexcept;
  bool passes(const AttemptInFlight& attempt);
  bool is_shed(const AttemptInFlight& attempt, const PacedAttempt& wanted);
  Leave decide(const AttemptInFlight& attempt, TimePoint planned, TimePoint asked);
  void let_go();

  std::optional<Fallback> fallback_;
  std::vector<std::int64_t> tokenizers_;  // permille, by model
  Duration pause_on_429_;
  bool has_line_;  // a pacer, or pauses
  bool has_breaker_;
  bool has_budget_;
  bool may_shed_;
  RandomSource random_;
  TimerQueue& timers_;
  Recorder& recorder_;
  CircuitBreaker breaker_;
  Pacer pacer_;
  RetryBudget budget_;
  TimePoint paused_until_ = kRunStart;
  WaitingLine<Turn> line_;
  Alarm<Governor, &Governor::let_go> alarm_;
  std::deque<GovernedRequest> requests_;
  std::vector<GovernedRequest*> free_;
};

}  // namespace sluice
