#include "mock/served_traffic.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

namespace sluice::mock {
namespace {

constexpr int kCells = 200;  // of a width that cell_width_for() then gives back

// A second of wall time: under a manual clock, which leaps, a minute of its own.
Duration reading_width(const MockOptions& options) {
  if (options.is_clock_manual) return minutes(1);
  const Duration second = nanoseconds(options.speed_permille * 1'000'000);
  return std::clamp<Duration>(cell_width_for(second * kCells), seconds(1), hours(24));
}

}  // namespace

ServedTraffic::ServedTraffic(const MockPlan& plan, ApiModel& api, TimerQueue& timers)
    : plan_(plan), api_(&api), timers_(timers), width_(reading_width(plan.options)) {
  reading_.fire = &on_due;
  reading_.traffic = this;
  begin_anew(api);
  plan_reading();
}

void ServedTraffic::begin_anew(ApiModel& api) {
  api_ = &api;
  const TimePoint now = timers_.now();
  recorder_.emplace(RecorderSpec{.workloads = 1,
                                 .workspaces = plan_.run.workspaces.size(),
                                 .keys = 1,
                                 .models = plan_.run.models.size(),
                                 .limiters = api.limiter().size(),
                                 .duration = width_ * kCells,
                                 .is_open_ended = true,
                                 .counts_from = now});
  if (now > kRunStart) read_limiters(now);  // so that the next reading stands for the time since
}

void ServedTraffic::plan_reading() {
  const Duration width = recorder_->cell_width();
  const std::int64_t passed = ns(timers_.now()) / ns(width);
  timers_.push(kRunStart + width * (passed + 1), reading_);
}

void ServedTraffic::on_due(TimedCall& call) {
  ServedTraffic& traffic = *static_cast<Reading&>(call).traffic;
  traffic.read_limiters(traffic.timers_.now());
  traffic.plan_reading();
}

void ServedTraffic::read_limiters(TimePoint now) {
  RateLimiter& limiter = api_->limiter();
  for (std::size_t i = 0; i < limiter.size(); ++i) {
    TokenBucket& bucket = limiter.bucket(static_cast<LimiterId>(i));
    recorder_->limiter(now, i,
                       {.level = bucket.level(now),
                        .capacity = bucket.capacity(),
                        .limit = bucket.size().limit,
                        .taken = bucket.taken(now)});
  }
}

void ServedTraffic::decided(const ServedRequest& served) {
  if (served.admitted) {
    recorder_->offered(WorkloadId{}, served.arrived);
    return;
  }
  if (served.route == kCountRoute) return;  // free, and limited apart
  recorder_->offered(WorkloadId{}, served.arrived);
  over(served);
}

void ServedTraffic::ended(const ServedRequest& served) { over(served); }

void ServedTraffic::over(const ServedRequest& served) {
  const Outcome& outcome = served.outcome;
  constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();
  const std::int32_t number = std::clamp(served.retries_said.value_or(0), 0, kMost - 1) + 1;
  recorder_->attempt({.workspace = served.spec.workspace,
                      .model = served.spec.model,
                      .priced = served.priced,
                      .number = number,
                      .outcome = &outcome,
                      .cost = served.billed ? &served.cost : nullptr,
                      .saved_by_cache = &served.saved_by_cache,
                      .requested = served.arrived});
  recorder_->request({.error = outcome.error,
                      .limit = outcome.limit,
                      .attempts = 1,
                      .planned = served.arrived,
                      .first_sent = served.arrived,
                      .last_sent = served.arrived,
                      .first_token = outcome.first_token,
                      .first_answer = outcome.first_answer,
                      .ended = outcome.ended,
                      .output_tokens = outcome.usage.output_tokens});
}

}  // namespace sluice::mock
