// Properties over random runs: what is recorded into several recorders and merged equals what is
// recorded into one, and series add up to the totals.
#include "metrics/measurements.hpp"

#include "base/hash.hpp"
#include "metrics/recorder.hpp"
#include "support/catch.hpp"

namespace {

using namespace sluice;

struct Event {
  RequestRecord request;
  Outcome outcome;
  CostBreakdown cost;
};

std::vector<Event> events_of(std::uint64_t seed, int count) {
  std::vector<Event> events;
  std::uint64_t state = seed;
  const auto draw = [&state](std::uint64_t below) {
    state = mix64(state + 0x9e3779b97f4a7c15U);
    return static_cast<std::int64_t>(state % below);
  };
  for (int i = 0; i < count; ++i) {
    Event event;
    RequestRecord& request = event.request;
    request.workload = WorkloadId{static_cast<std::uint16_t>(draw(2))};
    request.planned = kRunStart + milliseconds(draw(900'000));
    request.first_sent = request.planned + milliseconds(draw(2) * draw(100));
    request.attempts = 1 + static_cast<std::int32_t>(draw(3));
    request.last_sent = request.first_sent + seconds(request.attempts - 1);
    request.first_token = request.last_sent + milliseconds(draw(500));
    request.first_answer = request.first_token + milliseconds(draw(2) * draw(100));
    request.ended = request.first_token + milliseconds(draw(20'000));
    request.output_tokens = draw(100);
    request.batch = draw(10) == 0;
    if (draw(4) == 0) {
      request.error = ErrorKind::kRateLimit;
      request.limit = LimitCause::kInputTokens;
    }
    event.outcome.error = request.error;
    event.outcome.limit = request.limit;
    event.outcome.limiter = static_cast<std::uint16_t>(draw(2));
    event.outcome.sent = request.last_sent;
    event.outcome.ended = request.ended;
    if (event.outcome.ok()) {
      event.outcome.usage = {.input_tokens = draw(1000), .output_tokens = request.output_tokens};
      event.cost.by_category[0] = Money::from_picodollars(draw(1'000'000'000));
    }
    events.push_back(event);
  }
  return events;
}

Recorder new_recorder() {
  RecorderSpec spec;
  spec.workloads = spec.limiters = 2;
  spec.duration = minutes(10);
  spec.counts_from = kRunStart + minutes(1);
  return Recorder(spec);
}

void record(Recorder& recorder, const Event& event) {
  recorder.offered(event.request.workload, event.request.planned);
  AttemptRecord attempt;
  attempt.workload = event.request.workload;
  attempt.outcome = &event.outcome;
  attempt.cost = event.outcome.ok() ? &event.cost : nullptr;
  attempt.requested = event.request.planned;
  recorder.attempt(attempt);
  recorder.request(event.request);
}

}  // namespace

TEST_CASE("merged recordings equal one recording of everything") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    INFO("seed " << seed);
    Recorder one = new_recorder();
    std::vector<Recorder> parts(3, new_recorder());
    std::size_t number = 0;
    for (const Event& event : events_of(seed, 300)) {
      record(one, event);
      record(parts[number++ % 3], event);
    }
    Measurements merged = parts[0].measured();
    merged += parts[1].measured();
    merged += parts[2].measured();
    REQUIRE(merged == one.measured());
  }
}

TEST_CASE("reading in between changes nothing") {
  Recorder read = new_recorder();
  Recorder unread = new_recorder();
  for (const Event& event : events_of(5, 300)) {
    record(read, event);
    record(unread, event);
    REQUIRE(read.measured().last_event >= event.request.ended);
  }
  CHECK(read.measured() == unread.measured());
}

TEST_CASE("series add up to the totals and the warm-up") {
  Recorder recorder = new_recorder();
  for (const Event& event : events_of(77, 2000)) record(recorder, event);
  const Measurements& measured = recorder.measured();
  const WorkloadTotals all = measured.all_workloads();
  const auto ledger = measured.ledger.total([](const Ledger::Account&) { return true; });
  TrafficCell series;
  for (const TrafficCell& cell : measured.traffic.cells()) series += cell;
  CHECK(series.offered == all.requests.offered + measured.warmup.offered);
  CHECK(series.succeeded == all.requests.succeeded() + measured.warmup.succeeded);
  CHECK(series.failed == all.requests.failed() + measured.warmup.failed);
  CHECK(series.attempts == all.attempts.count() + measured.warmup.attempts);
  CHECK(series.rate_limited[static_cast<std::size_t>(LimitCause::kInputTokens)] ==
        all.attempts.rate_limited[static_cast<std::size_t>(LimitCause::kInputTokens)] +
            measured.warmup.rate_limited);
  CHECK(series.input_tokens == ledger.usage.prompt_tokens() + measured.warmup.input_tokens);
  CHECK(series.output_tokens == ledger.usage.output_tokens + measured.warmup.output_tokens);
  CHECK(Money::from_picodollars(series.picodollars) == ledger.total() + measured.warmup.cost);
  CHECK(measured.warmup.offered > 0);
}

TEST_CASE("limiters merge to sums, extremes and the earliest refusal") {
  LimiterTotals sum;
  sum += {.use = {.taken = 10, .allowed = 100},
          .peak_minute = {.taken = 5, .allowed = 10},
          .level_min = 4,
          .capacity = 50,
          .limit = 60,
          .refused = 1,
          .first_refused = kRunStart + seconds(9)};
  sum += {.use = {.taken = 1, .allowed = 100},
          .peak_minute = {.taken = 1, .allowed = 10},
          .level_min = -4,
          .capacity = 50,
          .limit = 60,
          .refused = 2,
          .first_refused = kRunStart + seconds(3)};
  CHECK(sum.use == LimitUse{.taken = 11, .allowed = 200});
  CHECK(sum.peak_minute == LimitUse{.taken = 5, .allowed = 10});
  CHECK(sum.level_min == -4);
  CHECK(sum.refused == 3);
  CHECK(sum.first_refused == kRunStart + seconds(3));
}

TEST_CASE("busier is the larger share, and nothing is busy where nothing is allowed") {
  const LimitUse half{.taken = 1, .allowed = 2};
  const LimitUse third{.taken = 100, .allowed = 300};
  const LimitUse none{};
  CHECK(half.is_busier_than(third));
  CHECK_FALSE(third.is_busier_than(half));
  CHECK_FALSE(none.is_busier_than(half));
  CHECK(half.is_busier_than(none));
}

TEST_CASE("alignment gives all series the same cells") {
  Measurements measured(1, 2, minutes(10));
  measured.levels[1].at(kRunStart + hours(1)).taken = 5;
  CHECK_FALSE(measured.is_aligned());
  measured.align();
  CHECK(measured.is_aligned());
  CHECK(measured.traffic.width() == measured.levels[1].width());
  CHECK(measured.traffic.cells().size() == measured.levels[1].cells().size());
  CHECK(measured.levels[0].cells().size() == measured.levels[1].cells().size());
}
