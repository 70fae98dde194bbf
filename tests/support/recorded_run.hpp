// Attempt records of a load run against the mock, made in virtual time: the API's own model
// (ApiModel) behind a network with delays that a load run at --speed 60 has, clients that obey
// retry-after, and headers rounded as the mock rounds them. Seeded; the same records every time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <span>
#include <utility>
#include <vector>

#include "api/rate_limit_view.hpp"
#include "base/deterministic_math.hpp"
#include "base/draw.hpp"
#include "calibrate/stalls.hpp"
#include "engine/api_model.hpp"
#include "ingest/record_log.hpp"
#include "policy/limit_levels.hpp"
#include "policy/sizes.hpp"
#include "support/plans.hpp"

namespace sluice::testing {

struct RecordedTraffic {
  std::uint64_t seed = 1;
  Duration duration = minutes(10);
  double requests_per_minute = 60;
  SizeSpec input = SizeLognormal{.p50 = 2000, .p95 = 6000, .min = 10, .max = 100'000};
  SizeSpec output = SizeLognormal{.p50 = 300, .p95 = 1200, .min = 1, .max = 8000};
  std::int64_t max_tokens = 4096;  // the output itself where that is more
  std::int64_t attempts_most = 3;
  bool stream = true;
  bool shows_limits = true;  // answers have the rate-limit headers
  std::int64_t speed_permille = 60'000;
  Duration clock_ahead = seconds(77);  // of the server, whose own run began earlier
  std::int64_t prefix_tokens = 0;      // before the input, cached and shared by all requests
  // When nothing is sent or seen: the clients and the mock share a machine that stands still.
  std::vector<calibrate::Stall> stalls{};
};

class RecordedRun {
 public:
  // The plan's first model, workspace and key.
  RecordedRun(RunPlan plan, const RecordedTraffic& traffic)
      : plan_(std::move(plan)),
        traffic_(traffic),
        api_(plan_, RandomSource(traffic.seed, 0)),
        draws_(RandomSource(traffic.seed, 1).stream(Purpose::kTest, {})),
        input_(traffic.input),
        output_(traffic.output),
        prefix_{.chain = 1, .prefix_tokens = traffic.prefix_tokens} {}

  std::vector<ingest::RecordRow> rows() {
    arrive(Duration{});
    while (!events_.empty()) {
      const Event event = events_.top();
      events_.pop();
      now_ = event.at;
      event.happen();
    }
    return std::move(rows_);
  }

 private:
  struct Event {
    Duration at;
    std::uint64_t number;
    std::function<void()> happen;
    bool operator<(const Event& other) const {
      return at != other.at ? at > other.at : number > other.number;
    }
  };
  struct Attempt {
    ingest::RecordRow row;
    RequestSpec spec;
    Admitted admitted;
    Exchange exchange;
    LimitLevels levels;
    Duration arrived{};
  };
  using Shared = std::shared_ptr<Attempt>;

  void at(Duration when, std::function<void()> happen) {
    events_.push({when, count_++, std::move(happen)});
  }
  double exponential() { return -deterministic::log(1 - unit_interval(draws_.next())); }
  Duration model(double wall_us) const {
    return nanoseconds(
        static_cast<std::int64_t>(wall_us * static_cast<double>(traffic_.speed_permille)));
  }
  // 80 us and what queues in front; now and then the machine does something else.
  Duration way() {
    const bool stalls = uniform_below(draws_.next(), 200) == 0;
    return model(80 + 120 * exponential() + (stalls ? 4000 * exponential() : 0));
  }
  // When what is planned for `when` is done or seen: the server charges as of the plan.
  Duration when_awake(Duration when) const {
    for (const calibrate::Stall& stall : traffic_.stalls) {
      if (ns(when) >= stall.from && ns(when) < stall.to) return nanoseconds(stall.to);
    }
    return when;
  }
  // A server's loop wakes once a millisecond.
  Duration wake() { return model(1000 * unit_interval(draws_.next())); }
  TimePoint server(Duration client) const { return kRunStart + client + traffic_.clock_ahead; }
  Duration client(TimePoint server) const { return server - kRunStart - traffic_.clock_ahead; }

  void arrive(Duration when) {
    if (when >= traffic_.duration) return;
    at(when, [this] {
      auto attempt = std::make_shared<Attempt>();
      RequestSpec& spec = attempt->spec;
      spec.id = {.workload_hash = 1, .turn = 0, .session = session_++};
      spec.prompt_tokens = traffic_.prefix_tokens + input_(draws_.next());
      if (traffic_.prefix_tokens > 0) spec.cache_blocks = std::span(&prefix_, 1);
      spec.output_tokens = output_(draws_.next());
      spec.max_tokens = std::max<std::int64_t>(traffic_.max_tokens, spec.output_tokens);
      spec.stream = traffic_.stream;
      send(std::move(attempt), 1);
      const double gap_s = exponential() * 60 / traffic_.requests_per_minute;
      arrive(now_ + nanoseconds(static_cast<std::int64_t>(gap_s * 1e9)));
    });
  }

