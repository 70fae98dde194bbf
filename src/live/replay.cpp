#include "live/replay.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/load_generator.hpp"
#include "engine/run_parts.hpp"
#include "live/http_api.hpp"
#include "live/load_meter.hpp"
#include "live/prompt_calibration.hpp"
#include "live/record_writer.hpp"

namespace sluice::live {
namespace {

constexpr Duration kLookEvery = seconds(1);
constexpr Duration kKeysEvery = milliseconds(100);
constexpr Duration kEndCheck = milliseconds(5);
constexpr Duration kStartAfter = milliseconds(20);  // so that the first arrival is not late already

net::ClockSpec clock_of(const ReplayOptions& options) {
  constexpr std::int64_t kNotYet = std::int64_t{1} << 62;  // until run() says so
  return {.speed_permille = options.speed_permille,
          .tick = {},
          .keeps_lateness = true,
          .spin = options.spin,
          .origin = kNotYet};
}

}  // namespace

Result<void> check_replayable(const RunPlan& plan) {
  for (const WorkloadSpec& workload : plan.workloads) {
    if (workload.batch.share_ppm == 0) continue;
    return invalid("replay", fmt::format("workload {} sends batches, which replay does not: set "
                                         "its batch share to 0, or simulate it",
                                         workload.name));
  }
  return {};
}

struct Replay::Parts {
  struct Session;
  Parts(const RunPlan& run_plan, RunFacts run_facts, ReplayOptions replay_options)
      : plan(run_plan),
        facts(std::move(run_facts)),
        options(std::move(replay_options)),
        loop(timers, clock_of(options)),
        random(plan.seed, static_cast<std::uint64_t>(facts.replication)),
        recorder(recorder_spec(plan, {.counts_from = facts.counts_from,
                                      .latency_within = facts.latency_within,
                                      .ttft_within = facts.ttft_within})),
        writer(plan, options.writer),
        guard(plan, options.guard) {}
  ~Parts();

  Result<void> prepare();
  const LoadFacts& load_facts() const;
  ReplayView view() const;

  const RunPlan& plan;
  RunFacts facts;
  ReplayOptions options;
  FramePool frames;
  TimerQueue timers;
  net::EventLoop loop;
  RandomSource random;
  Recorder recorder;
  RequestWriter writer;
  RunGuard guard;
  std::unique_ptr<net::HttpClient> client;
  std::unique_ptr<Credentials> credentials;
  std::vector<std::unique_ptr<RequestSource>> sources;
  std::unique_ptr<Session> session;
  std::optional<TimePoint> stopped_at;
  std::optional<RunTrace> trace;
  TimePoint ended{};
  mutable LoadFacts load;  // as load_facts() put it together last
  std::int64_t origin = 0;
  Duration cpu_before{};
};

// What exists while model time runs.
struct Replay::Parts::Session final : AttemptObserver, HttpApi::Listener {
  Session(Parts& replay_parts, std::int64_t origin,
          std::vector<std::unique_ptr<RequestSource>> sources);

  void on_sent(const RequestSpec& spec, std::int32_t number, TimePoint due, std::int64_t wall_now,
               Duration delay) override {
    meter.on_sent(spec, number, due, wall_now, delay);
  }
  void on_held_back() override { meter.on_held_back(); }
  void on_ended(const AttemptFacts& attempt) override;
  void on_guard_stop() override;
  void on_idle() override;

  void stop(StopReason reason);
  void abort();
  bool is_over() const;

