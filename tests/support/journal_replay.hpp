// The journal's sequence of (assigned time, request), fed to a fresh ApiModel without any server:
// what it decides, charges and bills has to be what the mock did.
//
//   JournalReplay replay(plan);
//   replay.run(mock.state().journal.list(0, 1000), now);
//   CHECK(replay.differences() == std::vector<std::string>{});
//
// All calls since the start have to be in the journal. Not replayed are answers whose own header
// asked for a fault, batches, and what was changed over control or Admin endpoints.
#pragma once

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "engine/api_model.hpp"
#include "engine/timer_queue.hpp"
#include "mock/mock_plan.hpp"
#include "mock/served.hpp"

namespace sluice::test {

class JournalReplay {
 public:
  explicit JournalReplay(const mock::MockPlan& plan)
      : latency_(plan.options.latency),
        events_(plan.run.events),
        api_(plan.run, RandomSource(plan.run.seed, 0)) {}

  // In the journal's order; then to `end`.
  void run(const std::vector<const mock::ServedRequest*>& journal, TimePoint end) {
    for (const mock::ServedRequest* served : journal) {
      if (reached_the_model(*served)) ask(*served);
    }
    run_to(end);
  }

  const std::vector<std::string>& differences() const { return differences_; }
  ApiModel& api() { return api_; }

 private:
  struct Flight : TimedCall {
    JournalReplay* replay = nullptr;
    const mock::ServedRequest* served = nullptr;
    RequestSpec spec;
    Admitted admitted;

    // Where a fault of the scenario breaks it off, the client goes, or its last token is produced.
    TimePoint end() const {
      const bool was_cut = served->outcome.error == ErrorKind::kRateLimit;
      if (served->client_gone || was_cut) return served->outcome.ended;
      if (admitted.fault != StreamFault::Kind::kDisconnect &&
          admitted.fault != StreamFault::Kind::kErrorInStream) {
        return admitted.ends;
      }
      const int128 whole = ns(admitted.ends - admitted.first_token);
      const int128 part = whole * admitted.fault_at_ppm / 1'000'000;
      return admitted.first_token + nanoseconds(static_cast<std::int64_t>(part));
    }
  };

  static bool reached_the_model(const mock::ServedRequest& served) {
    if (served.admitted) return true;
    if (served.spec.prompt_tokens == 0) return false;  // refused before its endpoint
    if (served.injected || served.route.ends_with("count_tokens")) return false;
    const Outcome& outcome = served.outcome;
    return outcome.error != ErrorKind::kNotFound &&
           (outcome.error != ErrorKind::kInvalidRequest || outcome.limit.has_value());
  }

  void run_to(TimePoint time) {
    while (next_event_ < events_.size() && events_[next_event_].at <= time) {
      const ScheduledEvent& event = events_[next_event_++];
      advance(event.at);
      api_.apply(event.at, event.action);
    }
    advance(time);
  }
  void advance(TimePoint time) {
    timers_.run_until(time, [](std::uint64_t) { return true; });
    timers_.advance_to(time);
  }

  void ask(const mock::ServedRequest& served) {
    run_to(served.arrived);
    Flight& flight = flights_.emplace_back();
    flight.replay = this;
    flight.served = &served;
    flight.spec = served.spec;
    flight.spec.cache_blocks = served.blocks;
    Outcome refusal;
    const bool admitted =
        api_.admit(served.arrived, flight.spec, served.attempt, flight.admitted, refusal);
    compare(served, "admitted", admitted, served.admitted);
    if (!admitted) return compare_refusal(served, refusal);
    if (!served.admitted) return;
    if (!latency_) {
      flight.admitted.first_token = served.arrived + flight.admitted.stall();
      flight.admitted.ends = flight.admitted.first_token;
    }
    if (flight.admitted.ends == served.arrived) return on_first_token(flight);
    flight.fire = [](TimedCall& call) { on_first_token(call); };
    const bool went_before =
        served.client_gone && served.outcome.ended < flight.admitted.first_token;
    if (went_before) flight.fire = [](TimedCall& call) { on_end(call); };
    timers_.push(went_before ? served.outcome.ended : flight.admitted.first_token, flight);
  }

  static void on_first_token(TimedCall& call) {
    auto& flight = static_cast<Flight&>(call);
    TimerQueue& timers = flight.replay->timers_;
    flight.replay->api_.begin(timers.now(), flight.spec, flight.admitted);
    if (flight.admitted.ends == timers.now()) return on_end(call);
    flight.fire = [](TimedCall& again) { on_end(again); };
    timers.push(flight.end(), flight);
  }

  static void on_end(TimedCall& call) {
    auto& flight = static_cast<Flight&>(call);
    JournalReplay& replay = *flight.replay;
    const mock::ServedRequest& served = *flight.served;
    Exchange exchange;
    replay.api_.finish(replay.timers_.now(), flight.spec, flight.admitted, exchange);
    const bool is_over = served.outcome.ended != TimePoint{};
    if (!is_over) return;
    replay.compare(served, "ended", ns(exchange.outcome.ended), ns(served.outcome.ended));
    replay.compare(served, "usage", exchange.outcome.usage == served.outcome.usage, true);
    replay.compare(served, "cost", !served.billed || exchange.cost == served.cost, true);
    replay.compare(served, "billed", exchange.billed, served.billed);
  }

  void compare_refusal(const mock::ServedRequest& served, const Outcome& refusal) {
    const Outcome& outcome = served.outcome;
    compare(served, "error", static_cast<int>(refusal.error), static_cast<int>(outcome.error));
    compare(served, "limiter", int{refusal.limiter}, int{outcome.limiter});
    compare(served, "limit", refusal.limit == outcome.limit, true);
    compare(served, "retry-after", refusal.retry_after == outcome.retry_after, true);
  }

  template <class Value>
  void compare(const mock::ServedRequest& served, const char* what, Value replayed, Value was) {
    if (replayed == was) return;
    differences_.push_back("call " + std::to_string(served.sequence) + ": " + what + " is " +
                           std::to_string(replayed) + ", was " + std::to_string(was));
  }

  bool latency_;
  std::vector<ScheduledEvent> events_;
  std::size_t next_event_ = 0;
  TimerQueue timers_;
  ApiModel api_;
  std::deque<Flight> flights_;
  std::vector<std::string> differences_;
};

}  // namespace sluice::test