  void send(Shared attempt, std::int64_t number) {
    ingest::RecordRow& row = attempt->row;
    const RequestSpec& spec = attempt->spec;
    row = {};
    row.workload = "load";
    row.model = plan_.models[0].name;
    row.workspace = plan_.workspaces[0];
    row.session = spec.id.session;
    row.attempt = number;
    row.speed_permille = traffic_.speed_permille;
    row.planned = row.due = now_;
    row.sent = when_awake(now_);
    row.stream = spec.stream;
    row.planned_prompt_tokens = spec.prompt_tokens;
    row.planned_output_tokens = spec.output_tokens;
    row.max_tokens = spec.max_tokens;
    at(when_awake(*row.sent + way()), [this, attempt] { admit(attempt); });
  }

  void admit(const Shared& attempt) {
    attempt->arrived = now_;
    const TimePoint here = server(now_);
    const bool admits =
        api_.admit(here, attempt->spec, static_cast<std::int32_t>(attempt->row.attempt),
                   attempt->admitted, attempt->exchange.outcome);
    attempt->levels = read_levels(api_.limiter(), api_.route_of(attempt->spec), here);
    if (!admits) return refuse(attempt);
    at(client(attempt->admitted.first_token), [this, attempt] {
      if (attempt->spec.stream) read_output(attempt);
      api_.begin(server(now_), attempt->spec, attempt->admitted);
      attempt->row.first_token = when_awake(now_ + wake()) + way();
      at(client(attempt->admitted.ends), [this, attempt] { finish(attempt); });
    });
  }

  void refuse(const Shared& attempt) {
    ingest::RecordRow& row = attempt->row;
    const Outcome& outcome = attempt->exchange.outcome;
    row.status = http_status(outcome.error);
    row.outcome = outcome.error;
    row.cause = outcome.limit;
    row.retry_after = outcome.retry_after;
    show(*attempt, now_);
    const Duration seen = when_awake(now_ + way());
    row.ended = seen;
    rows_.push_back(row);
    if (row.attempt >= traffic_.attempts_most || outcome.never_fits || !row.retry_after) return;
    const Duration spread = seconds(2) * static_cast<std::int64_t>(draws_.next() >> 40) / (1 << 24);
    at(seen + *row.retry_after + spread,
       [this, attempt] { send(attempt, attempt->row.attempt + 1); });
  }

  void finish(const Shared& attempt) {
    api_.finish(server(now_), attempt->spec, attempt->admitted, attempt->exchange);
    if (!attempt->spec.stream) read_output(attempt);
    ingest::RecordRow& row = attempt->row;
    row.status = 200;
    row.outcome = ErrorKind::kNone;
    row.usage = attempt->exchange.outcome.usage;
    row.stop_reason = "end_turn";
    row.ended = std::max(*row.first_token, when_awake(now_ + wake()) + way());
    if (!attempt->spec.stream) row.first_token = row.ended;
    show(*attempt, attempt->spec.stream ? client(attempt->admitted.first_token) : now_);
    rows_.push_back(row);
  }

  void read_output(const Shared& attempt) {
    read_output_levels(api_.limiter(), api_.route_of(attempt->spec), server(now_), attempt->levels);
  }

  // Resets are whole seconds of the server's calendar, rounded up, as RateLimitView has them.
  void show(Attempt& attempt, Duration left) const {
    // In real time the server's date is of the clock that its resets are of.
    if (traffic_.speed_permille == 1000) {
      const std::int64_t date = plan_.start_unix_ns + ns(server(left) - kRunStart);
      attempt.row.date = UnixTime{date - date % ns(seconds(1))};
    }
    if (!traffic_.shows_limits) return;
    const RateLimitView view = view_of(attempt.levels, plan_.start_unix_ns);
    const auto shown = [&](const std::optional<LimitView>& limit) {
      std::optional<ingest::RecordedLimit> recorded;
      if (limit) {
        recorded = {.limit = limit->limit,
                    .remaining = limit->remaining,
                    .reset = {plan_.start_unix_ns + ns(limit->full_at - kRunStart)}};
      }
      return recorded;
    };
    attempt.row.rate_limits.requests = shown(view.requests);
    attempt.row.rate_limits.input_tokens = shown(view.input_tokens);
    attempt.row.rate_limits.output_tokens = shown(view.output_tokens);
    const auto& input = attempt.row.rate_limits.input_tokens;
    const auto& output = attempt.row.rate_limits.output_tokens;
    if (!input || !output) return;
    attempt.row.rate_limits.tokens = {.limit = input->limit + output->limit,
                                      .remaining = input->remaining + output->remaining,
                                      .reset = std::min(input->reset, output->reset)};
  }

  RunPlan plan_;
  RecordedTraffic traffic_;
  ApiModel api_;
  DrawStream draws_;
  SizeSampler input_;
  SizeSampler output_;
  CacheBlock prefix_;
  std::priority_queue<Event> events_;
  std::vector<ingest::RecordRow> rows_;
  Duration now_{};
  std::uint64_t count_ = 0;
  std::uint64_t session_ = 0;
};

}  // namespace sluice::testing
