#include "engine/in_process_api.hpp"

#include <algorithm>

#include "support/catch.hpp"
#include "support/client_bench.hpp"

namespace sluice {
namespace {

using testing::add_limit;
using testing::ClientBench;
using testing::count;
using testing::fixed_retries;
using testing::kFirstToken;
using testing::kServed;
using testing::small_plan;

TEST_CASE("thinking comes first: the answer's first token is later than the first token") {
  ClientBench bench(small_plan());
  bench.send({}, {.output = 50, .thinking = 20});
  bench.run();
  CHECK(bench.totals().latency.ttft.max() == count(kFirstToken));
  CHECK(bench.totals().latency.first_answer.max() == count(kFirstToken + seconds(2)));
}

TEST_CASE("without a stream the client sees nothing before the end") {
  ClientBench bench(small_plan());
  const auto& sent = bench.send({}, {.stream = false});
  bench.run();
  CHECK(sent.ended == kServed);
  CHECK(bench.totals().latency.ttft.max() == count(kServed));
  CHECK(bench.totals().latency.first_answer.max() == count(kServed));
}

TEST_CASE("a stall delays the first token by its length") {
  RunPlan plan = small_plan();
  plan.faults.push_back(
      {.kind = FaultKind::kStall, .probability_ppm = 1'000'000, .stall = seconds(7)});
  ClientBench bench(plan);
  const auto& sent = bench.send({});
  bench.run();
  CHECK(sent.ok);
  CHECK(sent.ended == seconds(7) + kServed);
}

TEST_CASE("a broken stream is charged and billed for what it had produced, the same amount") {
  for (const FaultKind kind : {FaultKind::kDisconnect, FaultKind::kErrorInStream}) {
    RunPlan plan = small_plan();
    plan.faults.push_back({.kind = kind, .probability_ppm = 1'000'000});
    const LimiterId output = add_limit(plan, LimitType::kOutputTokensPerMinute, 1'000'000);
    const LimiterId input = add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 1'000'000);
    plan.clients[0].retry = fixed_retries(5, seconds(1));
    ClientBench bench(plan);
    for (int i = 0; i < 50; ++i) bench.send(seconds(i), {.output = 100});
    bench.run();
    const ErrorKind error =
        kind == FaultKind::kDisconnect ? ErrorKind::kConnection : ErrorKind::kOverloaded;
    CHECK(bench.failed_with(error) == 50);
    CHECK(bench.totals().attempts.count() == 50);  // a 200 had been sent: no SDK retries
    const Usage usage = bench.ledger().usage;
    CHECK(usage.input_tokens == 50'000);
    CHECK(usage.output_tokens > 1000);
    CHECK(usage.output_tokens < 4000);
    CHECK(bench.taken(output) == usage.output_tokens);
    CHECK(bench.taken(input) == usage.input_tokens);
  }
}

TEST_CASE("where nothing can be seen of the first token the answer is the same without its event") {
  // kPost needs no event at the first token, an estimate error of nearly 0 does.
  std::uint64_t fired[2];
  Ledger::Line lines[2];
  std::int64_t taken[2];
  for (const bool visible : {false, true}) {
    RunPlan plan = small_plan();
    plan.limits.output_charge = ChargeMode::kPost;
    plan.estimate_error_permille = visible ? 1 : 0;
    plan.models[0].context_tokens = 1'000'000;
    const LimiterId input = add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 1'000'000);
    ClientBench bench(plan);
    for (int i = 0; i < 40; ++i) {
      bench.send(milliseconds(i * 100), {.deadline = milliseconds(100 * i + 1)});
    }
    bench.run();
    fired[visible ? 1 : 0] = bench.timers().fired();
    lines[visible ? 1 : 0] = bench.ledger();
    taken[visible ? 1 : 0] = bench.taken(input);
  }
  CHECK(fired[0] < fired[1]);
  CHECK(lines[0] == lines[1]);
  CHECK(taken[0] >= lines[0].usage.input_tokens);
  CHECK(taken[1] >= lines[1].usage.input_tokens);
}

// Streams of 10 tokens a second on a bucket of 60 that refills with 1 a second.
RunPlan cutting_plan() {
  RunPlan plan = small_plan();
  plan.cut_when_output_runs_dry = true;
  add_limit(plan, LimitType::kOutputTokensPerMinute, 60);
  return plan;
}

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

TEST_CASE("streams of a bucket that runs dry are cut together, in that nanosecond") {
  ClientBench bench(cutting_plan());
  const auto& first = bench.send({}, {.output = 1000});
  const auto& second = bench.send({}, {.output = 1000});
  const auto& third = bench.send({}, {.output = 10});  // done before
  bench.run();
  CHECK(third.ok);
  CHECK(third.ended == kServed);
  // After one second 60 - 29 = 31 are left for two streams: 20 - 1 a second.
  const Duration cut = kServed + nanoseconds(ceil_div(31'000'000'000, 19));
  CHECK(first.ended == cut);
  CHECK(second.ended == cut);
  CHECK_FALSE(first.ok);
  CHECK(bench.failed_with(ErrorKind::kRateLimit) == 2);
  CHECK(bench.totals().attempts.rate_limited[static_cast<std::size_t>(LimitCause::kOutputTokens)] ==
        2);
  // 26.3 tokens each, of which the whole ones are charged and billed.
  CHECK(bench.ledger().usage.output_tokens == 26 + 26 + 10);
  CHECK(bench.taken(LimiterId{}) == 26 + 26 + 10);
}

TEST_CASE("a stream that fits to its last token is not cut") {
  ClientBench bench(cutting_plan());
  // 60 tokens and 1 a second: alone it can have 66 tokens in 6.6 s.
  const auto& fits = bench.send({}, {.output = 66});
  bench.run();
  CHECK(fits.ok);
  ClientBench other(cutting_plan());
  const auto& cut = other.send({}, {.output = 68});
  other.run();
  CHECK_FALSE(cut.ok);
}

TEST_CASE("whatever else takes tokens moves the cut: it is never late") {
  // tokens_per_minute counts input too, so that an admission makes the bucket dry sooner.
  RunPlan plan = small_plan();
  plan.cut_when_output_runs_dry = true;
  plan.models[0].latency.output_tokens_per_minute = SizeFixed{12'000};
  add_limit(plan, LimitType::kTokensPerMinute, 6000);
  ClientBench bench(plan);
  const auto& stream = bench.send({}, {.output = 100'000, .prompt = 100});
  // At its first token 6000 are there (it refilled for a second); 100 a second go. 50 are left
  // when the second is admitted, half a second before its own first token.
  const Duration first_token = seconds(1) + nanoseconds(100);
  bench.send(first_token + milliseconds(39'500), {.output = 10, .prompt = 2000});
  bench.run();
  CHECK(stream.ended == first_token + seconds(40));
}

TEST_CASE("a limit that an event lowers moves the cut forward, one that it raises moves it back") {
  for (const std::int64_t limit : {6, 300, 6000}) {
    CAPTURE(limit);
    RunPlan plan = cutting_plan();
    plan.events = {{.at = testing::at(seconds(2) + nanoseconds(1000)),
                    .action = LimitChanged{.limiter = LimiterId{}, .limit = limit},
                    .text = ""}};
    testing::SmallRun run(plan, {testing::arrivals_at({kRunStart}, 1000, 1000)});
    run.run();
    // 51 are left, but a full bucket of 6 holds no more; 10 a second go and limit / 60 come.
    const std::int64_t left = std::min<std::int64_t>(51, limit);
    const TimePoint cut = testing::at(seconds(2) + nanoseconds(1000)) +
                          nanoseconds(ceil_div(left * 60'000'000'000, 600 - limit));
    if (limit < 600) {
      CHECK(run.measured().last_event == cut);
    } else {
      CHECK(run.totals().requests.succeeded() == 1);
    }
  }
}

TEST_CASE("with post nothing is cut when an answer's charge puts the bucket into debt") {
  RunPlan plan = cutting_plan();
  plan.limits.output_charge = ChargeMode::kPost;
  ClientBench bench(plan);
  bench.send({}, {.output = 100});
  const auto& longer = bench.send({}, {.output = 150});
  bench.run();
  CHECK(longer.ok);
  CHECK(longer.ended == seconds(16) + nanoseconds(1000));
}

TEST_CASE("with reserve_settle nothing is cut when all is reserved") {
  RunPlan plan = cutting_plan();
  plan.limits.output_charge = ChargeMode::kReserveSettle;
  ClientBench bench(plan);
  const auto& first = bench.send({}, {.output = 30});
  const auto& second = bench.send({}, {.output = 30});
  bench.run();
  CHECK(first.ok);
  CHECK(second.ok);
}

}  // namespace
}  // namespace sluice
