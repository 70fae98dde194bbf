#include "metrics/recorder.hpp"

#include "base/hash.hpp"
#include "support/catch.hpp"
#include "support/instants.hpp"
#include "unit/metrics/recorder_spec.hpp"

namespace {

using namespace sluice;
using testing::at;
using testing::spec_for;

constexpr std::size_t kRateLimit = static_cast<std::size_t>(ErrorKind::kRateLimit);

// A request planned at 10 s, sent at once, answered after 3 s with 21 tokens from 1 s on.
RequestRecord answered() {
  RequestRecord record;
  record.attempts = 1;
  record.planned = record.first_sent = record.last_sent = at(seconds(10));
  record.first_token = at(seconds(11));
  record.first_answer = at(seconds(12));
  record.ended = at(seconds(13));
  record.output_tokens = 21;
  return record;
}

Outcome refusal(LimitCause cause, TimePoint now, std::uint16_t limiter = Outcome::kNoLimiter) {
  Outcome outcome;
  outcome.error = ErrorKind::kRateLimit;
  outcome.limit = cause;
  outcome.limiter = limiter;
  outcome.sent = outcome.ended = now;
  return outcome;
}

AttemptRecord attempt_of(const Outcome& outcome) {
  AttemptRecord record;
  record.outcome = &outcome;
  return record;
}

// The only value of a histogram, or nothing.
std::optional<Duration> only(const Histogram& histogram) {
  if (histogram.count() != 1) return std::nullopt;
  return Duration{static_cast<std::int64_t>(*histogram.max())};
}

}  // namespace

TEST_CASE("an answer at the first try is measured from its planned arrival and from its send") {
  Recorder recorder(spec_for(minutes(1)));
  RequestRecord record = answered();
  record.planned = at(seconds(8));  // two seconds in the client's queue
  recorder.offered(record.workload, record.planned);
  recorder.request(record);
  const WorkloadTotals& totals = recorder.measured().workloads[0];
  CHECK(totals.requests.offered == 1);
  CHECK(totals.requests.succeeded() == 1);
  CHECK(totals.requests.failed() == 0);
  CHECK(totals.requests.first_try == 1);
  CHECK(only(totals.latency.first_try) == seconds(5));
  CHECK(only(totals.latency.success()) == seconds(5));
  CHECK(only(totals.latency.from_send) == seconds(3));
  CHECK(only(totals.latency.ttft) == seconds(3));
  CHECK(only(totals.latency.ttft_from_send) == seconds(1));
  CHECK(only(totals.latency.first_answer) == seconds(4));
  CHECK(only(totals.latency.queueing) == seconds(2));
  CHECK(only(totals.latency.inter_token) == milliseconds(100));
  CHECK(totals.latency.retried.empty());
  CHECK(totals.latency.backoff.empty());
  CHECK(recorder.measured().workloads[1] == WorkloadTotals{});
  CHECK(recorder.in_flight() == 0);
}

TEST_CASE("an answer after retries stands apart and counts its waiting") {
  Recorder recorder(spec_for(minutes(1)));
  RequestRecord record = answered();
  record.attempts = 3;
  record.waited = seconds(2);
  record.last_sent = at(seconds(12));
  recorder.request(record);
  const WorkloadTotals& totals = recorder.measured().workloads[0];
  CHECK(totals.requests.first_try == 0);
  CHECK(only(totals.latency.retried) == seconds(3));
  CHECK(only(totals.latency.success()) == seconds(3));
  CHECK(only(totals.latency.from_send) == seconds(1));
  CHECK(only(totals.latency.backoff) == seconds(2));
  CHECK(totals.requests.attempts.max() == 3U);
}

TEST_CASE("an answer of one token has no gap between tokens, one without a stream no first token") {
  Recorder recorder(spec_for(minutes(1)));
  RequestRecord record = answered();
  record.output_tokens = 1;
  recorder.request(record);
  record.first_token = record.first_answer = kNever;
  recorder.request(record);
  const Latencies& latency = recorder.measured().workloads[0].latency;
  CHECK(latency.inter_token.empty());
  CHECK(latency.ttft.count() == 1);
  CHECK(latency.first_answer.count() == 1);
  CHECK(latency.first_try.count() == 2);
}

