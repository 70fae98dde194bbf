// Work of an object that is to be done at an instant, set as often as one likes: the earliest
// counts. A TimerQueue forgets nothing, so events of instants that no longer count fire without
// effect, and the queue must not run on after the alarm has gone.
//
//   Alarm<Parts, &Parts::expire> timeouts{*this, timers};
//   timeouts.set(due);
#pragma once

#include <algorithm>

#include "base/time.hpp"
#include "engine/timer_queue.hpp"

namespace sluice {

template <class Owner, void (Owner::*kRing)()>
class Alarm : private TimedCall {
 public:
  Alarm(Owner& owner, TimerQueue& timers) : owner_(owner), timers_(timers) { fire = &on_due; }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  void set(TimePoint due) {
    due = std::max(due, timers_.now());
    if (due >= due_) return;
    due_ = due;
    timers_.push(due, *this);
  }

 private:
  static void on_due(TimedCall& call) {
    auto& alarm = static_cast<Alarm&>(call);
    if (alarm.timers_.now() < alarm.due_) return;
    alarm.due_ = kNever;
    (alarm.owner_.*kRing)();
  }

  Owner& owner_;
  TimerQueue& timers_;
  TimePoint due_ = kNever;
};

}  // namespace sluice
