#include "engine/client.hpp"

#include "support/catch.hpp"
#include "support/client_bench.hpp"

namespace sluice {
namespace {

using testing::add_limit;
using testing::at;
using testing::ClientBench;
using testing::count;
using testing::fixed_retries;
using testing::kServed;
using testing::overload;
using testing::small_plan;

RunPlan with_places(std::int64_t places) {
  RunPlan plan = small_plan();
  plan.clients[0].concurrency = places;
  return plan;
}

TEST_CASE("a request without trouble takes its service time, and every latency says so") {
  ClientBench bench(small_plan());
  const auto& sent = bench.send(seconds(3));
  bench.run();
  CHECK(sent.ok);
  CHECK(sent.ended == seconds(3) + kServed);
  const Latencies& latency = bench.totals().latency;
  CHECK(latency.first_try.max() == count(kServed));
  CHECK(latency.from_send.max() == count(kServed));
  CHECK(latency.ttft.max() == count(seconds(1) + nanoseconds(1000)));
  CHECK(latency.ttft_from_send.max() == count(seconds(1) + nanoseconds(1000)));
  CHECK(latency.queueing.max() == 0);
  CHECK(latency.inter_token.max() == count(seconds(1)) / 9);
  CHECK(latency.backoff.count() == 0);
  CHECK(bench.totals().requests.first_try == 1);
  CHECK(bench.in_flight() == 0);
}

TEST_CASE("no more requests than places are under way, and the rest wait in order of arrival") {
  ClientBench bench(with_places(2));
  std::vector<const ClientBench::Sent*> sent;
  for (int i = 0; i < 6; ++i) sent.push_back(&bench.send(milliseconds(i)));
  bench.run();
  for (int i = 0; i < 6; ++i)
    CHECK(sent[static_cast<std::size_t>(i)]->ended == milliseconds(i % 2) + kServed * (i / 2 + 1));
  // From the planned arrival: the wait for a place is part of the latency.
  CHECK(bench.totals().latency.first_try.max() == count(kServed * 3 - milliseconds(4)));
  CHECK(bench.totals().latency.from_send.max() == count(kServed));
  CHECK(bench.totals().latency.queueing.max() == count(kServed * 2 - milliseconds(4)));
}

TEST_CASE("a higher priority goes first, equals in order of arrival") {
  ClientBench bench(with_places(1));
  bench.send({});
  const auto& low = bench.send(milliseconds(1));
  const auto& high = bench.send(milliseconds(2), {.priority = 9});
  const auto& middle = bench.send(milliseconds(3), {.priority = 5});
  const auto& low_again = bench.send(milliseconds(4));
  const auto& high_again = bench.send(milliseconds(5), {.priority = 9});
  const auto& lowest = bench.send(milliseconds(6), {.priority = -1});
  bench.run();
  CHECK(high.ended == kServed * 2);
  CHECK(high_again.ended == kServed * 3);
  CHECK(middle.ended == kServed * 4);
  CHECK(low.ended == kServed * 5);
  CHECK(low_again.ended == kServed * 6);
  CHECK(lowest.ended == kServed * 7);
}

TEST_CASE("one more than queue_limit fails at once, without an attempt") {
  RunPlan plan = with_places(1);
  plan.clients[0].queue_limit = 1;
  ClientBench bench(plan);
  bench.send({});
  bench.send({});
  const auto& refused = bench.send(milliseconds(5));
  const auto& later = bench.send(kServed + milliseconds(1));  // the queue has room again
  bench.run();
  CHECK_FALSE(refused.ok);
  CHECK(refused.ended == milliseconds(5));
  CHECK(later.ok);
  CHECK(bench.failed_with(ErrorKind::kQueueFull) == 1);
  CHECK(bench.totals().attempts.count() == 3);
  CHECK(bench.totals().latency.queueing.count() == 3);
  CHECK(bench.totals().requests.attempts.min() == 0);
}

TEST_CASE("a queue limit of zero lets nobody wait but fills every place") {
  RunPlan plan = with_places(2);
  plan.clients[0].queue_limit = 0;
  ClientBench bench(plan);
  for (int i = 0; i < 3; ++i) bench.send({});
  bench.run();
  CHECK(bench.totals().requests.succeeded() == 2);
  CHECK(bench.failed_with(ErrorKind::kQueueFull) == 1);
}

TEST_CASE("a deadline that passes in the queue ends the request then, and takes nobody's place") {
  ClientBench bench(with_places(1));
  bench.send({});
  const auto& late = bench.send({}, {.deadline = seconds(1)});
  const auto& patient = bench.send({}, {.deadline = hours(1)});
  const auto& last = bench.send(milliseconds(1));
  bench.run();
  CHECK_FALSE(late.ok);
  CHECK(late.ended == seconds(1));
  CHECK(patient.ended == kServed * 2);
  CHECK(last.ended == kServed * 3);
  CHECK(bench.failed_with(ErrorKind::kDeadline) == 1);
  CHECK(bench.totals().attempts.count() == 3);
  CHECK(bench.totals().latency.failed.max() == count(seconds(1)));
}

TEST_CASE("a deadline in flight ends the attempt exactly then; what was produced is billed") {
  ClientBench bench(small_plan());
  const auto& sent = bench.send(seconds(1), {.deadline = milliseconds(1500)});
  bench.run();
  CHECK_FALSE(sent.ok);
  CHECK(sent.ended == milliseconds(2500));
  CHECK(bench.failed_with(ErrorKind::kDeadline) == 1);
  CHECK(bench.attempts_with(ErrorKind::kAttemptTimeout) == 1);
  CHECK(bench.ledger().usage == Usage{.input_tokens = 1000, .output_tokens = 4});
  CHECK(bench.totals().attempts.wasted_output_tokens == 4);
  CHECK(bench.totals().attempts.wasted_cost == bench.ledger().total());
}

TEST_CASE("a deadline before the first token ends the attempt unbilled") {
  ClientBench bench(small_plan());
  const auto& sent = bench.send({}, {.deadline = milliseconds(400)});
  bench.run();
  CHECK(sent.ended == milliseconds(400));
  CHECK(bench.ledger().responses == 0);
}

TEST_CASE("an answer that is complete at the deadline is in time") {
  ClientBench bench(small_plan());
  const auto& in_time = bench.send({}, {.deadline = kServed});
  const auto& late = bench.send({}, {.deadline = kServed - nanoseconds(1)});
  bench.run();
  CHECK(in_time.ok);
  CHECK_FALSE(late.ok);
}

TEST_CASE("a deadline during the backoff ends the request exactly then") {
  RunPlan plan = small_plan();
  overload(plan, hours(1));
  plan.clients[0].retry = fixed_retries(100, seconds(10));
  ClientBench bench(plan);
  const auto& sent = bench.send({}, {.deadline = seconds(25)});
  bench.run();
  CHECK_FALSE(sent.ok);
  CHECK(sent.ended == seconds(25));
  CHECK(bench.failed_with(ErrorKind::kDeadline) == 1);
  CHECK(bench.attempts_with(ErrorKind::kOverloaded) == 3);
  CHECK(bench.totals().latency.backoff.max() == count(seconds(25)));
}

TEST_CASE("an attempt that would begin at the deadline is not made") {
  RunPlan plan = small_plan();
  overload(plan, hours(1));
  plan.clients[0].retry = fixed_retries(100, seconds(10));
  ClientBench bench(plan);
  const auto& sent = bench.send({}, {.deadline = seconds(20)});
  bench.run();
  CHECK(sent.ended == seconds(20));
  CHECK(bench.totals().attempts.count() == 2);
}

TEST_CASE("an attempt that takes longer than its time limit is given up and retried") {
  RunPlan plan = small_plan();
  plan.clients[0].attempt_timeout = milliseconds(500);
  plan.clients[0].retry = fixed_retries(3, seconds(1));
  ClientBench bench(plan);
  const auto& sent = bench.send({});
  bench.run();
  CHECK_FALSE(sent.ok);
  CHECK(sent.ended == milliseconds(500) * 4 + seconds(3));
  CHECK(bench.attempts_with(ErrorKind::kAttemptTimeout) == 4);
  CHECK(bench.failed_with(ErrorKind::kAttemptTimeout) == 1);
  CHECK(bench.totals().attempts.wasted_time == milliseconds(2000));
}

TEST_CASE("an attempt that the time limit cuts inside its stream is not retried by default") {
  RunPlan plan = small_plan();
  plan.clients[0].attempt_timeout = milliseconds(1500);
  plan.clients[0].retry = fixed_retries(3, seconds(1));
  ClientBench bench(plan);
  const auto& sent = bench.send({});
  const auto& unstreamed = bench.send({}, {.stream = false});
  bench.run();
  CHECK(sent.ended == milliseconds(1500));
  // Without a stream the client has seen nothing yet and tries again.
  CHECK(unstreamed.ended == milliseconds(1500) * 4 + seconds(3));
}

TEST_CASE("a request keeps its place during its backoff, or gives way, as the client is set") {
  for (const bool holds : {true, false}) {
    CAPTURE(holds);
    RunPlan plan = with_places(1);
    overload(plan, seconds(1));
    plan.clients[0].retry = fixed_retries(5, seconds(10));
    plan.clients[0].hold_slot_while_waiting = holds;
    ClientBench bench(plan);
    const auto& first = bench.send({});
    const auto& second = bench.send(seconds(2));
    bench.run();
    CHECK(first.ended == seconds(10) + kServed);
    CHECK(second.ended == (holds ? seconds(10) + kServed * 2 : seconds(2) + kServed));
  }
}

TEST_CASE("whoever gave way queues for a place again after the backoff, up to the deadline") {
  RunPlan plan = with_places(1);
  overload(plan, seconds(1));
  plan.clients[0].retry = fixed_retries(5, seconds(10));
  plan.clients[0].hold_slot_while_waiting = false;
  ClientBench bench(plan);
  const auto& first = bench.send({});
  const auto& hasty = bench.send(milliseconds(1), {.deadline = seconds(11)});
  const auto& between = bench.send(seconds(9));
  bench.run();
  CHECK(between.ended == seconds(9) + kServed);
  CHECK(first.ended == seconds(9) + kServed * 2);
  CHECK(hasty.ended == milliseconds(11'001));
  CHECK_FALSE(hasty.ok);
}

TEST_CASE("a retry-after is waited for, and the latency runs from the planned arrival") {
  RunPlan plan = small_plan();
  add_limit(plan, LimitType::kRequestsPerMinute, 1);
  plan.clients[0].retry = fixed_retries(2, seconds(1));
  plan.clients[0].retry.retry_after.obey = true;
  ClientBench bench(plan);
  bench.send({});
  const auto& second = bench.send(milliseconds(500));
  bench.run();
  CHECK(second.ok);
  // 59.5 s until it fits, in whole seconds.
  CHECK(second.ended == milliseconds(60'500) + kServed);
  CHECK(bench.totals().latency.retried.max() == count(seconds(60) + kServed));
  CHECK(bench.totals().latency.from_send.max() == count(kServed));
  CHECK(bench.totals().requests.attempts.max() == 2);
}

TEST_CASE("x-should-retry decides where the client obeys it") {
  RunPlan plan = small_plan();
  add_limit(plan, LimitType::kRequestsPerMinute, 1);
  plan.clients[0].retry = fixed_retries(100, seconds(1));
  plan.clients[0].retry.retry_rate_limit = false;
  plan.clients[0].retry.obey_should_retry = true;  // a 429 says true
  ClientBench bench(plan);
  bench.send({});
  const auto& second = bench.send({});
  bench.run();
  CHECK(second.ok);
  CHECK(second.ended == seconds(60) + kServed);
}

TEST_CASE("401, 400 and a cost that can never fit are not retried") {
  RunPlan plan = small_plan();
  plan.keys.resize(2);
  plan.models[0].context_tokens = 5000;
  add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 2000);
  plan.clients[0].retry = fixed_retries(100, seconds(1));
  ClientBench bench(plan);
  bench.api().apply(kRunStart, KeyRevoked{.key = KeyId{1}});
  bench.send({}, {.key = KeyId{1}});
  bench.send({}, {.prompt = 5001});
  bench.send({}, {.prompt = 2001});
  bench.run();
  CHECK(bench.failed_with(ErrorKind::kAuthentication) == 1);
  CHECK(bench.failed_with(ErrorKind::kInvalidRequest) == 1);
  CHECK(bench.failed_with(ErrorKind::kRateLimit) == 1);
  CHECK(bench.totals().attempts.count() == 3);
  CHECK(bench.totals().attempts.never_fits == 1);
  CHECK(bench.ledger().responses == 0);
}

TEST_CASE("retries that are used up end the request with its last error and limit") {
  RunPlan plan = small_plan();
  add_limit(plan, LimitType::kRequestsPerMinute, 1);
  plan.clients[0].retry = fixed_retries(2, seconds(1));
  ClientBench bench(plan);
  bench.send({});
  const auto& second = bench.send({});
  bench.run();
  CHECK_FALSE(second.ok);
  CHECK(second.ended == seconds(2));
  CHECK(bench.failed_with(ErrorKind::kRateLimit) == 1);
  CHECK(bench.totals().requests.failed_on[static_cast<std::size_t>(LimitCause::kRequests)] == 1);
}

TEST_CASE("clients that are destroyed with requests in every state leave nothing behind") {
  RunPlan plan = with_places(2);
  overload(plan, seconds(1));
  plan.clients[0].retry = fixed_retries(5, seconds(10));
  plan.clients[0].hold_slot_while_waiting = false;
  ClientBench bench(plan);
  for (int i = 0; i < 4; ++i) bench.send(milliseconds(i), {.deadline = minutes(5)});
  for (int i = 0; i < 5; ++i) bench.send(seconds(9), {.deadline = minutes(5)});
  bench.timers().run_until(at(milliseconds(10'500)), [](std::uint64_t) { return true; });
  CHECK(bench.in_flight() > 3);
}

}  // namespace
}  // namespace sluice
