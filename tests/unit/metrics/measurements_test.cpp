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
  ModelId model{};
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
      event.outcome.usage = {.input_tokens = draw(1000),
                             .cache_creation_5m_input_tokens = draw(3) * 100,
                             .cache_creation_1h_input_tokens = draw(2) * 10,
                             .cache_read_input_tokens = draw(500),
                             .output_tokens = request.output_tokens};
      for (Money& part : event.cost.by_category) {
        part = Money::from_picodollars(draw(3) * draw(1'000'000'000));
      }
      event.model = ModelId{static_cast<std::uint16_t>(draw(3))};
    }
    events.push_back(event);
  }
  return events;
}

Recorder new_recorder() {
  RecorderSpec spec;
  spec.workloads = spec.limiters = 2;
  spec.models = 3;
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
  attempt.model = event.model;
  attempt.number = event.request.attempts;
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
  CHECK(series.cost.total() == ledger.total() + measured.warmup.cost);
  CHECK(series.latency.count() == static_cast<std::uint64_t>(series.latency_count));
  CHECK(series.latency_count < series.succeeded);  // batches are no latencies
  CHECK(series.ttft.count() == static_cast<std::uint64_t>(series.latency_count));
  CHECK(measured.warmup.offered > 0);
}

TEST_CASE("costs and cached tokens of the cells add up to the ledger exactly") {
  RecorderSpec spec;
  spec.workloads = spec.limiters = 2;
  spec.models = 3;
  spec.duration = minutes(10);
  Recorder recorder(spec);  // without a warm-up, which no ledger holds
  for (const Event& event : events_of(78, 2000)) record(recorder, event);
  const Measurements& measured = recorder.measured();
  TrafficCell series;
  for (const TrafficCell& cell : measured.traffic.cells()) series += cell;
  const auto all = measured.ledger.total([](const Ledger::Account&) { return true; });
  CHECK(series.cost.picodollars == all.picodollars);
  CHECK(series.cache_read_tokens == all.usage.cache_read_input_tokens);
  CHECK(series.cache_write_tokens == all.usage.cache_creation_input_tokens());
  CHECK(series.cache_write_tokens > 0);
  for (std::uint16_t number = 0; number < 3; ++number) {
    const auto of_model = [number](const Ledger::Account& account) {
      return account.model == ModelId{number};
    };
    CHECK(series.cost.of(ModelId{number}) == measured.ledger.total(of_model).total());
    CHECK(series.cost.of(ModelId{number}) > Money{});
  }
  CHECK(series.cost.of(ModelId{3}) == Money{});
}

TEST_CASE("first tries are the attempts that were the first of their request") {
  Recorder recorder = new_recorder();
  const std::vector<Event> events = events_of(79, 500);
  std::int64_t first = 0;
  for (const Event& event : events) {
    record(recorder, event);
    first += event.request.attempts == 1 ? 1 : 0;
  }
  TrafficCell series;
  for (const TrafficCell& cell : recorder.measured().traffic.cells()) series += cell;
  CHECK(series.first_tries == first);
  CHECK(series.attempts == 500);
}

TEST_CASE(
    "a series that doubled its cells three times holds what one does that doubled them once") {
  Recorder fine({.workloads = 2, .models = 3, .limiters = 2, .duration = seconds(100)});
  Recorder coarse({.workloads = 2, .models = 3, .limiters = 2, .duration = seconds(400)});
  for (const Event& event : events_of(80, 600)) {
    record(fine, event);
    record(coarse, event);
  }
  const Measurements& narrow = fine.measured();
  const Measurements& wide = coarse.measured();
  REQUIRE(narrow.traffic.width() == wide.traffic.width());
  REQUIRE(narrow.traffic.cells().size() == wide.traffic.cells().size());
  for (std::size_t i = 0; i < wide.traffic.cells().size(); ++i) {
    INFO(i);
    REQUIRE(narrow.traffic.cells()[i] == wide.traffic.cells()[i]);
  }
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
