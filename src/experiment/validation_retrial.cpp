// Closed form 6, with the real limiter and timer queue but a client of its own, because no retry
// policy waits exponential times; and Little's law on the counters of the real client.
#include <utility>

#include <fmt/format.h>

#include "engine/in_process_api.hpp"
#include "engine/simulation.hpp"
#include "experiment/validation_check.hpp"
#include "experiment/validation_plans.hpp"
#include "policy/arrival_process.hpp"
#include "policy/rate_limiter.hpp"
#include "stats/validation.hpp"

namespace sluice {
namespace {

// The integral of a count over time from `from` on, exactly.
class CountIntegral {
 public:
  explicit CountIntegral(TimePoint from) : last_(from) {}

  void change(TimePoint now, std::int64_t by) noexcept {
    settle(now);
    count_ += by;
  }
  int128 until(TimePoint now) noexcept {
    settle(now);
    return area_;
  }

 private:
  void settle(TimePoint now) noexcept {
    if (now <= last_) return;
    area_ += static_cast<int128>(count_) * ns(now - last_);
    last_ = now;
  }

  TimePoint last_;
  std::int64_t count_ = 0;
  int128 area_ = 0;
};

RateLimiterSpec one_place() {
  RateLimiterSpec spec;
  spec.max_concurrent = 1;
  return spec;
}

// One place; who finds it taken comes back after an exponential time, as often as it takes. The
// mean service is a second.
class RetrialModel {
 public:
  RetrialModel(const CheckTrial& trial, const stats::RetrialQueue& queue, TimePoint from)
      : limiter_(one_place(), kRunStart),
        route_(limiter_.route(WorkspaceId{}, GroupId{}, false)),
        random_(trial.seed, trial.replication),
        arrivals_(ArrivalPoisson{.rate = rate_of(queue.utilisation)}, {},
                  random_.stream(Purpose::kArrival, {})),
        draws_(random_.stream(Purpose::kTest, {})),
        service_(DurationExponential{.mean = seconds(1)}),
        wait_(DurationExponential{
            .mean = nanoseconds(static_cast<std::int64_t>(1e9 / queue.retry_rate))}),
        waiting_(from) {}
  RetrialModel(const RetrialModel&) = delete;
  RetrialModel& operator=(const RetrialModel&) = delete;

  FramePool& frames() noexcept { return frames_; }

  // The integral of the number that waits, until `end`.
  int128 run(TimePoint end) {
    scope_.start(arrive());
    timers_.run_until(end, [](std::uint64_t) { return true; });
    return waiting_.until(end);
  }

 private:
  Task arrive() {
    for (;;) {
      const TimePoint at = arrivals_.next();
      co_await timers_.until(at);
      scope_.start(customer());
    }
  }

  Task customer() {
    if (limiter_.admit(timers_.now(), route_, {})) {
      waiting_.change(timers_.now(), 1);
      do {
        const TimePoint again = timers_.now() + wait_(draws_.next());
        co_await timers_.until(again);
      } while (limiter_.admit(timers_.now(), route_, {}));
      waiting_.change(timers_.now(), -1);
    }
    const TimePoint done = timers_.now() + service_(draws_.next());
    co_await timers_.until(done);
    limiter_.begin(done, route_, {});
    limiter_.finish(done, route_, {});
  }

