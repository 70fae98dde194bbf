// What happens to the organization by itself: the events of the scenario, each at its instant, as
// in a simulated run.
#pragma once

#include <deque>

#include "engine/timer_queue.hpp"
#include "policy/run_plan.hpp"

namespace sluice::mock {

struct MockState;

class ScheduledEvents {
 public:
  // Those that are still to come.
  explicit ScheduledEvents(MockState& state);
  ScheduledEvents(const ScheduledEvents&) = delete;
  ScheduledEvents& operator=(const ScheduledEvents&) = delete;

  // A reset: what is pending fires into nothing.
  void abandon() noexcept { state_ = nullptr; }
  bool has_events_pending() const noexcept { return pending_ > 0; }

 private:
  struct Event : TimedCall {
    ScheduledEvents* all = nullptr;
    const ScheduledEvent* planned = nullptr;
  };
  static void on_due(TimedCall& call);

  MockState* state_;
  std::vector<ScheduledEvent> planned_;
  std::deque<Event> events_;
  std::size_t pending_ = 0;
};

}  // namespace sluice::mock
