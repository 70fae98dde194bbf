// A hand-made run for tests of results and reports: seeded, without an engine. Two workloads over
// two limiters for a few minutes; some attempts are refused, some requests fail.
#pragma once

#include <cstdint>

#include "base/hash.hpp"
#include "metrics/recorder.hpp"
#include "results/run_result.hpp"

namespace sluice::testing {

struct TinyOptions {
  std::uint64_t seed = 1;
  std::int64_t requests = 2000;
  std::int64_t refused_permille = 120;  // of attempts
  std::int64_t failing_permille = 20;   // of requests
  ErrorKind failing_with = ErrorKind::kRateLimit;
  Duration duration = minutes(10);
  Duration warmup{};
};

class TinyRun {
 public:
  explicit TinyRun(const TinyOptions& options) : options_(options), recorder_(spec()) {
    for (std::int64_t i = 0; i < options_.requests; ++i) request(i);
    read_limiters();
  }

  const Recorder& recorder() const { return recorder_; }
  RunResult result() const { return make_result(recorder_, facts()); }

  RunFacts facts() const {
    RunFacts facts;
    facts.scenario_name = "tiny";
    facts.scenario_digest = std::string(64, 'a');
    facts.catalog_date = "2026-11-19";
    facts.catalog_digest = std::string(64, 'c');
    facts.version = "0.1.0";
    facts.tier = "Start";
    facts.seed = 7;
    facts.replication = static_cast<std::int64_t>(options_.seed) - 1;
    facts.start_unix_ns = 1'782'864'000'000'000'000;  // 2026-07-01
    facts.duration = options_.duration;
    facts.counts_from = kRunStart + options_.warmup;
    facts.events = 12'345;
    facts.event_digest = "0123456789abcdef";
    facts.names = {.workloads = {"chat", "agents"},
                   .workspaces = {"default", "team-a"},
                   .keys = {"key-1", "key-2"},
                   .models = {"haiku", "opus"},
                   .limiters = {}};
    facts.limiters = {
        {.type = LimitType::kRequestsPerMinute, .group = "haiku", .workspace = "", .limit = 250},
        {.type = LimitType::kOutputTokensPerMinute,
         .group = "opus",
         .workspace = "",
         .limit = 40'000}};
    facts.limiters[1].is_guess = true;
    for (const LimiterFacts& limiter : facts.limiters) {
      facts.names.limiters.push_back(limiter_name(limiter));
    }
    facts.spend.month_to_date = Money::from_dollars(123);
    facts.spend.tier_cap = Money::from_dollars(500);
    facts.spend.alerts = {{kRunStart + minutes(3), "$100 spent: notify"}};
    facts.happened = {{kRunStart + minutes(5), "key-2 rotated"}};
    facts.guesses = {"the time until the first token of haiku"};
    facts.latency_within = seconds(5);
    return facts;
  }

 private:
  RecorderSpec spec() const {
    RecorderSpec spec;
    spec.workloads = spec.workspaces = spec.keys = spec.models = spec.limiters = 2;
    spec.duration = options_.duration;
    spec.counts_from = kRunStart + options_.warmup;
    spec.latency_within = seconds(5);
    return spec;
  }

  std::int64_t draw(std::int64_t below) {
    state_ = mix64(state_ + options_.seed * 0x9e3779b97f4a7c15U);
    return static_cast<std::int64_t>(state_ % static_cast<std::uint64_t>(below));
  }

  void request(std::int64_t number) {
    const auto side = static_cast<std::uint16_t>(number % 3 == 0 ? 1 : 0);
    RequestRecord record;
    record.workload = WorkloadId{side};
    record.planned = kRunStart + options_.duration * number / options_.requests;
    record.deadline = seconds(60);
    recorder_.offered(record.workload, record.planned);
    TimePoint now = record.planned + milliseconds(draw(20));
    record.first_sent = now;
    const bool fails = draw(1000) < options_.failing_permille;
    for (;;) {
      ++record.attempts;
      record.last_sent = now;
      const bool refused = fails || (record.attempts < 8 && draw(1000) < options_.refused_permille);
      if (!refused) break;
      refuse(record, side, now);
      if (fails && record.attempts == 3) {
        record.error = options_.failing_with;
        if (options_.failing_with == ErrorKind::kRateLimit) {
          record.limit = side == 0 ? LimitCause::kRequests : LimitCause::kOutputTokens;
        }
        record.ended = now;
        recorder_.request(record);
        return;
      }
      const Duration wait = milliseconds(500 + draw(1000));
      record.waited += wait;
      now += wait;
    }
    answer(record, side, now);
  }

  AttemptRecord attempt(const RequestRecord& record, std::uint16_t side, const Outcome& outcome) {
    AttemptRecord attempt;
    attempt.workload = record.workload;
    attempt.workspace = WorkspaceId{side};
    attempt.key = KeyId{side};
    attempt.model = ModelId{side};
    attempt.number = record.attempts;
    attempt.outcome = &outcome;
    attempt.requested = record.planned;
    return attempt;
  }

  void refuse(const RequestRecord& record, std::uint16_t side, TimePoint now) {
    Outcome outcome;
    outcome.error = ErrorKind::kRateLimit;
    outcome.limit = side == 0 ? LimitCause::kRequests : LimitCause::kOutputTokens;
    outcome.limiter = side;
    outcome.sent = now;
    outcome.ended = now;
    recorder_.attempt(attempt(record, side, outcome));
  }

  void answer(RequestRecord& record, std::uint16_t side, TimePoint now) {
    Outcome outcome;
    outcome.sent = now;
    outcome.first_token = now + milliseconds(300 + draw(700));
    outcome.first_answer = outcome.first_token;
    outcome.usage = {.input_tokens = 500 + draw(1000),
                     .cache_read_input_tokens = 2000,
                     .output_tokens = 1 + draw(400)};
    outcome.ended = outcome.first_token + milliseconds(10) * outcome.usage.output_tokens;
    CostBreakdown cost;
    const Money price = Money::from_picodollars(side == 0 ? 1'000'000 : 5'000'000);
    cost.by_category[0] = price * outcome.usage.input_tokens;
    cost.by_category[3] = (price * outcome.usage.cache_read_input_tokens).divided_rounded(10);
    cost.by_category[4] = price * 5 * outcome.usage.output_tokens;
    AttemptRecord done = attempt(record, side, outcome);
    done.cost = &cost;
    const Money saved = price * 2000 - cost.by_category[3];
    done.saved_by_cache = &saved;
    recorder_.attempt(done);
    record.first_token = outcome.first_token;
    record.first_answer = outcome.first_answer;
    record.ended = outcome.ended;
    record.output_tokens = outcome.usage.output_tokens;
    recorder_.request(record);
  }

  // Levels that swing: full, then half empty, with a share of the limit taken each time.
  void read_limiters() {
    std::int64_t step = 0;
    for (TimePoint now = kRunStart + recorder_.cell_width(); now <= kRunStart + options_.duration;
         now += recorder_.cell_width()) {
      ++step;
      recorder_.limiter(
          now, 0, {.level = 250 - step % 100, .capacity = 250, .limit = 250, .taken = step * 6});
      recorder_.limiter(now, 1,
                        {.level = 40'000 - step % 50 * 900,
                         .capacity = 40'000,
                         .limit = 40'000,
                         .taken = step * 1500});
    }
  }

  TinyOptions options_;
  std::uint64_t state_ = 1;
  Recorder recorder_;
};

}  // namespace sluice::testing