  Parts& parts;
  LoadMeter meter;
  std::unique_ptr<RecordWriter> records;
  wire::RateLimitHeaders limits{};
  bool has_limits = false;
  StopReason stopping = StopReason::kNone;
  HttpApi api;
  std::vector<Fleet> fleets;
  std::unique_ptr<LoadGenerator> load;
};

Replay::Parts::~Parts() = default;

Replay::Parts::Session::Session(Parts& replay_parts, std::int64_t origin,
                                std::vector<std::unique_ptr<RequestSource>> sources)
    : parts(replay_parts),
      meter(origin, parts.options.speed_permille, parts.plan.duration),
      api({.loop = parts.loop,
           .client = *parts.client,
           .plan = parts.plan,
           .writer = parts.writer,
           .credentials = *parts.credentials,
           .guard = parts.guard,
           .observer = *this,
           .gaps = &meter,
           .format = parts.options.writer.format,
           .target_is_mock = parts.options.writer.target_is_mock}) {
  const RunPlan& run_plan = parts.plan;
  api.listen(this);
  RunTrace* const kept_trace = parts.options.keeps_trace ? &parts.trace.emplace() : nullptr;
  fleets = make_fleets(run_plan,
                       {parts.random, parts.timers, parts.frames, api, parts.recorder, kept_trace});
  std::optional<Duration> late_limit;
  if (const auto wall = parts.options.drop_after) {
    late_limit = nanoseconds(
        static_cast<std::int64_t>(int128{ns(*wall)} * parts.options.speed_permille / 1000));
  }
  std::vector<LoadGenerator::Work> works =
      make_works(run_plan, parts.random, fleets, std::move(sources));
  load = std::make_unique<LoadGenerator>(std::move(works), parts.timers, parts.frames,
                                         parts.recorder, late_limit);
}

void Replay::Parts::Session::on_ended(const AttemptFacts& attempt) {
  meter.on_ended(attempt);
  if (records) records->write(attempt);
  if (attempt.fields.has_limits()) {
    limits = attempt.fields.limits;
    has_limits = true;
  }
}

void Replay::Parts::Session::on_guard_stop() { stop(parts.guard.stop()); }

void Replay::Parts::Session::on_idle() { parts.loop.stop(); }

// Nothing more is sent; what is in flight comes to its end.
void Replay::Parts::Session::stop(StopReason reason) {
  if (stopping != StopReason::kNone) return;
  stopping = reason;
  parts.stopped_at = parts.timers.now();
  api.stop();
}

// A second Ctrl-C: what is in flight is not waited for.
void Replay::Parts::Session::abort() {
  stopping = StopReason::kAborted;
  const std::size_t cut = api.in_flight();
  if (cut == 0) return;
  const Money before = parts.guard.spent();
  api.abort();
  parts.facts.warnings.push_back(
      fmt::format("{} attempts were cut short: they count at the most that they can cost, {}", cut,
                  (parts.guard.spent() - before).text()));
}

bool Replay::Parts::Session::is_over() const {
  if (stopping != StopReason::kNone) return api.in_flight() == 0;
  return load->is_done();
}

Result<std::unique_ptr<Replay>> Replay::make(const RunPlan& plan, RunFacts facts,
                                             ReplayOptions options, CredentialPlan credentials,
                                             std::vector<std::unique_ptr<RequestSource>> sources) {
  if (auto fits = check_replayable(plan); !fits) return tl::unexpected(std::move(fits).error());
  auto parts = std::make_unique<Parts>(plan, std::move(facts), std::move(options));
  SLUICE_TRY(parts->client, net::HttpClient::make(parts->loop, parts->options.http));
  SLUICE_TRY(parts->credentials,
             Credentials::make(std::move(credentials), parts->loop, parts->options.http));
  parts->sources = std::move(sources);
  return std::unique_ptr<Replay>(new Replay(std::move(parts)));
}

Replay::Replay(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Replay::~Replay() = default;

// Before model time begins: the first token, what the target's tokenizer makes of our words, open
// connections.
Result<void> Replay::Parts::prepare() {
  if (auto ready = wait_for_credentials(loop, *credentials); !ready) return ready;
  if (options.calibrates_prompts) {
    SLUICE_TRY(std::vector<std::string> warnings,
               calibrate_prompts(options.http, plan, credentials->header(KeyId{}), writer));
    for (std::string& warning : warnings) facts.warnings.push_back(std::move(warning));
  }
  client->warm_up(options.connections_ahead);
  return {};
}

Result<void> Replay::run(const std::function<void(const ReplayView&)>& look) {
  Parts& parts = *parts_;
  parts.loop.stop_on_signals();
  if (auto ready = parts.prepare(); !ready) return ready;

  const std::int64_t origin = parts.options.origin.value_or(net::steady_now() + ns(kStartAfter));
  parts.origin = origin;
  parts.session = std::make_unique<Parts::Session>(parts, origin, std::move(parts.sources));
  Parts::Session& session = *parts.session;
  if (!parts.options.records.empty()) {
    const UnixTime started = net::wall_clock_now() + nanoseconds(origin - net::steady_now());
    SLUICE_TRY(session.records,
               RecordWriter::open(parts.options.records, parts.plan,
                                  {started, origin, parts.options.speed_permille}));
  }
  parts.loop.begin_at(origin);
  parts.loop.every(kLookEvery, [&] {
    if (session.records) session.records->flush();
    look(parts.view());
  });
  if (parts.options.wants_look) {
    parts.loop.every(kKeysEvery, [&] {
      if (parts.options.wants_look()) look(parts.view());
    });
  }
  parts.loop.every(kEndCheck, [&] {
    session.meter.look(parts.timers.now(), net::steady_now(),
                       static_cast<std::int64_t>(parts.client->counters().connections_open),
                       net::thread_cpu_time());
    if (session.is_over()) parts.loop.stop();
  });
  parts.cpu_before = net::thread_cpu_time();
  session.load->start();
  while (!session.is_over()) {
    const int signal = parts.loop.run();
    if (signal == 0) continue;
    if (session.stopping != StopReason::kNone) {
      session.abort();
      break;
    }
    session.stop(StopReason::kInterrupted);
  }
  parts.ended = parts.timers.now();
  parts.load_facts();
  if (session.records) {
    session.records->flush();
    if (const auto& failure = session.records->failure()) {
      parts.load.records_failure = failure->text();
      parts.facts.warnings.push_back("the records are not complete: " + failure->text());
    }
  }
  if (auto failure = session.load->failure()) return tl::unexpected(std::move(*failure));
  return {};
}

const LoadFacts& Replay::Parts::load_facts() const {
  load = session->meter.facts();
  load.target = options.target_name.empty() ? options.http.target.text() : options.target_name;
  load.speed_permille = options.speed_permille;
  load.stopped = session->stopping;
  load.stop_detail = guard.stop_detail();
  load.dropped_late = session->load->dropped();
  const net::ClientCounters& transport = client->counters();
  load.connections_opened = static_cast<std::int64_t>(transport.connections_opened);
  load.connections_reused = static_cast<std::int64_t>(transport.calls_reused);
  load.wall = std::max(Duration{}, nanoseconds(net::steady_now() - origin));
  const TimePoint planned_until = std::min(timers.now(), kRunStart + plan.duration);
  load.sending_wall = nanoseconds(
      static_cast<std::int64_t>(int128{ns(planned_until)} * 1000 / options.speed_permille));
  load.cpu = net::thread_cpu_time() - cpu_before;
  load.spend_cap = options.guard.max_cost;
  if (options.guard.headroom_permille) {
    load.headroom_kept = static_cast<double>(*options.guard.headroom_permille) / 1000;
  }
  load.headroom_lowest = guard.lowest_headroom();
  load.expected_cost = options.expected_cost;
  load.machine_ceiling = options.machine_ceiling;
  return load;
}

ReplayView Replay::Parts::view() const {
  return {.now = timers.now(),
          .duration = plan.duration,
          .measured = recorder.measured(),
          .load = load_facts(),
          .in_flight = session->api.in_flight(),
          .held = session->api.held(),
          .spent = guard.spent(),
          .reserved = guard.reserved(),
          .limits = session->has_limits ? &session->limits : nullptr,
          .stopping = session->stopping};
}

RunResult Replay::result(const std::optional<net::Wakes>& mock) const {
  RunFacts facts = parts_->facts;
  facts.load = parts_->load;
  if (mock) facts.load->mock = MockWakes{mock->all, mock->late, mock->late_by};
  facts.stopped_at = parts_->stopped_at;
  facts.events = parts_->timers.fired();
  RunResult result = make_result(parts_->recorder, facts);
  result.trace = parts_->trace;
  return result;
}

const LoadFacts& Replay::load() const { return parts_->load; }

}  // namespace sluice::live