  FramePool frames_;
  TimerQueue timers_;
  RateLimiter limiter_;
  RouteId route_;
  RandomSource random_;
  ArrivalProcess arrivals_;
  DrawStream draws_;
  DurationSampler service_;
  DurationSampler wait_;
  CountIntegral waiting_;
  TaskScope scope_;
};

Observation observe_retrial(const CheckTrial& trial, const stats::RetrialQueue& queue) {
  const TimePoint from = kRunStart + seconds(4000);
  const TimePoint end = from + trial.scaled(seconds(30'000));
  RetrialModel model(trial, queue, from);
  return {.sum = static_cast<double>(model.run(end)), .of = static_cast<double>(ns(end - from))};
}

constexpr std::uint64_t kLittleRequests = 20'000;

RecorderSpec recorder_spec(const RunPlan& plan) {
  RecorderSpec spec;
  spec.limiters = plan.limits.limiters.size();
  spec.duration = plan.duration;
  return spec;
}

// The real client, port and model under arrivals of its own, counting who is inside.
class LittleModel {
 public:
  explicit LittleModel(const RunPlan& plan)
      : plan_(plan),
        random_(plan.seed, 0),
        recorder_(recorder_spec(plan)),
        api_(plan, random_),
        port_(timers_, api_),
        client_(plan.clients[0], random_, timers_, frames_, port_, recorder_),
        generator_(plan.workloads[0], random_),
        inside_(kRunStart) {}
  LittleModel(const LittleModel&) = delete;
  LittleModel& operator=(const LittleModel&) = delete;

  FramePool& frames() noexcept { return frames_; }

  // Nanoseconds that requests spent inside by the recorder's counters, less the integral of their
  // number; and how many there were.
  std::vector<Observation> run() {
    scope_.start(arrive());
    timers_.run_until(kNever, [](std::uint64_t) { return true; });
    const WorkloadTotals& totals = recorder_.measured().workloads[0];
    const Latencies& latency = totals.latency;
    const uint128 inside = latency.first_try.sum() + latency.retried.sum() + latency.failed.sum();
    const int128 difference = static_cast<int128>(inside) - inside_.until(timers_.now());
    return {{.sum = static_cast<double>(difference)}, share(ended(totals.requests), 1)};
  }

 private:
  Task arrive() {
    ArrivalProcess arrivals(std::get<ArrivalSpec>(plan_.workloads[0].arrivals), {},
                            random_.stream(Purpose::kArrival, {}));
    for (std::uint64_t session = 0; session < kLittleRequests; ++session) {
      const TimePoint at = arrivals.next();
      co_await timers_.until(at);
      scope_.start(request(session));
    }
  }

  Task request(std::uint64_t session) {
    const RequestSpec spec = generator_.single(session);
    Client::Order order;
    order.planned = timers_.now();
    recorder_.offered(spec.workload, order.planned);
    inside_.change(timers_.now(), 1);
    Client::Performance performance(client_, spec, order);
    co_await performance;
    inside_.change(timers_.now(), -1);
  }

  const RunPlan& plan_;
  FramePool frames_;
  TimerQueue timers_;
  RandomSource random_;
  Recorder recorder_;
  ApiModel api_;
  InProcessApi port_;
  Client client_;
  WorkloadGenerator generator_;
  CountIntegral inside_;
  TaskScope scope_;
};

// A queue, a limit, retries that succeed and retries that run out.
std::vector<Observation> observe_little(const CheckTrial& trial) {
  RunPlan plan = bare_plan(trial, hours(10));
  plan.models[0].latency.ttft_base = DurationExponential{.mean = seconds(2)};
  plan.limits = limiter_of(LimitType::kRequestsPerMinute, 0.95, 5);
  plan.clients[0].concurrency = 5;
  plan.clients[0].retry = *retry_preset("anthropic-sdk-python");
  return LittleModel(plan).run();
}

}  // namespace

ValidationChecks retrial_checks() {
  ValidationChecks checks;
  for (const stats::RetrialRow& row : stats::kRetrialRows) {
    const stats::RetrialQueue queue = row.queue;
    checks.push_back({.group = "6 M/M/1 with retrial: a limit of one request at a time",
                      .claims = {{fmt::format("mean number waiting: load {}, {} retries/s",
                                              queue.utilisation, queue.retry_rate),
                                  stats::waiting_mean(queue)}},
                      .is_exact = false,
                      .replications = kReplications,
                      .observe = [queue](const CheckTrial& trial) {
                        return std::vector{observe_retrial(trial, queue)};
                      }});
  }
  return checks;
}

ValidationChecks little_checks() {
  return {{.group = "5 invariants",
           .claims = {{"Little's law: time inside less the integral of the number inside, ns", 0},
                      {"Little's law: requests that ended", static_cast<double>(kLittleRequests)}},
           .observe = observe_little}};
}

}  // namespace sluice
