#include "engine/simulation.hpp"

#include <algorithm>
#include <utility>

#include "engine/run_parts.hpp"

namespace sluice {
Simulation::Simulation(const RunPlan& plan, const SimulationOptions& options,
                       std::vector<std::unique_ptr<RequestSource>> sources)
    : plan_(plan),
      trace_(options.trace),
      timers_(options.queue),
      random_(plan.seed, options.replication),
      recorder_(recorder_spec(plan, {.counts_from = options.counts_from,
                                     .latency_within = options.latency_within,
                                     .ttft_within = options.ttft_within})),
      api_(plan, random_),
      port_(timers_, api_) {
  fleets_ = make_fleets(plan, {random_, timers_, frames_, port_, recorder_, trace_});
  std::vector<LoadGenerator::Work> works = make_works(plan, random_, fleets_, std::move(sources));
  for (std::size_t i = 0; i < works.size(); ++i) {
    const WorkloadSpec& spec = plan.workloads[i];
    if (spec.batch.share_ppm == 0) continue;
    works[i].batch = std::make_unique<BatchClient>(works[i].id, spec, random_, timers_, frames_,
                                                   api_, recorder_);
  }
  load_ = std::make_unique<LoadGenerator>(std::move(works), timers_, frames_, recorder_);
}

bool Simulation::run(const std::function<bool(const Progress&)>& tick) {
  scope_.start(apply_events());
  scope_.start(read_limiters());
  load_->start();
  return timers_.run_until(kNever, [&](std::uint64_t events) {
    return tick({.now = timers_.now(),
                 .duration = plan_.duration,
                 .events = events,
                 .in_flight = recorder_.in_flight()});
  });
}

Task Simulation::read_limiters() {
  RateLimiter& limiter = api_.limiter();
  const Duration width = recorder_.cell_width();
  const TimePoint end = kRunStart + plan_.duration;
  for (TimePoint at = kRunStart; at < end;) {
    at = std::min(at + width, end);
    co_await timers_.until(at);
    for (std::size_t i = 0; i < limiter.size(); ++i) {
      TokenBucket& bucket = limiter.bucket(static_cast<LimiterId>(i));
      if (trace_ != nullptr) trace_->add(TracedLevel{at, i, bucket.level(at)});
      recorder_.limiter(at, i,
                        {.level = bucket.level(at),
                         .capacity = bucket.capacity(),
                         .limit = bucket.size().limit,
                         .taken = bucket.taken(at)});
    }
  }
}

Task Simulation::apply_events() {
  for (const ScheduledEvent& event : plan_.events) {
    co_await timers_.until(event.at);
    api_.apply(event.at, event.action);
    port_.tokens_moved();
  }
}

}  // namespace sluice
