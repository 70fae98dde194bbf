// One client before the in-process API, in virtual time: requests are sent one by one and each says
// when and how it ended.
#pragma once

#include <deque>
#include <utility>

#include "engine/client.hpp"
#include "engine/in_process_api.hpp"
#include "support/plans.hpp"

namespace sluice::testing {

class ClientBench {
 public:
  struct Sent {
    Duration ended = Duration::max();
    bool ok = false;
  };

  explicit ClientBench(RunPlan given)
      : plan_(std::move(given)),
        random_(plan_.seed, 0),
        recorder_({.workspaces = plan_.workspaces.size(),
                   .keys = plan_.keys.size(),
                   .models = plan_.models.size(),
                   .limiters = plan_.limits.limiters.size(),
                   .duration = plan_.duration,
                   .latency_within = std::nullopt}),
        api_(plan_, random_),
        port_(timers_, api_),
        client_(plan_.clients[0], random_, timers_, pool_, port_, recorder_, plan_.models) {}
  ClientBench(const ClientBench&) = delete;
  ClientBench& operator=(const ClientBench&) = delete;

  FramePool& frames() noexcept { return pool_; }

  struct Options {
    std::int64_t priority = 0;
    std::optional<Duration> deadline{};
    std::int64_t output = 10;
    std::int64_t thinking = 0;
    std::int64_t prompt = 1000;
    bool stream = true;
    KeyId key{};
  };
  // What became of it is known after run().
  const Sent& send(Duration planned, const Options& options) {
    RequestSpec spec;
    spec.id = {.workload_hash = 1, .turn = 0, .session = sent_.size()};
    spec.key = options.key;
    spec.prompt_tokens = options.prompt;
    spec.output_tokens = options.output;
    spec.thinking_tokens = options.thinking;
    spec.max_tokens = options.output;
    spec.stream = options.stream;
    Client::Order order{.planned = at(planned), .priority = options.priority};
    if (options.deadline) order.deadline = order.planned + *options.deadline;
    Sent& sent = sent_.emplace_back();
    scope_.start(carry(spec, order, sent));
    return sent;
  }
  const Sent& send(Duration planned) { return send(planned, Options{}); }

  void run() {
    timers_.run_until(kNever, [](std::uint64_t) { return true; });
  }
  ApiModel& api() { return api_; }
  TimerQueue& timers() { return timers_; }
  const WorkloadTotals& totals() const { return recorder_.measured().workloads[0]; }
  std::int64_t failed_with(ErrorKind error) const {
    return totals().requests.ended[static_cast<std::size_t>(error)];
  }
  std::int64_t attempts_with(ErrorKind error) const {
    return totals().attempts.ended[static_cast<std::size_t>(error)];
  }
  Ledger::Line ledger() const {
    return recorder_.measured().ledger.total([](const Ledger::Account&) { return true; });
  }
  Ledger::Line ledger_of(ModelId model) const {
    return recorder_.measured().ledger.total(
        [model](const Ledger::Account& account) { return account.model == model; });
  }
  std::int64_t in_flight() const { return recorder_.in_flight(); }
  std::int64_t taken(LimiterId limiter) {
    return api_.limiter().bucket(limiter).taken(timers_.now());
  }

 private:
  Task carry(RequestSpec spec, Client::Order order, Sent& sent) {
    co_await timers_.until(order.planned);
    recorder_.offered(WorkloadId{}, order.planned);
    Client::Performance request(client_, spec, order);
    sent.ok = co_await request;
    sent.ended = timers_.now() - kRunStart;
  }

  RunPlan plan_;
  FramePool pool_;
  TimerQueue timers_;
  RandomSource random_;
  Recorder recorder_;
  ApiModel api_;
  InProcessApi port_;
  Client client_;
  std::deque<Sent> sent_;
  TaskScope scope_;
};

}  // namespace sluice::testing
