// What a client does beyond its retry policy, with real policies in virtual time.
#include "engine/governor.hpp"

#include "support/catch.hpp"
#include "support/client_bench.hpp"

namespace sluice {
namespace {

using testing::add_limit;
using testing::at;
using testing::ClientBench;
using testing::fixed_retries;
using testing::kServed;
using testing::overload;
using testing::small_model;
using testing::small_plan;

RunPlan paced_by(Pacing pacing) {
  RunPlan plan = small_plan();
  plan.clients[0].pacer = pacer_preset(pacing);
  return plan;
}

TEST_CASE("fixed pacing sends at its rate exactly, first come, first served") {
  RunPlan plan = paced_by(Pacing::kFixed);
  plan.clients[0].pacer.requests_per_minute = 60;
  ClientBench bench(std::move(plan));
  std::vector<const ClientBench::Sent*> sent;
  for (int i = 0; i < 5; ++i) sent.push_back(&bench.send(milliseconds(i)));
  bench.run();
  for (int i = 0; i < 5; ++i) {
    CHECK(sent[static_cast<std::size_t>(i)]->ended == seconds(i) + kServed);
  }
  const Latencies& latency = bench.totals().latency;
  CHECK(latency.paced.count() == 5);
  CHECK(latency.paced.max() == static_cast<std::uint64_t>(ns(seconds(4) - milliseconds(4))));
  CHECK(latency.queueing.max() == latency.paced.max());
  CHECK(bench.totals().attempts.count() == 5);
}

TEST_CASE("of those that wait for the pacer a higher priority goes first") {
  RunPlan plan = paced_by(Pacing::kFixed);
  plan.clients[0].pacer.requests_per_minute = 60;
  ClientBench bench(std::move(plan));
  bench.send(Duration{});
  const auto& low = bench.send(milliseconds(1));
  const auto& high = bench.send(milliseconds(2), {.priority = 1});
  bench.run();
  CHECK(high.ended == seconds(1) + kServed);
  CHECK(low.ended == seconds(2) + kServed);
}

TEST_CASE("a deadline holds while a request waits for the pacer") {
  RunPlan plan = paced_by(Pacing::kFixed);
  plan.clients[0].pacer.requests_per_minute = 1;
  ClientBench bench(std::move(plan));
  bench.send(Duration{});
  const auto& late = bench.send(seconds(1), {.deadline = seconds(5)});
  const auto& next = bench.send(seconds(2));
  bench.run();
  CHECK_FALSE(late.ok);
  CHECK(late.ended == seconds(6));
  CHECK(bench.failed_with(ErrorKind::kDeadline) == 1);
  CHECK(bench.totals().attempts.count() == 2);
  CHECK(next.ended == minutes(1) + kServed);
}

TEST_CASE("retries are paced too") {
  RunPlan plan = paced_by(Pacing::kFixed);
  plan.clients[0].pacer.requests_per_minute = 60;
  plan.clients[0].retry = fixed_retries(5, milliseconds(1));
  overload(plan, milliseconds(3500));
  ClientBench bench(std::move(plan));
  const auto& sent = bench.send(Duration{});
  bench.run();
  CHECK(sent.ok);
  CHECK(sent.ended == seconds(4) + kServed);
  CHECK(bench.totals().attempts.count() == 5);
}

TEST_CASE("one process with a client bucket no larger than the server's is never refused") {
  RunPlan plan = paced_by(Pacing::kTokenBucket);
  plan.clients[0].pacer.requests_per_minute = 60;
  plan.clients[0].pacer.input_tokens_per_minute = 40'000;
  plan.clients[0].pacer.output_tokens_per_minute.reset();
  add_limit(plan, LimitType::kRequestsPerMinute, 60);
  add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 40'000);
  ClientBench bench(std::move(plan));
  for (int i = 0; i < 200; ++i) bench.send(milliseconds(100 * i));
  bench.run();
  CHECK(bench.attempts_with(ErrorKind::kRateLimit) == 0);
  CHECK(bench.totals().requests.succeeded() == 200);
  // 200,000 tokens at 40,000 a minute, from a bucket that holds some at the start.
  CHECK(bench.totals().latency.paced.max().value_or(0) >
        static_cast<std::uint64_t>(ns(minutes(3))));
}

TEST_CASE("a client that is paced by headers is hardly refused where one that is not is") {
  const auto refused = [](Pacing pacing) {
    RunPlan plan = paced_by(pacing);
    plan.clients[0].retry = *retry_preset("anthropic-sdk-python");
    add_limit(plan, LimitType::kRequestsPerMinute, 60);
    ClientBench bench(std::move(plan));
    for (int i = 0; i < 600; ++i) bench.send(milliseconds(500 * i));
    bench.run();
    return bench.attempts_with(ErrorKind::kRateLimit);
  };
  CHECK(refused(Pacing::kHeaderPaced) <= 3);
  CHECK(refused(Pacing::kNone) > 300);
}

TEST_CASE("a window bounds the attempts in flight, and the next goes when one has ended") {
  RunPlan plan = paced_by(Pacing::kAimd);
  plan.clients[0].pacer.window_initial = 2;
  plan.clients[0].pacer.window_min = 2;
  plan.clients[0].pacer.window_max = 2;
  ClientBench bench(std::move(plan));
  std::vector<const ClientBench::Sent*> sent;
  for (int i = 0; i < 6; ++i) sent.push_back(&bench.send(Duration{}));
  bench.run();
  for (int i = 0; i < 6; ++i) {
    CHECK(sent[static_cast<std::size_t>(i)]->ended == kServed * (i / 2 + 1));
  }
}

TEST_CASE("what a client sheds is no attempt, and fails as refused by the client") {
  RunPlan plan = paced_by(Pacing::kSreThrottle);
  overload(plan, hours(1));
  ClientBench bench(std::move(plan));
  for (int i = 0; i < 400; ++i) bench.send(milliseconds(100 * i));
  bench.run();
  const WorkloadTotals& totals = bench.totals();
  CHECK(totals.attempts.shed > 300);
  CHECK(totals.attempts.shed == bench.failed_with(ErrorKind::kRefusedByClient));
  CHECK(totals.attempts.count() + totals.attempts.shed == 400);
  CHECK(bench.attempts_with(ErrorKind::kRefusedByClient) == 0);
}

TEST_CASE("a breaker opens after its failures, refuses, and closes after its trial calls") {
  RunPlan plan = small_plan();
  plan.clients[0].breaker = {.is_on = true, .calls = 10, .open_for = seconds(30), .trial_calls = 2};
  overload(plan, seconds(20));
  ClientBench bench(std::move(plan));
  for (int i = 0; i < 60; ++i) bench.send(seconds(i));
  bench.run();
  const WorkloadTotals& totals = bench.totals();
  CHECK(bench.failed_with(ErrorKind::kOverloaded) == 10);  // 0 to 9 s, then it is open
  // Open until 39 s; then two trial calls at 39 and 40 s, the second of which ends at 42 s.
  CHECK(bench.failed_with(ErrorKind::kRefusedByClient) == totals.attempts.shed);
  CHECK(totals.attempts.shed == 29 + 2);
  CHECK(totals.requests.succeeded() == 60 - 10 - 29 - 2);
}

TEST_CASE("a refusal by the client is retried as a server error is, and costs a retry") {
  RunPlan plan = small_plan();
  plan.clients[0].breaker = {.is_on = true, .calls = 1, .open_for = minutes(10), .trial_calls = 1};
  plan.clients[0].retry = fixed_retries(3, seconds(1));
  overload(plan, hours(1));
  ClientBench bench(std::move(plan));
  const auto& sent = bench.send(Duration{});
  bench.run();
  CHECK_FALSE(sent.ok);
  CHECK(sent.ended == seconds(3));
  CHECK(bench.totals().attempts.count() == 1);
  CHECK(bench.totals().attempts.shed == 3);
  CHECK(bench.failed_with(ErrorKind::kRefusedByClient) == 1);
}

TEST_CASE("budgets hold retries to their law while everything fails") {
  const auto attempts = [](BudgetKind kind, int requests) {
    RunPlan plan = small_plan();
    plan.clients[0].retry = fixed_retries(10, milliseconds(10));
    plan.clients[0].retry.budget = kind;
    overload(plan, hours(10));
    ClientBench bench(std::move(plan));
    for (int i = 0; i < requests; ++i) bench.send(milliseconds(200 * i));
    bench.run();
    return bench.totals().attempts.count();
  };
  CHECK(attempts(BudgetKind::kNone, 300) == 300 * 11);
  CHECK(attempts(BudgetKind::kAwsQuota, 300) == 300 + 500 / 5);
  CHECK(attempts(BudgetKind::kAwsQuota2026, 300) == 300 + 500 / 14);
  CHECK(attempts(BudgetKind::kBrooker, 300) == 300 + 5);
  // Ten tokens, a failure costs one, a retry goes while more than five are left.
  CHECK(attempts(BudgetKind::kGrpc, 300) == 300 + 4);
}

TEST_CASE("a 429 pauses the whole process where the retry policy says so") {
  RunPlan plan = small_plan();
  plan.clients[0].retry = fixed_retries(3, seconds(1));
  plan.clients[0].retry.pause_all_on_429 = seconds(15);
  add_limit(plan, LimitType::kRequestsPerMinute, 2);
  ClientBench bench(std::move(plan));
  bench.send(Duration{});
  bench.send(Duration{});
  bench.send(seconds(1));                      // refused: 2 a minute
  const auto& other = bench.send(seconds(2));  // waits with the first's retry until 16 s
  bench.run();
  CHECK(bench.totals().latency.paced.max() == static_cast<std::uint64_t>(ns(seconds(14))));
  CHECK(other.ended > seconds(16));
}

// Half as many tokens for the same text, and a group of its own without limits.
RunPlan with_fallback(Fallback fallback) {
  RunPlan plan = small_plan();
  plan.groups = {"group", "other group"};
  plan.limits.group_count = 2;
  plan.models.push_back(small_model());
  plan.models[1].name = "other";
  plan.models[1].group = GroupId{1};
  plan.models[1].tokenizer_permille = 500;
  plan.clients[0].fallback = fallback;
  return plan;
}

TEST_CASE("a request that is refused goes to the fallback at once and is billed there") {
  RunPlan plan = with_fallback({.model = ModelId{1}});
  add_limit(plan, LimitType::kRequestsPerMinute, 1);
  ClientBench bench(std::move(plan));
  bench.send(Duration{});
  const auto& sent = bench.send(seconds(1));
  bench.run();
  CHECK(sent.ok);
  CHECK(sent.ended == seconds(1) + seconds(1) + nanoseconds(500) + milliseconds(500));
  CHECK(bench.totals().requests.fell_back == 1);
  CHECK(bench.totals().attempts.count() == 3);
  CHECK(bench.attempts_with(ErrorKind::kRateLimit) == 1);
  const Ledger::Line other = bench.ledger_of(ModelId{1});
  CHECK(other.responses == 1);
  CHECK(other.usage.input_tokens == 500);
  CHECK(other.usage.output_tokens == 5);
  CHECK(bench.ledger_of(ModelId{0}).responses == 1);
}

TEST_CASE("a fallback waits for so many refusals of its kinds, and retries count before it") {
  RunPlan plan = with_fallback({.model = ModelId{1}, .on_rate_limit = false, .after = 3});
  plan.clients[0].retry = fixed_retries(4, seconds(1));
  plan.faults.push_back({.kind = FaultKind::kOverloaded,
                         .probability_ppm = 1'000'000,
                         .until = at(hours(1)),
                         .model = ModelId{0}});
  ClientBench bench(std::move(plan));
  const auto& sent = bench.send(Duration{});
  bench.run();
  CHECK(sent.ok);
  CHECK(bench.attempts_with(ErrorKind::kOverloaded) == 3);
  CHECK(bench.totals().attempts.count() == 4);
  CHECK(sent.ended == seconds(2) + seconds(1) + nanoseconds(500) + milliseconds(500));
}

TEST_CASE("after a fallback the retries are those of the policy, on the other model") {
  RunPlan plan = with_fallback({.model = ModelId{1}});
  plan.clients[0].retry = fixed_retries(2, seconds(1));
  overload(plan, hours(1));
  ClientBench bench(std::move(plan));
  bench.send(Duration{});
  bench.run();
  CHECK(bench.totals().attempts.count() == 1 + 1 + 2);
  CHECK(bench.failed_with(ErrorKind::kOverloaded) == 1);
}

TEST_CASE("a fallback's request keeps its cached prefix apart from its own model's") {
  RunPlan plan = with_fallback({.model = ModelId{1}});
  add_limit(plan, LimitType::kRequestsPerMinute, 1);
  WorkloadSpec& workload = plan.workloads[0];
  workload.arrivals =
      ArrivalSteps{.steps = {{.at = {}, .rate = per_minute(6)}}, .process = BaseProcess::kConstant};
  workload.prefix_tokens = 4000;
  workload.prefix_ttl = CacheTtl::kFiveMinutes;
  plan.duration = seconds(55);
  testing::SmallRun run(std::move(plan));
  run.run();
  const auto of = [&](ModelId model) {
    return run.measured().ledger.total(
        [model](const Ledger::Account& account) { return account.model == model; });
  };
  const Ledger::Line own = of(ModelId{0});
  const Ledger::Line other = of(ModelId{1});
  CHECK(own.responses == 1);
  CHECK(own.usage.cache_creation_5m_input_tokens == 4000);
  CHECK(other.responses == 5);
  CHECK(other.usage.cache_creation_5m_input_tokens == 2000);
  CHECK(other.usage.cache_read_input_tokens == 4 * 2000);
  CHECK(other.usage.input_tokens == 5 * 500);
}

TEST_CASE("the sessions of a fleet are its processes' by number, each with its own pacer") {
  RunPlan plan = paced_by(Pacing::kFixed);
  plan.clients[0].pacer.requests_per_minute = 60;
  plan.clients[0].processes = 3;
  std::vector<TimePoint> instants(9, at(Duration{}));
  testing::SmallRun run(std::move(plan), {testing::arrivals_at(instants)});
  run.run();
  // Three processes of three sessions each: at 0, 1 and 2 s three are sent.
  const Histogram paced = run.totals().latency.paced;
  CHECK(paced.count() == 9);
  CHECK(paced.max() == static_cast<std::uint64_t>(ns(seconds(2))));
  CHECK(paced.mean() == static_cast<std::uint64_t>(ns(seconds(1))));
}

TEST_CASE("policies that bind nowhere change no event") {
  const auto digest = [](bool governed) {
    RunPlan plan = small_plan();
    plan.clients[0].retry = *retry_preset("anthropic-sdk-python");
    plan.workloads[0].arrivals = ArrivalPoisson{per_second(2)};
    if (governed) {
      plan.clients[0].pacer = pacer_preset(Pacing::kTokenBucket);
      plan.clients[0].pacer.requests_per_minute = 1'000'000;
      plan.clients[0].retry.budget = BudgetKind::kAwsQuota;
      plan.clients[0].breaker = {.is_on = true, .calls = 100'000};
    }
    testing::SmallRun run(std::move(plan));
    run.run();
    return run.simulation().timers().order_digest();
  };
  CHECK(digest(true) == digest(false));
}

}  // namespace
}  // namespace sluice
