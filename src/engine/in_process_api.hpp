// The API in this process and in the run's own time: ApiModel decides, the timer queue waits.
// Network latency is none: what the model's service times say is what a client sees.
#pragma once

#include "engine/api_model.hpp"
#include "engine/api_port.hpp"
#include "engine/cut_watch.hpp"
#include "engine/timer_queue.hpp"

namespace sluice {

class InProcessApi final : public ApiPort {
 public:
  InProcessApi(TimerQueue& timers, ApiModel& model)
      : ApiPort(timers), model_(model), cuts_(timers, model, *this) {}
  InProcessApi(const InProcessApi&) = delete;
  InProcessApi& operator=(const InProcessApi&) = delete;

  bool start(AttemptInFlight& attempt) override;
  // To be called when something else than this API's streams has moved a limit's level or rate.
  void tokens_moved() {
    if (model_.cuts()) cuts_.watch_next();
  }

 private:
  friend class CutWatch;

  // An attempt in flight knows its API through its type: the stages are called by the timer queue.
  static void on_first_token(TimedCall& call);
  static void on_end(TimedCall& call);
  void tell_refusal(AttemptInFlight& attempt);
  void read_limits(AttemptInFlight& attempt);          // for its head, at arrival
  void tell_limits_at_head(AttemptInFlight& attempt);  // output as it is now
  void tell_limits(AttemptInFlight& attempt);
  void stream(AttemptInFlight& attempt);
  void end(AttemptInFlight& attempt, ErrorKind error, bool cut);

  ApiModel& model_;
  CutWatch cuts_;
};

}  // namespace sluice
