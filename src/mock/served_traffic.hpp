// What the mock has served, measured as a run is measured: counters, histograms, money and time
// series, for whoever watches. Seen from the server, which knows no requests but attempts: each
// counts as a request of its own, of one workload. Levels of limiters are read once a second.
// Outlives a reset, after which it begins anew where the clock stands.
#pragma once

#include <optional>

#include "engine/api_model.hpp"
#include "engine/timer_queue.hpp"
#include "metrics/recorder.hpp"
#include "mock/mock_plan.hpp"
#include "mock/served.hpp"

namespace sluice::mock {

class ServedTraffic {
 public:
  // All must outlive it, the queue what it holds of it too.
  ServedTraffic(const MockPlan& plan, ApiModel& api, TimerQueue& timers);
  ServedTraffic(const ServedTraffic&) = delete;
  ServedTraffic& operator=(const ServedTraffic&) = delete;

  void begin_anew(ApiModel& api);

  // As MockState's own.
  void decided(const ServedRequest& served);
  void ended(const ServedRequest& served);

  const Measurements& measured() const noexcept { return recorder_->measured(); }
  // When it began: counts are of what came since.
  TimePoint began() const noexcept { return recorder_->spec().counts_from; }

 private:
  struct Reading : TimedCall {
    ServedTraffic* traffic = nullptr;
  };
  static void on_due(TimedCall& call);
  void read_limiters(TimePoint now);
  void plan_reading();
  void over(const ServedRequest& served);

  const MockPlan& plan_;
  ApiModel* api_;
  TimerQueue& timers_;
  Duration width_;
  std::optional<Recorder> recorder_;
  Reading reading_;
};

}  // namespace sluice::mock