TEST_CASE("a failure counts at its deadline, or at its end where there is none") {
  Recorder recorder(spec_for(minutes(1)));
  RequestRecord record;
  record.error = ErrorKind::kRateLimit;
  record.limit = LimitCause::kOutputTokens;
  record.attempts = 2;
  record.planned = record.first_sent = at(seconds(1));
  record.ended = at(seconds(3));
  record.deadline = seconds(30);
  recorder.request(record);
  const WorkloadTotals& totals = recorder.measured().workloads[0];
  CHECK(totals.requests.failed() == 1);
  CHECK(totals.requests.ended[kRateLimit] == 1);
  CHECK(totals.requests.failed_on[static_cast<std::size_t>(LimitCause::kOutputTokens)] == 1);
  CHECK(only(totals.latency.failed) == seconds(2));
  CHECK(only(totals.latency.failed_at_deadline) == seconds(30));
  CHECK(only(totals.latency.offered()) == seconds(30));
  CHECK(totals.latency.success().empty());

  Recorder without(spec_for(minutes(1)));
  record.deadline.reset();
  without.request(record);
  CHECK(only(without.measured().workloads[0].latency.failed_at_deadline) == seconds(2));
}

TEST_CASE("a request that never left the queue has no queueing time") {
  Recorder recorder(spec_for(minutes(1)));
  RequestRecord record;
  record.error = ErrorKind::kQueueFull;
  record.planned = record.ended = at(seconds(1));
  recorder.request(record);
  CHECK(recorder.measured().workloads[0].latency.queueing.empty());
  CHECK(recorder.measured().workloads[0].requests.failed() == 1);
}

TEST_CASE("what a client sheds, paces and sends elsewhere is counted beside the attempts") {
  RecorderSpec spec = spec_for(minutes(1));
  spec.counts_from = at(seconds(5));
  Recorder recorder(spec);
  for (const Duration planned : {seconds(1), seconds(6)}) {
    recorder.shed(WorkloadId{}, at(planned));
    recorder.paced(WorkloadId{}, at(planned), seconds(3));
  }
  RequestRecord record = answered();
  record.attempts = 2;
  record.fell_back = true;
  recorder.request(record);
  const WorkloadTotals& totals = recorder.measured().workloads[0];
  CHECK(totals.attempts.shed == 1);
  CHECK(totals.attempts.count() == 0);
  CHECK(only(totals.latency.paced) == seconds(3));
  CHECK(totals.requests.fell_back == 1);
}

TEST_CASE("a success is good only within both objectives") {
  RecorderSpec spec = spec_for(minutes(1));
  spec.latency_within = seconds(3);
  spec.ttft_within = seconds(1);
  Recorder recorder(spec);
  const auto good = [&] { return recorder.measured().workloads[0].requests.good; };
  recorder.request(answered());
  CHECK(good() == 1);
  RequestRecord slow = answered();
  slow.ended += nanoseconds(1);
  recorder.request(slow);
  CHECK(good() == 1);
  RequestRecord late_start = answered();
  late_start.first_token += nanoseconds(1);
  recorder.request(late_start);
  CHECK(good() == 1);
}

