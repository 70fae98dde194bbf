// RM-1 through sluice's own parts, everything measured: as the simulator runs it, and
// as a switch loop written by hand over the same queue, API model, policies and recorder. One JSON
// line; see bench/compare.py.
//
//   bench_rm1 --requests 4000000 --pending 10000 --style simulation|switch --seed 1
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <vector>

#include "base/hash.hpp"
#include "engine/simulation.hpp"
#include "rm1_plan.hpp"

namespace sluice::bench {

namespace {

ClientPlan rm1_client() {
  ClientPlan client;
  client.name = "client";
  client.retry = *retry_preset("full-jitter");
  client.retry.max_retries = 5;
  client.retry.base = milliseconds(500);
  client.retry.cap = seconds(8);
  client.retry.retry_after.obey = false;
  return client;
}

}  // namespace

RunPlan rm1_plan(std::int64_t requests, std::int64_t pending, std::uint64_t seed) {
  // 1648.72 and 344.28 tokens; P95 of a lognormal is the median x e^(1.6449 sigma).
  constexpr std::int64_t kInputP50 = 1000;
  constexpr std::int64_t kInputP95 = 5180;
  constexpr std::int64_t kOutputP50 = 250;
  constexpr std::int64_t kOutputP95 = 932;
  RunPlan plan;
  plan.seed = seed;
  const Duration span{requests * 5'000'000'000 / pending};
  plan.duration = span + seconds(3600);
  plan.workspaces = {"default"};
  plan.groups = {"rm1"};
  plan.keys = {{.name = "key", .workspace = {}}};

  ModelPlan model;
  model.name = "rm1";
  model.context_tokens = 1'000'000;
  model.max_output_tokens = 128'000;
  model.latency.ttft_base = DurationFixed{milliseconds(400)};
  model.latency.prefill_tokens_per_second = 20'000;
  model.latency.output_tokens_per_minute = SizeFixed{80 * 60};
  PriceBand band;
  band.per_token[static_cast<std::size_t>(CostCategory::kInput)] = 3'000'000;
  band.per_token[static_cast<std::size_t>(CostCategory::kOutput)] = 15'000'000;
  PriceRow row;
  row.effective_from_ns = INT64_MIN;
  row.bands = {band};
  model.prices = {row};
  plan.models = {model};

  const std::int64_t per_minute = pending * 12;
  plan.limits.limiters = {
      {.workspace = {}, .group = {}, .type = LimitType::kRequestsPerMinute, .limit = per_minute},
      {.workspace = {},
       .group = {},
       .type = LimitType::kInputTokensPerMinuteCacheAware,
       .limit = per_minute * 148'385 / 100},
      {.workspace = {},
       .group = {},
       .type = LimitType::kOutputTokensPerMinute,
       .limit = per_minute * 34'428 / 100}};
  plan.limits.burst = seconds(2);
  plan.limits.output_charge = ChargeMode::kReserveSettle;

  plan.clients = {rm1_client()};

  WorkloadSpec workload;
  workload.name = "rm1";
  workload.hash = name_hash("rm1");
  workload.arrivals = ArrivalSpec{ArrivalPoisson{{.count = pending, .per = seconds(5)}}};
  workload.input = SizeLognormal{.p50 = kInputP50, .p95 = kInputP95, .min = 1, .max = 200'000};
  workload.output = SizeLognormal{.p50 = kOutputP50, .p95 = kOutputP95, .min = 1, .max = 8192};
  workload.max_requests = requests;
  plan.workloads = {workload};
  plan.spend.workspace_limits.resize(1);
  plan.spend.key_limits.resize(1);
  return plan;
}

}  // namespace sluice::bench

namespace sluice::bench {
namespace {

RecorderSpec recorder_spec(const RunPlan& plan) {
  RecorderSpec spec;
  spec.limiters = plan.limits.limiters.size();
  spec.duration = plan.duration;
  return spec;
}

// The same model, parts and measurement in one hand-written loop: what the simulation is compared
// with.
class SwitchLoop {
 public:
  explicit SwitchLoop(const RunPlan& plan)
      : plan_(plan),
        random_(plan.seed, 0),
        recorder_(recorder_spec(plan)),
        api_(plan, random_),
        generator_(plan.workloads[0], random_),
        sizes_(generator_),
        source_(plan.workloads[0], random_, plan.start_unix_ns) {}

  const Recorder& recorder() const { return recorder_; }
  std::uint64_t events() const { return events_; }
  std::uint64_t order_digest() const { return digest_.value(); }

  void run() {
    PlannedArrival arrival;
    const std::int64_t most = *plan_.workloads[0].max_requests;
    std::int64_t made = 0;
    bool more = made < most && source_.next(arrival);
    TimedEvent event;
    for (;;) {
      const std::int64_t limit = more ? ns(arrival.at) : INT64_MAX;
      if (queue_.pop_before(limit, event)) {
        now_ = TimePoint{Duration{event.due}};
        digest_.add(event.due, static_cast<std::uint32_t>(request_of(event)->spec.id.session));
        dispatch(event);
      } else if (more) {
        now_ = arrival.at;
        digest_.add(ns(arrival.at), plan_.workloads[0].hash);
        arrive(arrival);
        more = ++made < most && source_.next(arrival);
      } else {
        return;
      }
      ++events_;
    }
  }

 private:
  enum Kind : std::uint64_t { kRetry, kFirstToken, kEnd };
  static constexpr std::uint64_t kKindMask = 3;
  struct Request {
    RequestSpec spec;
    RequestRecord record;
    RetryState retries;
    Admitted admitted;
  };

  void arrive(const PlannedArrival& arrival) {
    Request* request = take();
    request->spec = generator_.single(arrival.session, WorkloadId{}, sizes_.of(arrival.session));
    request->record = {};
    request->retries = {};
    request->record.planned = arrival.at;
    request->record.first_sent = arrival.at;
    recorder_.offered(WorkloadId{}, arrival.at);
    send(request);
  }

  static Request* request_of(const TimedEvent& event) {
    return reinterpret_cast<Request*>(event.what & ~kKindMask);
  }

  void dispatch(const TimedEvent& event) {
    Request* request = request_of(event);
    switch (static_cast<Kind>(event.what & kKindMask)) {
      case kRetry:
        return send(request);
      case kFirstToken:
        api_.begin(now_, request->spec, request->admitted);
        return push(request->admitted.ends, request, kEnd);
      case kEnd:
        exchange_.reset();
        api_.finish(now_, request->spec, request->admitted, exchange_);
        exchange_.outcome.sent = request->admitted.started;
        exchange_.outcome.began = true;
        exchange_.outcome.first_token = request->admitted.first_token;
        exchange_.outcome.first_answer = request->admitted.first_token;
        return settle(request);
    }
  }

  void send(Request* request) {
    exchange_.reset();
    exchange_.outcome.sent = now_;
    request->record.last_sent = now_;
    ++request->record.attempts;
    if (api_.admit(now_, request->spec, request->record.attempts, request->admitted,
                   exchange_.outcome)) {
      if (api_.begin_is_visible(request->spec)) {
        return push(request->admitted.first_token, request, kFirstToken);
      }
      api_.begin(request->admitted.first_token, request->spec, request->admitted);
      return push(request->admitted.ends, request, kEnd);
    }
    settle(request);
  }

  void settle(Request* request) {
    const Outcome& outcome = exchange_.outcome;
    RequestRecord& record = request->record;
    record.error = outcome.error;
    record.limit = outcome.limit;
    if (outcome.ok()) {
      record.first_token = outcome.first_token;
      record.first_answer = outcome.first_answer;
      record.output_tokens = outcome.usage.output_tokens;
    }
    recorder_.attempt({.number = record.attempts,
                       .outcome = &outcome,
                       .cost = exchange_.billed ? &exchange_.cost : nullptr});
    if (!outcome.ok()) {
      const Entity entity{.workload_hash = request->spec.id.workload_hash,
                          .session = request->spec.id.session,
                          .attempt = static_cast<std::uint32_t>(record.attempts)};
      const std::uint64_t bits = random_.bits(Purpose::kRetry, entity).first;
      const auto wait = next_retry(plan_.clients[0].retry, request->retries, outcome, bits);
      if (wait) {
        record.waited += *wait;
        return push(now_ + *wait, request, kRetry);
      }
    }
    record.ended = now_;
    recorder_.request(record);
    free_.push_back(request);
  }

  void push(TimePoint due, Request* request, Kind kind) {
    queue_.push({.due = ns(due), .what = reinterpret_cast<std::uintptr_t>(request) | kind});
  }

  Request* take() {
    if (free_.empty()) return &pool_.emplace_back();
    Request* request = free_.back();
    free_.pop_back();
    return request;
  }

  const RunPlan& plan_;
  RandomSource random_;
  Recorder recorder_;
  ApiModel api_;
  WorkloadGenerator generator_;
  SizesAhead sizes_;
  GeneratedSource source_;
  RadixQueue queue_;
  TimePoint now_ = kRunStart;
  OrderDigest digest_;
  std::uint64_t events_ = 0;
  Exchange exchange_;
  std::deque<Request> pool_;
  std::vector<Request*> free_;
};

double seconds_at(const Histogram& histogram, std::int64_t ppm) {
  return static_cast<double>(histogram.quantile({ppm}).value_or(0)) * 1e-9;
}

// What a run fired, and in which order: the simulation also reads limiters, so the digests differ.
struct Fired {
  std::uint64_t events;
  std::uint64_t order_digest;
};

void print(const std::string& style, std::int64_t requests, double cpu, Fired fired,
           const Recorder& recorder) {
  const WorkloadTotals& totals = recorder.measured().workloads[0];
  const Histogram latency = totals.latency.success();
  const double count = static_cast<double>(requests);
  const double retries = static_cast<double>(totals.attempts.count()) - count;
  std::printf(
      "{\"engine\": \"sluice-%s\", \"requests\": %lld, \"accepted_share\": %.4f, "
      "\"retries_per_request\": %.4f, \"p50\": %.3f, \"p99\": %.3f, \"events_per_request\": %.3f, "
      "\"order_digest\": \"%016llx\", "
      "\"cpu_seconds\": %.3f, \"ns_per_request\": %.1f}\n",
      style.c_str(), static_cast<long long>(requests),
      static_cast<double>(totals.requests.succeeded()) / count, retries / count,
      seconds_at(latency, 500'000), seconds_at(latency, 990'000),
      static_cast<double>(fired.events) / count,
      static_cast<unsigned long long>(fired.order_digest), cpu, cpu * 1e9 / count);
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

}  // namespace
}  // namespace sluice::bench

int main(int argc, char** argv) {
  using namespace sluice;
  std::int64_t requests = 4'000'000;
  std::int64_t pending = 10'000;
  std::uint64_t seed = 1;
  std::string style = "simulation";
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--requests") requests = std::atoll(argv[i + 1]);
    if (option == "--pending") pending = std::atoll(argv[i + 1]);
    if (option == "--seed") seed = std::strtoull(argv[i + 1], nullptr, 10);
    if (option == "--style") style = argv[i + 1];
  }
  const RunPlan plan = bench::rm1_plan(requests, pending, seed);
  const double before = bench::cpu_seconds();
  if (style == "switch") {
    bench::SwitchLoop loop(plan);
    loop.run();
    bench::print(style, requests, bench::cpu_seconds() - before,
                 {loop.events(), loop.order_digest()}, loop.recorder());
  } else {
    std::vector<std::unique_ptr<RequestSource>> sources(1);
    Simulation simulation(plan, {}, std::move(sources));
    simulation.run([](const Progress&) { return true; });
    bench::print(style, requests, bench::cpu_seconds() - before,
                 {simulation.timers().fired(), simulation.timers().order_digest()},
                 simulation.recorder());
  }
}
