// Small hand-made plans for tests of the engine: one organization, workspace, key, model, client
// and workload with fixed times and sizes, to be changed by the test, and the means to run them.
//
// A request of small_plan() has 1000 prompt and 10 output tokens. Its first token comes after 1 s
// and 1 ns per prompt token, its last 1 s after that; it costs $2 + $0.10 (no cache).
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "base/rate.hpp"
#include "engine/simulation.hpp"
#include "policy/run_plan.hpp"
#include "support/instants.hpp"

namespace sluice::testing {

inline constexpr std::int64_t kDayNs = 86'400'000'000'000;
// 2026-07-01T00:00:00Z.
inline constexpr std::int64_t kJuly = 1'782'864'000'000'000'000;

// Prices in dollars per thousand tokens, so that they are easily seen: input 2, writes 3 and 4,
// reads 1, output 10.
inline PriceRow small_prices() {
  constexpr std::int64_t kMilli = 1'000'000'000;  // $1 per thousand tokens, picodollars a token
  PriceRow row;
  row.bands = {{.prompt_above = 0,
                .per_token = {2 * kMilli, 3 * kMilli, 4 * kMilli, kMilli, 10 * kMilli, 0}}};
  return row;
}

inline ModelPlan small_model() {
  ModelPlan model;
  model.name = "model";
  model.cache_minimum_tokens = 100;
  model.latency = {.ttft_base = DurationFixed{seconds(1)},
                   .prefill_tokens_per_second = 1'000'000'000,
                   .cached_tokens_per_second = 1'000'000'000,
                   .output_tokens_per_minute = SizeFixed{600}};
  model.prices = {small_prices()};
  return model;
}

inline WorkloadSpec small_workload(std::uint32_t hash = 1) {
  WorkloadSpec workload;
  workload.name = "workload";
  workload.hash = hash;
  workload.arrivals = TraceArrivals{};
  workload.input = SizeFixed{1000};
  workload.output = SizeFixed{10};
  return workload;
}

inline ClientPlan small_client() {
  ClientPlan client;
  client.name = "client";
  return client;
}

// From the send of a request of small_plan() to its first token, and to its end.
inline constexpr Duration kFirstToken = seconds(1) + nanoseconds(1000);
inline constexpr Duration kServed = kFirstToken + seconds(1);

inline RunPlan small_plan() {
  RunPlan plan;
  plan.start_unix_ns = kJuly;
  plan.spend.start_unix_ns = kJuly;
  plan.duration = minutes(10);
  plan.workspaces = {"default"};
  plan.groups = {"group"};
  plan.keys.resize(1);
  plan.models = {small_model()};
  plan.clients = {small_client()};
  plan.workloads = {small_workload()};
  return plan;
}

inline LimiterId add_limit(RunPlan& plan, LimitType type, std::int64_t limit) {
  plan.limits.limiters.push_back(
      {.workspace = std::nullopt, .group = GroupId{}, .type = type, .limit = limit});
  return static_cast<LimiterId>(plan.limits.limiters.size() - 1);
}

// Retries after a fixed wait, whatever the server says.
// 529 for every attempt until then.
inline void overload(RunPlan& plan, Duration until) {
  plan.faults.push_back(
      {.kind = FaultKind::kOverloaded, .probability_ppm = 1'000'000, .until = at(until)});
}

// One with the sizes of the plan's workload, which come from no generator.
inline RequestSpec small_request() {
  RequestSpec spec;
  spec.prompt_tokens = 1000;
  spec.output_tokens = 10;
  spec.max_tokens = 10;
  return spec;
}

inline RetrySpec fixed_retries(std::int64_t most, Duration wait) {
  RetrySpec retry;
  retry.max_retries = most;
  retry.backoff = Backoff::kFixed;
  retry.base = wait;
  retry.retry_after.obey = false;
  return retry;
}

// A trace that is held in memory.
class ListSource final : public RequestSource {
 public:
  explicit ListSource(std::vector<PlannedArrival> arrivals) : arrivals_(std::move(arrivals)) {}

  bool next(PlannedArrival& arrival) override {
    if (position_ == arrivals_.size()) return false;
    arrival = arrivals_[position_++];
    return true;
  }

 private:
  std::vector<PlannedArrival> arrivals_;
  std::size_t position_ = 0;
};

// Arrivals of equal requests at these instants, as a trace has them.
inline std::vector<PlannedArrival> arrivals_at(const std::vector<TimePoint>& instants,
                                               std::int64_t prompt = 1000,
                                               std::int64_t answer = 10) {
  std::vector<PlannedArrival> arrivals;
  for (const TimePoint at : instants) {
    PlannedArrival arrival;
    arrival.at = at;
    arrival.session = arrivals.size();
    arrival.is_recorded = true;
    arrival.recorded.prompt_tokens = prompt;
    arrival.recorded.answer_tokens = answer;
    arrivals.push_back(std::move(arrival));
  }
  return arrivals;
}

// A simulation with what it needs to live. Traces are given per workload; others have none.
class SmallRun {
 public:
  explicit SmallRun(RunPlan plan, std::vector<std::vector<PlannedArrival>> traces = {},
                    SimulationOptions options = {})
      : plan_(std::move(plan)) {
    std::vector<std::unique_ptr<RequestSource>> sources(plan_.workloads.size());
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (!std::holds_alternative<TraceArrivals>(plan_.workloads[i].arrivals)) continue;
      auto trace = i < traces.size() ? std::move(traces[i]) : std::vector<PlannedArrival>{};
      sources[i] = std::make_unique<ListSource>(std::move(trace));
    }
    simulation_ = std::make_unique<Simulation>(plan_, options, std::move(sources));
  }

  bool run() {
    return simulation_->run([](const Progress&) { return true; });
  }
  Simulation& simulation() { return *simulation_; }
  const Measurements& measured() const { return simulation_->recorder().measured(); }
  WorkloadTotals totals(std::size_t workload = 0) const { return measured().workloads[workload]; }
  std::int64_t failed_with(ErrorKind error, std::size_t workload = 0) const {
    return measured().workloads[workload].requests.ended[static_cast<std::size_t>(error)];
  }
  std::int64_t attempts_with(ErrorKind error, std::size_t workload = 0) const {
    return measured().workloads[workload].attempts.ended[static_cast<std::size_t>(error)];
  }
  std::int64_t refused_by(LimitCause cause, std::size_t workload = 0) const {
    return measured().workloads[workload].attempts.rate_limited[static_cast<std::size_t>(cause)];
  }
  Ledger::Line ledger() const {
    return measured().ledger.total([](const Ledger::Account&) { return true; });
  }
  std::int64_t taken(LimiterId limiter) {
    return simulation_->api().limiter().bucket(limiter).taken(simulation_->timers().now());
  }

 private:
  RunPlan plan_;
  std::unique_ptr<Simulation> simulation_;
};

}  // namespace sluice::testing