TEST_CASE("refusals are counted by cause and by limiter, with the first instant of each") {
  Recorder recorder(spec_for(minutes(1)));
  const Outcome later = refusal(LimitCause::kRequests, at(seconds(9)), 1);
  const Outcome earlier = refusal(LimitCause::kRequests, at(seconds(4)), 1);
  Outcome hopeless = refusal(LimitCause::kRamp, at(seconds(5)));
  hopeless.never_fits = true;
  recorder.attempt(attempt_of(later));
  recorder.attempt(attempt_of(earlier));
  recorder.attempt(attempt_of(hopeless));
  const Measurements& measured = recorder.measured();
  const AttemptTotals& totals = measured.workloads[0].attempts;
  CHECK(totals.count() == 3);
  CHECK(totals.rate_limited[static_cast<std::size_t>(LimitCause::kRequests)] == 2);
  CHECK(totals.rate_limited[static_cast<std::size_t>(LimitCause::kRamp)] == 1);
  CHECK(totals.never_fits == 1);
  CHECK(measured.limiters[1].refused == 2);
  CHECK(measured.limiters[1].first_refused == at(seconds(4)));
  CHECK(measured.limiters[0].first_refused == kNever);
  CHECK(measured.first_rate_limited[static_cast<std::size_t>(LimitCause::kRamp)] == at(seconds(5)));
  CHECK(measured.first_rate_limited[static_cast<std::size_t>(LimitCause::kSpend)] == kNever);
}

TEST_CASE("a limit that the customer set refuses with 400 and is no 429") {
  Recorder recorder(spec_for(minutes(1)));
  Outcome outcome = refusal(LimitCause::kSpend, at(seconds(1)));
  outcome.error = ErrorKind::kInvalidRequest;
  recorder.attempt(attempt_of(outcome));
  Outcome overloaded;
  overloaded.error = ErrorKind::kOverloaded;
  recorder.attempt(attempt_of(overloaded));
  const AttemptTotals& totals = recorder.measured().workloads[0].attempts;
  CHECK(totals.refused_by_own_limit == 1);
  CHECK(totals.rate_limited == Counters<kLimitCauseCount>{});
  CHECK(recorder.measured().traffic.cells()[0].overloaded == 1);
}

TEST_CASE("an attempt that breaks off wastes what had been billed and the time it took") {
  Recorder recorder(spec_for(minutes(1)));
  Outcome outcome;
  outcome.error = ErrorKind::kConnection;
  outcome.sent = at(seconds(1));
  outcome.ended = at(seconds(6));
  outcome.usage = {.input_tokens = 100, .cache_read_input_tokens = 50, .output_tokens = 7};
  CostBreakdown cost;
  cost.by_category[0] = Money::from_dollars(2);
  cost.by_category[4] = Money::from_dollars(1);
  AttemptRecord record = attempt_of(outcome);
  record.cost = &cost;
  recorder.attempt(record);
  const AttemptTotals& totals = recorder.measured().workloads[0].attempts;
  CHECK(totals.wasted_input_tokens == 150);
  CHECK(totals.wasted_output_tokens == 7);
  CHECK(totals.wasted_time == seconds(5));
  CHECK(totals.wasted_cost == Money::from_dollars(3));
  const auto everything = [](const Ledger::Account&) { return true; };
  CHECK(recorder.measured().ledger.total(everything).total() == Money::from_dollars(3));
}

TEST_CASE("warm-up is counted apart and stays out of everything but the series") {
  RecorderSpec spec = spec_for(minutes(1));
  spec.counts_from = at(seconds(20));
  Recorder recorder(spec);
  recorder.offered(WorkloadId{}, at(seconds(10)));
  const Outcome outcome = refusal(LimitCause::kRequests, at(seconds(10)), 0);
  AttemptRecord refused = attempt_of(outcome);
  refused.requested = at(seconds(10));
  recorder.attempt(refused);
  Outcome ok;
  ok.usage = {.input_tokens = 5, .output_tokens = 6};
  ok.ended = at(seconds(13));
  CostBreakdown cost;
  cost.by_category[0] = Money::from_dollars(1);
  AttemptRecord billed = attempt_of(ok);
  billed.requested = at(seconds(10));
  billed.cost = &cost;
  recorder.attempt(billed);
  recorder.request(answered());
  RequestRecord failed = answered();
  failed.error = ErrorKind::kApi;
  recorder.request(failed);

  const Measurements& measured = recorder.measured();
  CHECK(measured.workloads[0] == WorkloadTotals{});
  CHECK(measured.ledger.lines().empty());
  CHECK(measured.limiters[0].refused == 0);
  CHECK(measured.first_rate_limited[0] == kNever);
  const WarmupTotals expected{.offered = 1,
                              .succeeded = 1,
                              .failed = 1,
                              .attempts = 2,
                              .rate_limited = 1,
                              .input_tokens = 5,
                              .output_tokens = 6,
                              .cost = Money::from_dollars(1)};
  CHECK(measured.warmup == expected);
  TrafficCell series;
  for (const TrafficCell& cell : measured.traffic.cells()) series += cell;
  CHECK(series.offered == 1);
  CHECK(series.attempts == 2);
  CHECK(series.rate_limited[0] == 1);
  CHECK(series.succeeded == 1);
  CHECK(series.failed == 1);
}

