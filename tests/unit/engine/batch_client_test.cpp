#include "engine/batch_client.hpp"

#include "support/catch.hpp"
#include "support/plans.hpp"

namespace sluice {
namespace {

using testing::add_limit;
using testing::arrivals_at;
using testing::at;
using testing::count;
using testing::kJuly;
using testing::small_plan;
using testing::small_workload;
using testing::SmallRun;

// One request a second, all of them sent as batches of ten.
RunPlan batch_plan() {
  RunPlan plan = small_plan();
  plan.workloads[0].arrivals = ArrivalConstant{per_second(1)};
  plan.workloads[0].max_requests = 25;
  plan.workloads[0].batch = {.share_ppm = 1'000'000,
                             .requests_per_batch = 10,
                             .collect_for = minutes(10),
                             .completion = DurationFixed{hours(1)},
                             .poll_every = minutes(1)};
  return plan;
}

TEST_CASE("a batch goes when it is full, or when its first request has waited long enough") {
  SmallRun run(batch_plan());
  run.run();
  CHECK(run.totals().requests.succeeded() == 25);
  CHECK(run.totals().requests.batch == 25);
  // Full at 9 s and 19 s; the last five wait from 20 s for ten minutes.
  CHECK(run.totals().latency.batch.max() == count(minutes(10) + hours(1)));
  CHECK(run.measured().last_event == at(seconds(20) + minutes(10) + hours(1)));
  const auto first = run.totals().latency.batch.min();
  CHECK(first == count(hours(1)));  // the tenth, which filled its batch
}

TEST_CASE("batch requests cost half, are cached nowhere and meet none of the Messages limits") {
  RunPlan plan = batch_plan();
  plan.workloads[0].prefix_tokens = 500;
  plan.workloads[0].prefix_ttl = CacheTtl::kFiveMinutes;
  const LimiterId requests = add_limit(plan, LimitType::kRequestsPerMinute, 1);
  SmallRun run(plan);
  run.run();
  CHECK(run.totals().requests.succeeded() == 25);
  CHECK(run.ledger().usage == Usage{.input_tokens = 25 * 1500, .output_tokens = 250});
  CHECK(run.ledger().total() ==
        Money::from_picodollars(25 * (1500LL * 2 + 10 * 10) * 1'000'000'000 / 2));
  CHECK(run.taken(requests) == 0);
  CHECK(run.totals().latency.first_try.count() == 0);
}

TEST_CASE("a batch that ends between two polls is seen at the next one") {
  RunPlan plan = batch_plan();
  plan.workloads[0].max_requests = 10;
  plan.workloads[0].batch.completion = DurationFixed{minutes(61) + seconds(1)};
  plan.workloads[0].batch.poll_every = minutes(10);
  SmallRun run(plan);
  run.run();
  CHECK(run.totals().latency.batch.min() == count(minutes(70)));
}

TEST_CASE("a batch that is not done after 24 hours expires: nothing is billed") {
  RunPlan plan = batch_plan();
  plan.workloads[0].max_requests = 10;
  plan.workloads[0].batch.completion = DurationFixed{hours(24) + nanoseconds(1)};
  SmallRun run(plan);
  run.run();
  CHECK(run.failed_with(ErrorKind::kExpired) == 10);
  CHECK(run.ledger().responses == 0);
  CHECK(run.measured().last_event == at(seconds(9) + hours(24)));

  plan.workloads[0].batch.completion = DurationFixed{hours(24)};
  SmallRun in_time(plan);
  in_time.run();
  CHECK(in_time.totals().requests.succeeded() == 10);
}

TEST_CASE("a share of a workload goes as batch, the same requests whatever the retry policy") {
  RunPlan plan = batch_plan();
  plan.workloads[0].max_requests = 600;
  plan.workloads[0].batch.share_ppm = 250'000;
  SmallRun run(plan);
  run.run();
  const std::int64_t batched = run.totals().requests.batch;
  CHECK(batched > 100);
  CHECK(batched < 200);
  CHECK(run.totals().requests.succeeded() == 600);
  plan.clients[0].retry = testing::fixed_retries(3, seconds(1));
  SmallRun other(plan);
  other.run();
  CHECK(other.totals().requests.batch == batched);
}

TEST_CASE("a full processing queue makes a batch wait, as its 429 asks, until there is room") {
  RunPlan plan = batch_plan();
  plan.workloads[0].max_requests = 20;
  plan.batch_limits.max_enqueued = 15;
  SmallRun run(plan);
  run.run();
  CHECK(run.totals().requests.succeeded() == 20);
  CHECK(run.refused_by(LimitCause::kBatchQueue) > 10);
  // The first is created at 9 s and seen done at 3609 s; the second asks every minute from 19 s.
  CHECK(run.measured().last_event == at(seconds(19) + hours(1) + hours(1)));
}

TEST_CASE("a batch leaves the queue when it is processed, however seldom its client polls") {
  RunPlan plan = batch_plan();
  plan.workloads[0].max_requests = 20;
  plan.workloads[0].batch.completion = DurationFixed{minutes(10)};
  plan.workloads[0].batch.poll_every = hours(1);
  plan.batch_limits.max_enqueued = 15;
  SmallRun run(plan);
  run.run();
  // Created at 9 s, processed at 609 s: of what the second asks every minute from 19 s on, 559 s is
  // the last that is refused. Both are seen an hour after their creation.
  CHECK(run.refused_by(LimitCause::kBatchQueue) == 10);
  CHECK(run.totals().latency.batch.min() == count(hours(1)));
  CHECK(run.measured().last_event == at(seconds(619) + hours(1)));
}

// Ten requests as a batch that is processed at 609 s and polled for after two hours; the trace is
// another workload's, of requests that are sent as they are.
RunPlan seldom_polled_plan() {
  RunPlan plan = batch_plan();
  plan.duration = hours(3);
  plan.workloads[0].max_requests = 10;
  plan.workloads[0].batch.completion = DurationFixed{minutes(10)};
  plan.workloads[0].batch.poll_every = hours(2);
  plan.workloads.push_back(small_workload(2));
  return plan;
}

TEST_CASE("a batch uses a spend limit up when it is processed, not when its client learns it") {
  RunPlan plan = seldom_polled_plan();
  plan.spend.tier_cap = Money::from_dollars(10);
  SmallRun run(plan, {{}, arrivals_at({at(seconds(600)), at(seconds(610))})});
  run.run();
  CHECK(run.totals(1).requests.succeeded() == 1);
  CHECK(run.refused_by(LimitCause::kSpend, 1) == 1);
  CHECK(run.totals(0).latency.batch.min() == count(hours(2)));
}

TEST_CASE("a batch is billed in the month and in the cell in which it is processed") {
  RunPlan plan = seldom_polled_plan();
  plan.start_unix_ns = plan.spend.start_unix_ns = kJuly - ns(hours(1));
  SmallRun run(plan);
  run.run();
  CHECK(run.measured().last_event == at(seconds(9) + hours(2)));
  CHECK(run.ledger().total() == Money::from_picodollars(10'500'000'000'000));
  CHECK(run.simulation().api().spend().month_to_date(at(hours(2))) == Money{});  // of July
  const auto& cells = run.measured().traffic;
  const auto processed = static_cast<std::size_t>(ns(seconds(609)) / ns(cells.width()));
  CHECK(cells.cells()[processed].cost.total() == run.ledger().total());
  CHECK(cells.cells()[processed].succeeded == 0);
}

TEST_CASE("a batch beyond the whole queue fails at once, for the batch queue") {
  RunPlan plan = batch_plan();
  plan.workloads[0].max_requests = 10;
  plan.batch_limits.max_enqueued = 9;
  SmallRun run(plan);
  run.run();
  CHECK(run.failed_with(ErrorKind::kRateLimit) == 10);
  CHECK(run.measured().last_event == at(seconds(9)));
  CHECK(run.refused_by(LimitCause::kBatchQueue) == 1);  // the call that would have created it
  CHECK(run.refused_by(LimitCause::kRequests) == 0);
  CHECK(run.totals().attempts.count() == 1);
}

TEST_CASE("a batch's requests are answered after their deadline, and are not good then") {
  RunPlan plan = batch_plan();
  plan.workloads[0].max_requests = 10;
  plan.workloads[0].deadline = hours(1) + seconds(4);
  SmallRun run(plan);
  run.run();
  CHECK(run.totals().requests.succeeded() == 10);
  CHECK(run.totals().requests.good == 5);  // the first was planned 9 s before the batch was full
  CHECK(run.ledger().responses == 10);
}

TEST_CASE("a call that creates a batch is one attempt, of each of its requests") {
  RunPlan plan = batch_plan();
  plan.workloads[0].max_requests = 20;
  plan.batch_limits.max_enqueued = 15;
  SmallRun run(plan);
  run.run();
  const WorkloadTotals totals = run.totals();
  const std::int64_t refused = run.refused_by(LimitCause::kBatchQueue);
  CHECK(refused == 60);  // every minute from 19 s to 3559 s
  CHECK(totals.attempts.count() == refused + 2);
  CHECK(totals.requests.attempts.count() == 20);
  CHECK(totals.requests.attempts.min() == 1);
  CHECK(totals.requests.attempts.max() == static_cast<std::uint64_t>(refused + 1));
  CHECK(totals.requests.first_try == 10);
  CHECK(totals.latency.backoff.empty());
}

TEST_CASE("a batch is never larger than the API takes") {
  RunPlan plan = batch_plan();
  plan.batch_limits.max_per_batch = 4;
  plan.workloads[0].max_requests = 8;
  SmallRun run(plan);
  run.run();
  CHECK(run.measured().last_event == at(seconds(7) + hours(1)));
}

TEST_CASE("a batch of a revoked key is refused like any other request") {
  RunPlan plan = batch_plan();
  plan.workloads[0].max_requests = 10;
  plan.events = {{.at = kRunStart, .action = KeyRevoked{}, .text = ""}};
  SmallRun run(plan);
  run.run();
  CHECK(run.totals().requests.succeeded() == 0);
  CHECK(run.failed_with(ErrorKind::kAuthentication) == 10);
  CHECK(run.ledger().responses == 0);
}

TEST_CASE("a batch is refused once the spend limit is reached") {
  RunPlan plan = batch_plan();
  plan.workloads[0].max_requests = 10;
  plan.spend.tier_cap = Money::from_dollars(5);
  plan.spend.spent_before = Money::from_dollars(5);
  SmallRun run(plan);
  run.run();
  CHECK(run.totals().requests.succeeded() == 0);
  CHECK(run.refused_by(LimitCause::kSpend) == 1);
  CHECK(run.measured().last_event == at(seconds(9)));  // without retry-after nobody asks again
}

}  // namespace
}  // namespace sluice
