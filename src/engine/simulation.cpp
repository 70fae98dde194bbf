#include "engine/simulation.hpp"

#include <algorithm>
#include <utility>

namespace sluice {
namespace {

RecorderSpec recorder_spec(const RunPlan& plan, const SimulationOptions& options) {
  return {.workloads = plan.workloads.size(),
          .workspaces = plan.workspaces.size(),
          .keys = plan.keys.size(),
          .models = plan.models.size(),
          .limiters = plan.limits.limiters.size(),
          .duration = plan.duration,
          .counts_from = options.counts_from,
          .latency_within = options.latency_within,
          .ttft_within = options.ttft_within};
}

std::unique_ptr<RequestSource> source_of(const RunPlan& plan, const WorkloadSpec& spec,
                                         const RandomSource& random,
                                         std::unique_ptr<RequestSource> given) {
  if (std::holds_alternative<ArrivalSpec>(spec.arrivals)) {
    return std::make_unique<GeneratedSource>(spec, random, plan.start_unix_ns);
  }
  return given;
}

}  // namespace

Simulation::Simulation(const RunPlan& plan, const SimulationOptions& options,
                       std::vector<std::unique_ptr<RequestSource>> sources)
    : plan_(plan),
      timers_(options.queue),
      random_(plan.seed, options.replication),
      recorder_(recorder_spec(plan, options)),
      api_(plan, random_),
      port_(timers_, api_) {
  SLUICE_CHECK(sources.size() == plan.workloads.size());
  for (const ClientPlan& client : plan.clients) {
    clients_.push_back(
        std::make_unique<Client>(client, random_, timers_, frames_, port_, recorder_));
  }
  std::vector<LoadGenerator::Work> works;
  for (std::size_t i = 0; i < plan.workloads.size(); ++i) {
    const WorkloadSpec& spec = plan.workloads[i];
    const auto id = static_cast<WorkloadId>(i);
    std::unique_ptr<BatchClient> batch;
    if (spec.batch.share_ppm > 0) {
      batch = std::make_unique<BatchClient>(id, spec, random_, timers_, frames_, api_, recorder_);
    }
    works.push_back({.id = id,
                     .generator = WorkloadGenerator(spec, random_),
                     .source = source_of(plan, spec, random_, std::move(sources[i])),
                     .client = clients_[spec.client].get(),
                     .batch = std::move(batch),
                     .stops = std::min(spec.stops, kRunStart + plan.duration)});
  }
  load_ = std::make_unique<LoadGenerator>(std::move(works), timers_, frames_, recorder_);
}

bool Simulation::run(const std::function<bool(const Progress&)>& tick) {
  scope_.start(apply_events());
  scope_.start(read_limiters());
  load_->start();
  return timers_.run_until(kNever, [&](std::uint64_t events) {
    return tick({.now = timers_.now(), .duration = plan_.duration, .events = events});
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