TEST_CASE("a prompt success is the request that its record describes, in the warm-up too") {
  for (const Duration warmup : {seconds(0), seconds(20)}) {
    RecorderSpec spec = spec_for(minutes(1));
    spec.counts_from = at(warmup);
    spec.latency_within = seconds(3);
    spec.ttft_within = seconds(2);
    Recorder by_record(spec);
    Recorder by_hand(spec);
    RequestRecord record = answered();
    record.first_answer = record.first_token;
    for (Recorder* recorder : {&by_record, &by_hand}) recorder->offered({}, record.planned);
    by_record.request(record);
    by_hand.prompt_success({}, record.planned, record.first_token, record.ended,
                           record.output_tokens);
    CHECK(by_hand.in_flight() == 0);
    CHECK(by_hand.measured() == by_record.measured());
    CHECK(by_hand.measured().warmup.succeeded == (warmup > Duration{} ? 1 : 0));
    CHECK(by_hand.measured().workloads[0].requests.good == (warmup > Duration{} ? 0 : 1));
  }
}

TEST_CASE("an answer without thinking, sent as planned, is in every histogram that it concerns") {
  Recorder recorder(spec_for(minutes(1)));
  RequestRecord record = answered();
  record.first_answer = record.first_token;
  recorder.request(record);
  const WorkloadTotals& totals = recorder.measured().workloads[0];
  CHECK(totals.requests.succeeded() == 1);
  CHECK(totals.requests.first_try == 1);
  CHECK(totals.requests.good == 1);
  CHECK(totals.requests.attempts.max() == 1U);
  const Latencies& latency = totals.latency;
  CHECK(only(latency.first_try) == seconds(3));
  CHECK(only(latency.from_send) == seconds(3));
  CHECK(only(latency.queueing) == Duration{});
  CHECK(only(latency.ttft) == seconds(1));
  CHECK(only(latency.ttft_from_send) == seconds(1));
  CHECK(only(latency.first_answer) == seconds(1));
  CHECK(only(latency.inter_token) == milliseconds(100));
  CHECK(latency.retried.empty());
  CHECK(latency.backoff.empty());
}

TEST_CASE("an answer without thinking that was sent late counts its wait once") {
  Recorder recorder(spec_for(minutes(1)));
  RequestRecord record = answered();
  record.planned = at(seconds(8));
  record.first_answer = record.first_token;
  recorder.request(record);
  const Latencies& latency = recorder.measured().workloads[0].latency;
  CHECK(only(latency.first_try) == seconds(5));
  CHECK(only(latency.from_send) == seconds(3));
  CHECK(only(latency.queueing) == seconds(2));
  CHECK(only(latency.ttft) == seconds(3));
  CHECK(only(latency.ttft_from_send) == seconds(1));
  CHECK(only(latency.first_answer) == seconds(3));
}

TEST_CASE("the most requests in flight are remembered") {
  Recorder recorder(spec_for(minutes(1)));
  for (int i = 0; i < 3; ++i) recorder.offered(WorkloadId{}, at(seconds(10)));
  recorder.request(answered());
  recorder.offered(WorkloadId{}, at(seconds(14)));
  CHECK(recorder.measured().in_flight_max == 3);
  CHECK(recorder.in_flight() == 3);
}
