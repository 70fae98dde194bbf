#include "mock/scheduled_events.hpp"

#include "mock/state.hpp"

namespace sluice::mock {

ScheduledEvents::ScheduledEvents(MockState& state)
    : state_(&state), planned_(state.plan.run.events) {
  for (const ScheduledEvent& planned : planned_) {
    if (planned.at < state.timers.now()) {
      state.api.apply(state.timers.now(), planned.action);
      continue;
    }
    Event& event = events_.emplace_back();
    event.fire = &on_due;
    event.all = this;
    event.planned = &planned;
    state.timers.push(planned.at, event);
    ++pending_;
  }
}

void ScheduledEvents::on_due(TimedCall& call) {
  auto& event = static_cast<Event&>(call);
  --event.all->pending_;
  MockState* const state = event.all->state_;
  if (state != nullptr) state->api.apply(event.planned->at, event.planned->action);
}

}  // namespace sluice::mock
