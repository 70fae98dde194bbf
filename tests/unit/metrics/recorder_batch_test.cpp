#include "metrics/recorder.hpp"
#include "support/catch.hpp"
#include "support/instants.hpp"
#include "unit/metrics/recorder_spec.hpp"

namespace {

using namespace sluice;
using testing::at;
using testing::spec_for;

// A batch's request that was planned at 10 s and sent at 20 s.
RequestRecord batched(Duration latency) {
  RequestRecord record;
  record.batch = true;
  record.attempts = 1;
  record.planned = at(seconds(10));
  record.first_sent = record.last_sent = at(seconds(20));
  record.ended = record.planned + latency;
  return record;
}

TEST_CASE("batch requests take hours and stay out of the other latencies") {
  Recorder recorder(spec_for(minutes(1)));
  RequestRecord record = batched(hours(2));
  recorder.request(record);
  record.error = ErrorKind::kExpired;
  recorder.request(record);
  const WorkloadTotals& totals = recorder.measured().workloads[0];
  CHECK(totals.requests.batch == 2);
  CHECK(totals.requests.succeeded() == 1);
  CHECK(totals.latency.batch.count() == 1);
  CHECK(totals.latency.batch.max() == static_cast<std::uint64_t>(ns(hours(2))));
  CHECK(totals.latency.offered().empty());
  CHECK(totals.latency.queueing.empty());
}

TEST_CASE("a request of a batch is good only within its deadline and the objective of latency") {
  RecorderSpec spec = spec_for(minutes(1));
  spec.latency_within = hours(1);
  spec.ttft_within = seconds(1);  // nothing streams
  Recorder recorder(spec);
  const auto is_good = [&](const RequestRecord& record) {
    const std::int64_t before = recorder.measured().workloads[0].requests.good;
    recorder.request(record);
    return recorder.measured().workloads[0].requests.good > before;
  };
  CHECK(is_good(batched(hours(1))));
  CHECK_FALSE(is_good(batched(hours(1) + nanoseconds(1))));
  RequestRecord in_time = batched(minutes(10));
  in_time.deadline = minutes(10);
  CHECK(is_good(in_time));
  RequestRecord late = batched(minutes(10) + nanoseconds(1));
  late.deadline = minutes(10);
  CHECK_FALSE(is_good(late));
}

TEST_CASE("what a batch's item was billed is no attempt, in the warm-up too") {
  RecorderSpec spec = spec_for(minutes(1));
  spec.counts_from = at(seconds(20));
  Recorder recorder(spec);
  Outcome ok;
  ok.usage = {.input_tokens = 5, .output_tokens = 6};
  ok.ended = at(seconds(30));
  CostBreakdown cost;
  cost.by_category[0] = Money::from_dollars(1);
  AttemptRecord billed{.batch = true, .outcome = &ok, .cost = &cost, .requested = at(seconds(20))};
  recorder.answered(billed);
  billed.requested = at(seconds(10));
  recorder.answered(billed);

  const Measurements& measured = recorder.measured();
  CHECK(measured.workloads[0] == WorkloadTotals{});
  REQUIRE(measured.ledger.lines().size() == 1);
  CHECK(measured.ledger.lines()[0].responses == 1);
  const WarmupTotals expected{
      .input_tokens = 5, .output_tokens = 6, .cost = Money::from_dollars(1)};
  CHECK(measured.warmup == expected);
  TrafficCell series;
  for (const TrafficCell& cell : measured.traffic.cells()) series += cell;
  CHECK(series.attempts == 0);
  CHECK(series.input_tokens == 10);
  CHECK(series.cost.total() == Money::from_dollars(2));
}

}  // namespace
