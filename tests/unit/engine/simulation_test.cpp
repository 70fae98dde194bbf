#include "engine/simulation.hpp"

#include "support/catch.hpp"
#include "support/plans.hpp"

namespace sluice {
namespace {

using testing::add_limit;
using testing::arrivals_at;
using testing::at;
using testing::fixed_retries;
using testing::kDayNs;
using testing::small_plan;
using testing::small_workload;
using testing::SmallRun;

// Random arrivals, sizes, thinking, service times and retries on tight limits, in two workloads.
RunPlan busy_plan() {
  RunPlan plan = small_plan();
  plan.models[0].latency.ttft_base = DurationExponential{.mean = seconds(1)};
  plan.models[0].latency.output_tokens_per_minute = SizeUniform{600, 6000};
  plan.clients[0].retry = *retry_preset("anthropic-sdk-python");
  plan.clients[0].concurrency = 20;
  plan.workloads = {small_workload(11), small_workload(22)};
  plan.workloads[0].arrivals = ArrivalPoisson{per_second(2)};
  plan.workloads[0].input = SizeLognormal{.p50 = 800, .p95 = 4000};
  plan.workloads[0].output = SizeLognormal{.p50 = 50, .p95 = 300};
  plan.workloads[0].prefix_tokens = 500;
  plan.workloads[0].prefix_ttl = CacheTtl::kFiveMinutes;
  plan.workloads[0].deadline = seconds(40);
  plan.workloads[1].arrivals =
      ClosedLoop{.users = 5, .think_time = DurationExponential{.mean = seconds(5)}};
  plan.workloads[1].conversation.turns = SizeUniform{1, 4};
  plan.workloads[1].conversation_ttl = CacheTtl::kOneHour;
  plan.workloads[1].thinking = SizeUniform{0, 50};
  add_limit(plan, LimitType::kRequestsPerMinute, 150);
  add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 150'000);
  add_limit(plan, LimitType::kOutputTokensPerMinute, 12'000);
  return plan;
}

TEST_CASE("the same plan gives the same measurements, run again and on either queue") {
  const RunPlan plan = busy_plan();
  SmallRun first(plan);
  SmallRun again(plan);
  SmallRun heap(plan, {}, {.queue = QueueKind::kHeap});
  for (SmallRun* run : {&first, &again, &heap}) REQUIRE(run->run());
  CHECK(first.measured() == again.measured());
  CHECK(first.measured() == heap.measured());
  CHECK(first.simulation().timers().order_digest() == heap.simulation().timers().order_digest());
  CHECK(first.totals().attempts.rate_limited != Counters<kLimitCauseCount>{});  // not idle
}

TEST_CASE("another seed or replication gives other measurements") {
  RunPlan plan = busy_plan();
  SmallRun first(plan);
  SmallRun replication(plan, {}, {.replication = 1});
  plan.seed = 2;
  SmallRun seed(plan);
  for (SmallRun* run : {&first, &replication, &seed}) run->run();
  CHECK_FALSE(first.measured() == replication.measured());
  CHECK_FALSE(first.measured() == seed.measured());
}

TEST_CASE("every request offered ends once, and every attempt has one outcome") {
  SmallRun run(busy_plan());
  run.run();
  for (const WorkloadTotals& totals : run.measured().workloads) {
    CHECK(totals.requests.offered == totals.requests.succeeded() + totals.requests.failed());
    CHECK(totals.requests.attempts.count() == static_cast<std::uint64_t>(totals.requests.offered));
    CHECK(static_cast<std::int64_t>(totals.requests.attempts.sum()) == totals.attempts.count());
    CHECK(totals.attempts.ended[0] == totals.requests.succeeded());
  }
  CHECK(run.simulation().recorder().in_flight() == 0);
}

TEST_CASE("the ledger's lines add up to the organization's spend") {
  SmallRun run(busy_plan());
  run.run();
  Money total;
  for (const Ledger::Line& line : run.measured().ledger.lines()) total += line.total();
  CHECK(run.measured().ledger.lines().size() == 2);
  CHECK(total == run.ledger().total());
  CHECK(total == run.simulation().api().spend().month_to_date(run.simulation().timers().now()));
}

TEST_CASE("what limiters took is what was billed") {
  RunPlan plan = busy_plan();
  plan.workloads[0].deadline.reset();  // an attempt given up before its first token is not billed
  SmallRun run(plan);
  run.run();
  const Usage usage = run.ledger().usage;
  CHECK(run.taken(LimiterId{0}) == run.measured().all_workloads().attempts.ended[0]);
  CHECK(run.taken(LimiterId{1}) == usage.uncached_input_tokens());
  CHECK(run.taken(LimiterId{2}) == usage.output_tokens);
}

TEST_CASE("a user's time goes into thinking and requests, to the nanosecond") {
  RunPlan plan = busy_plan();
  plan.workloads = {plan.workloads[1]};
  WorkloadSpec& workload = plan.workloads[0];
  workload.conversation = {};
  workload.arrivals = ClosedLoop{.users = 1, .think_time = DurationFixed{seconds(3)}};
  SmallRun run(plan);
  run.run();
  const Latencies& latency = run.totals().latency;
  const auto busy = static_cast<std::int64_t>(latency.first_try.sum() + latency.retried.sum() +
                                              latency.failed.sum());
  const std::int64_t thinking = run.totals().requests.offered * ns(seconds(3));
  CHECK(run.totals().requests.offered > 50);
  CHECK(ns(run.measured().last_event) == busy + thinking);
}

TEST_CASE("with one place in the client, busy time is the sum of the service times") {
  // An M/D/1 queue: what the requests wait and are served is what the integral of the number in the
  // system says (Little's law), event by event.
  RunPlan plan = small_plan();
  plan.clients[0].concurrency = 1;
  std::vector<TimePoint> instants;
  for (int i = 0; i < 200; ++i) instants.push_back(at(milliseconds(i * i % 977 + 1900 * i)));
  std::int64_t free_at = 0;
  std::int64_t in_system = 0;
  const std::int64_t served = ns(seconds(2)) + 1000;
  for (const TimePoint instant : instants) {
    free_at = std::max(free_at, ns(instant)) + served;
    in_system += free_at - ns(instant);
  }
  SmallRun run(plan, {arrivals_at(instants)});
  run.run();
  CHECK(static_cast<std::int64_t>(run.totals().latency.first_try.sum()) == in_system);
  CHECK(static_cast<std::int64_t>(run.totals().latency.from_send.sum()) == 200 * served);
  CHECK(ns(run.measured().last_event) == free_at);
}

TEST_CASE("another workload shifts nobody's numbers") {
  RunPlan plan = busy_plan();
  plan.limits.limiters.clear();
  plan.clients[0].concurrency.reset();
  plan.faults = {{.kind = FaultKind::kOverloaded, .probability_ppm = 300'000}};
  RunPlan more = plan;
  WorkloadSpec extra = small_workload(33);
  extra.arrivals = ArrivalPoisson{per_second(5)};
  more.workloads.insert(more.workloads.begin(), extra);
  SmallRun without(plan);
  SmallRun with(more);
  without.run();
  with.run();
  CHECK(without.measured().workloads[0] == with.measured().workloads[1]);
  CHECK(without.measured().workloads[1] == with.measured().workloads[2]);
  CHECK(without.totals(0).latency.backoff.count() > 50);
}

TEST_CASE("the retry policy changes no request's size and no service time") {
  RunPlan plan = busy_plan();
  plan.limits.limiters.clear();
  plan.workloads.pop_back();
  plan.workloads[0].deadline.reset();
  plan.workloads[0].prefix_ttl.reset();
  SmallRun calm(plan);
  plan.faults = {{.kind = FaultKind::kOverloaded, .probability_ppm = 300'000}};
  plan.clients[0].retry = fixed_retries(100, seconds(1));
  SmallRun first(plan);
  plan.clients[0].retry = fixed_retries(100, seconds(7));
  SmallRun second(plan);
  for (SmallRun* run : {&calm, &first, &second}) {
    run->run();
    CHECK(run->totals().requests.failed() == 0);
  }
  CHECK(calm.ledger() == first.ledger());
  CHECK(first.ledger() == second.ledger());
  CHECK(calm.totals().latency.from_send == second.totals().latency.from_send);
  CHECK_FALSE(first.totals().latency.retried == second.totals().latency.retried);
}

TEST_CASE("a rotated key gets 401 where the old value ends before the clients use the new one") {
  RunPlan plan = small_plan();
  plan.workloads[0].arrivals = ArrivalConstant{per_second(1)};
  plan.events = {
      {.at = at(seconds(100)),
       .action = KeyRotated{.key = KeyId{}, .overlap = seconds(10), .pickup = seconds(25)},
       .text = "rotated"}};
  SmallRun run(plan);
  run.run();
  CHECK(run.failed_with(ErrorKind::kAuthentication) == 15);
  CHECK(run.totals().requests.succeeded() == 585);
}

TEST_CASE("a key that is revoked in a run ends its workload's luck, and costs nothing more") {
  RunPlan plan = small_plan();
  plan.workloads[0].arrivals = ArrivalConstant{per_second(1)};
  plan.events = {{.at = at(seconds(100)), .action = KeyRevoked{}, .text = "revoked"}};
  SmallRun run(plan);
  run.run();
  CHECK(run.totals().requests.succeeded() == 100);
  CHECK(run.failed_with(ErrorKind::kAuthentication) == 500);
  CHECK(run.ledger().responses == 100);
}

TEST_CASE("limits and prices that change in a run change from their instant on") {
  RunPlan plan = small_plan();
  plan.workloads[0].arrivals = ArrivalConstant{per_second(1)};
  const LimiterId requests = add_limit(plan, LimitType::kRequestsPerMinute, 6000);
  PriceRow free = testing::small_prices();
  free.bands[0].per_token = {};
  plan.events = {
      {.at = at(seconds(60)), .action = PriceChanged{.model = ModelId{}, .row = free}, .text = ""},
      {.at = at(seconds(300)),
       .action = LimitChanged{.limiter = requests, .limit = 30},
       .text = ""}};
  SmallRun run(plan);
  run.run();
  // A request that starts before the change and ends after it costs what it did at its start.
  CHECK(run.ledger().total() >= Money::from_picodollars(2'100'000'000'000) * 58);
  CHECK(run.ledger().total() <= Money::from_picodollars(2'100'000'000'000) * 60);
  // A full bucket of 30 and half a request a second from then on.
  CHECK(run.refused_by(LimitCause::kRequests) > 100);
  CHECK(run.refused_by(LimitCause::kRequests) < 150);
}

TEST_CASE(
    "the month's cap is reached in mid-run: 429 without retry-after, in the next month none") {
  RunPlan plan = small_plan();
  plan.start_unix_ns =
      testing::kJuly + 31 * kDayNs - 300'000'000'000;  // five minutes before August
  plan.spend.start_unix_ns = plan.start_unix_ns;
  plan.spend.tier_cap = Money::from_dollars(500);
  plan.spend.spent_before = Money::from_dollars(400);  // 48 requests are left
  plan.workloads[0].arrivals = ArrivalConstant{per_second(1)};
  plan.duration = minutes(8);  // 180 requests in August, for which $500 is enough
  SmallRun run(plan);
  run.run();
  // Two or three more, which were in flight.
  const std::int64_t refused = run.refused_by(LimitCause::kSpend);
  CHECK(refused >= 300 - 52);
  CHECK(refused <= 300 - 48);
  CHECK(run.totals().requests.succeeded() == 480 - refused);
}

TEST_CASE("an interrupted run is told so, leaves nothing behind and its measurements hold") {
  RunPlan plan = busy_plan();
  plan.duration = hours(1000);
  plan.workloads[0].batch.share_ppm = 100'000;
  SmallRun run(plan);
  std::uint64_t events = 0;
  const bool ended = run.simulation().run([&](const Progress& progress) {
    CHECK(progress.duration == hours(1000));
    CHECK(progress.now > kRunStart);
    events = progress.events;
    return false;
  });
  CHECK_FALSE(ended);
  CHECK(events == 65536);
  const RequestTotals totals = run.measured().all_workloads().requests;
  CHECK(run.simulation().recorder().in_flight() > 0);
  CHECK(totals.offered ==
        totals.succeeded() + totals.failed() + run.simulation().recorder().in_flight());
}

TEST_CASE("warm-up is counted apart") {
  RunPlan plan = small_plan();
  plan.workloads[0].arrivals = ArrivalConstant{per_second(1)};
  SmallRun run(plan, {}, {.counts_from = at(minutes(1))});
  run.run();
  CHECK(run.measured().warmup.offered == 60);
  CHECK(run.measured().warmup.succeeded == 60);
  CHECK(run.totals().requests.offered == 540);
  CHECK(run.ledger().responses == 540);
}

TEST_CASE("a limiter's use is measured over the whole run, the last moment included") {
  // The duration is no multiple of any reading's width.
  for (const Duration duration : {minutes(10), minutes(10) + milliseconds(61'300), seconds(7)}) {
    CAPTURE(ns(duration));
    RunPlan plan = small_plan();
    plan.duration = duration;
    const LimiterId requests = add_limit(plan, LimitType::kRequestsPerMinute, 600);
    const TimePoint last = at(duration) - milliseconds(10);
    SmallRun run(plan, {arrivals_at({at(seconds(1)), last, last, last})});
    run.run();
    CHECK(run.measured().limiters[index(requests)].use.taken == 4);
    CHECK(run.measured().limiters[index(requests)].use.allowed == int128{600} * ns(duration));
  }
}

TEST_CASE("an empty workload and a run without workloads end at once") {
  SmallRun idle(small_plan());
  CHECK(idle.run());
  CHECK(idle.totals().requests.offered == 0);
  RunPlan plan = small_plan();
  plan.workloads.clear();
  SmallRun nothing(plan);
  CHECK(nothing.run());
}

}  // namespace
}  // namespace sluice
