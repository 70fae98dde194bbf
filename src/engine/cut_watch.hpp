// For organizations whose responses in flight are cut when an output bucket runs dry
// (docs/model.md; off by default): watches the streams in flight and ends those whose bucket is
// dry, at that instant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "engine/api_model.hpp"
#include "engine/api_port.hpp"
#include "engine/timer_queue.hpp"

namespace sluice {

class InProcessApi;

class CutWatch {
 public:
  CutWatch(TimerQueue& timers, ApiModel& model, InProcessApi& api)
      : timers_(timers), model_(model), api_(api) {}
  CutWatch(const CutWatch&) = delete;
  CutWatch& operator=(const CutWatch&) = delete;

  // The attempt streams until `until` or until it is cut.
  void stream(AttemptInFlight& attempt, TimePoint until);
  // Something has changed: when is the next bucket dry?
  void watch_next();

 private:
  // A stream's end, or an alarm for an instant at which a bucket may be dry. Either may be void
  // when it is due.
  struct Node : TimedCall {
    CutWatch* watch = nullptr;
    AttemptInFlight* attempt = nullptr;  // empty: was cut, or an alarm
    std::size_t position = 0;            // in streams_
    std::uint64_t alarm = 0;             // generation of an alarm
  };
  static void on_end(TimedCall& call);
  static void on_alarm(TimedCall& call);

  Node& take(void (*fire)(TimedCall&));
  void forget(Node& node);
  void cut_dry_streams();

  TimerQueue& timers_;
  ApiModel& model_;
  InProcessApi& api_;
  std::vector<Node*> streams_;
  std::deque<Node> nodes_;
  std::vector<Node*> free_;
  TimePoint alarm_due_ = kNever;
  std::uint64_t alarm_ = 0;
};

}  // namespace sluice
