#include "engine/api_model.hpp"

#include "support/api_bench.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

using testing::add_limit;
using testing::ApiBench;
using testing::at;
using testing::small_plan;

TEST_CASE("a prompt beyond the context or max_tokens beyond the model's is invalid; at it, valid") {
  RunPlan plan = small_plan();
  plan.models[0].context_tokens = 2000;
  plan.models[0].max_output_tokens = 50;
  ApiBench server(plan);
  CHECK(server.admits({}, server.ask(2000, 50)));
  CHECK_FALSE(server.admits({}, server.ask(2001, 50)));
  CHECK(server.refusal.error == ErrorKind::kInvalidRequest);
  CHECK_FALSE(server.refusal.limit.has_value());
  CHECK(server.refusal.should_retry == false);
  CHECK_FALSE(server.admits({}, server.ask(2000, 51)));
}

TEST_CASE("admission is atomic: what one limiter refuses no other limiter is charged for") {
  RunPlan plan = small_plan();
  const LimiterId requests = add_limit(plan, LimitType::kRequestsPerMinute, 60);
  const LimiterId input = add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 6000);
  const LimiterId output = add_limit(plan, LimitType::kOutputTokensPerMinute, 600);
  ApiBench server(plan);
  REQUIRE(server.admits({}, server.ask(5000)));
  CHECK_FALSE(server.admits({}, server.ask(5000)));
  CHECK(server.refusal.error == ErrorKind::kRateLimit);
  CHECK(server.refusal.limit == LimitCause::kInputTokens);
  CHECK(server.refusal.limiter == index(input));
  CHECK(server.refusal.retry_after == seconds(40));  // 4000 of 100 a second
  CHECK(server.refusal.should_retry == true);
  CHECK_FALSE(server.refusal.never_fits);
  CHECK(server.taken(requests, {}) == 1);
  CHECK(server.taken(input, {}) == 5000);
  CHECK(server.taken(output, {}) == 0);
}

TEST_CASE("a request that waits exactly until it fits is admitted, a nanosecond before it is not") {
  RunPlan plan = small_plan();
  add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 6000);
  ApiBench server(plan);
  REQUIRE(server.admits({}, server.ask(6000)));
  CHECK_FALSE(server.admits(seconds(10) - nanoseconds(1), server.ask(1000)));
  CHECK(server.refusal.retry_after == seconds(1));
  CHECK(server.admits(seconds(10), server.ask(1000)));
}

TEST_CASE("the cause is the limiter that is ready last") {
  RunPlan plan = small_plan();
  add_limit(plan, LimitType::kRequestsPerMinute, 1);
  add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 1000);
  ApiBench server(plan);
  REQUIRE(server.admits({}, server.ask(999)));
  CHECK_FALSE(server.admits({}, server.ask(500)));
  CHECK(server.refusal.limit == LimitCause::kRequests);
  CHECK(server.refusal.retry_after == seconds(60));
}

TEST_CASE("a cost above the capacity says that no wait will help") {
  RunPlan plan = small_plan();
  add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 999);
  ApiBench server(plan);
  CHECK_FALSE(server.admits({}, server.ask(1000)));
  CHECK(server.refusal.never_fits);
  CHECK_FALSE(server.refusal.retry_after);
  CHECK(server.refusal.should_retry == false);
}

TEST_CASE("an input estimate that is off is corrected when the answer begins") {
  for (const std::int64_t error : {-200, 0, 500}) {
    CAPTURE(error);
    RunPlan plan = small_plan();
    plan.estimate_error_permille = error;
    const LimiterId input = add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 60);
    plan.limits.burst = hours(1);
    ApiBench server(plan);
    const RequestSpec spec = server.ask(1000);
    REQUIRE(server.admits({}, spec));
    CHECK(server.taken(input, {}) == 1000 + error);
    server.api.begin(server.admitted.first_token, spec, server.admitted);
    CHECK(server.taken(input, seconds(2)) == 1000);
    Exchange exchange;
    server.api.finish(server.admitted.ends, spec, server.admitted, exchange);
    CHECK(server.taken(input, seconds(3)) == 1000);
    CHECK(exchange.outcome.usage.input_tokens == 1000);
  }
}

TEST_CASE("an estimate decides admission even where the truth would fit") {
  RunPlan plan = small_plan();
  plan.estimate_error_permille = 100;
  add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 1050);
  ApiBench server(plan);
  CHECK_FALSE(server.admits({}, server.ask(1000)));
  CHECK(server.admits({}, server.ask(900)));
}

TEST_CASE("streamed output is charged as it comes and exactly the tokens in the end") {
  // 7 tokens at 11 a minute: neither divides, so the last nanosecond overshoots.
  RunPlan plan = small_plan();
  plan.models[0].latency.output_tokens_per_minute = SizeFixed{11};
  const LimiterId output = add_limit(plan, LimitType::kOutputTokensPerMinute, 1);
  plan.limits.burst = hours(10);
  ApiBench server(plan);
  const RequestSpec spec = server.ask(1000, 7);
  REQUIRE(server.admits({}, spec));
  const TimePoint first = server.admitted.first_token;
  CHECK(ns(server.admitted.ends - first) == (7 * 60'000'000'000 + 10) / 11);
  server.api.begin(first, spec, server.admitted);
  TokenBucket& bucket = server.api.limiter().bucket(output);
  CHECK(bucket.taken(first) == 0);
  CHECK(bucket.taken(first + minutes(1) / 2) == 5);  // 5.5
  Exchange exchange;
  server.api.finish(server.admitted.ends, spec, server.admitted, exchange);
  CHECK(bucket.taken(server.admitted.ends) == 7);
  CHECK(bucket.taken(server.admitted.ends + hours(1)) == 7);
  CHECK(exchange.outcome.usage.output_tokens == 7);
}

TEST_CASE("where refused attempts count, each costs one request and no tokens") {
  RunPlan plan = small_plan();
  const LimiterId requests = add_limit(plan, LimitType::kRequestsPerMinute, 10);
  const LimiterId input = add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 1000);
  plan.limits.refused_attempts_count = true;
  ApiBench server(plan);
  REQUIRE(server.admits({}, server.ask()));
  for (int i = 0; i < 5; ++i) CHECK_FALSE(server.admits({}, server.ask()));
  CHECK(server.taken(requests, {}) == 6);
  CHECK(server.taken(input, {}) == 1000);
}

TEST_CASE("with reserve_settle max_tokens are reserved at admission and settled at the end") {
  RunPlan plan = small_plan();
  plan.limits.output_charge = ChargeMode::kReserveSettle;
  const LimiterId output = add_limit(plan, LimitType::kOutputTokensPerMinute, 1000);
  ApiBench server(plan);
  RequestSpec spec = server.ask();
  spec.max_tokens = 1000;
  REQUIRE(server.admits({}, spec));
  CHECK(server.level(output, {}) == 0);
  CHECK_FALSE(server.admits({}, server.ask(1000, 100)));
  CHECK(server.refusal.limit == LimitCause::kOutputTokens);
  server.api.begin(server.admitted.first_token, spec, server.admitted);
  CHECK(server.taken(output, seconds(1)) == 1000);
  Exchange exchange;
  server.api.finish(server.admitted.ends, spec, server.admitted, exchange);
  CHECK(server.taken(output, seconds(3)) == 10);
}

TEST_CASE("with reserve_settle an answer that never begins gives its reservation back") {
  RunPlan plan = small_plan();
  plan.limits.output_charge = ChargeMode::kReserveSettle;
  const LimiterId output = add_limit(plan, LimitType::kOutputTokensPerMinute, 1000);
  ApiBench server(plan);
  const RequestSpec spec = server.ask();
  REQUIRE(server.admits({}, spec));
  Exchange exchange;
  server.api.finish(at(milliseconds(1)), spec, server.admitted, exchange);
  CHECK(server.taken(output, seconds(1)) == 0);
}

TEST_CASE("with post output is charged when the answer ends, into debt if need be") {
  RunPlan plan = small_plan();
  plan.limits.output_charge = ChargeMode::kPost;
  const LimiterId output = add_limit(plan, LimitType::kOutputTokensPerMinute, 60);
  ApiBench server(plan);
  const Exchange exchange = server.serve({}, server.ask(1000, 600));
  CHECK(exchange.outcome.usage.output_tokens == 600);
  const Duration end = exchange.outcome.ended - kRunStart;
  CHECK(server.level(output, end) == 60 - 600);
  CHECK_FALSE(server.admits(end, server.ask()));
  CHECK(server.refusal.retry_after == seconds(541));  // above zero, not at it
}

TEST_CASE("responses in flight go on into debt, and nothing is admitted before it is paid") {
  RunPlan plan = small_plan();
  const LimiterId output = add_limit(plan, LimitType::kOutputTokensPerMinute, 60);
  ApiBench server(plan);
  const Exchange exchange = server.serve({}, server.ask(1000, 600));  // 10 a second for 60 s
  CHECK(exchange.outcome.usage.output_tokens == 600);
  const Duration end = exchange.outcome.ended - kRunStart;
  CHECK(server.level(output, end) == -480);  // 60 + 60 refilled - 600
  CHECK_FALSE(server.admits(end + seconds(480), server.ask()));
  CHECK(server.admits(end + seconds(480) + nanoseconds(1), server.ask()));
}

TEST_CASE("a fast request meets the fast limits instead of the standard ones") {
  RunPlan plan = small_plan();
  add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 1);
  const LimiterId fast = add_limit(plan, LimitType::kFastInputTokensPerMinuteCacheAware, 5000);
  ApiBench server(plan);
  RequestSpec spec = server.ask();
  CHECK_FALSE(server.admits({}, spec));
  spec.fast = true;
  CHECK(server.admits({}, spec));
  CHECK(server.taken(fast, {}) == 1000);
}

TEST_CASE("the ramp limit refuses until the next minute of the calendar") {
  RunPlan plan = small_plan();
  plan.limits.ramp = RampSpec{.initial = 1000, .step = 500};
  plan.limits.calendar_offset_ns = ns(seconds(50));
  ApiBench server(plan);
  CHECK(server.admits({}, server.ask(1000)));
  CHECK_FALSE(server.admits(seconds(1), server.ask(1000)));
  CHECK(server.refusal.limit == LimitCause::kRamp);
  CHECK(server.refusal.retry_after == seconds(9));
  CHECK(server.admits(seconds(10), server.ask(1500)));
  CHECK_FALSE(server.admits(seconds(10), server.ask(1)));
}

TEST_CASE("a limit that an event changes holds from that instant") {
  RunPlan plan = small_plan();
  const LimiterId requests = add_limit(plan, LimitType::kRequestsPerMinute, 10);
  ApiBench server(plan);
  server.api.apply(kRunStart, LimitChanged{.limiter = requests, .limit = 2});
  CHECK(server.admits({}, server.ask()));
  CHECK(server.admits({}, server.ask()));
  CHECK_FALSE(server.admits({}, server.ask()));
  server.api.apply(at(seconds(1)), LimitChanged{.limiter = requests, .limit = 6000});
  CHECK(server.admits(seconds(1) + milliseconds(10), server.ask()));
}

TEST_CASE("the same request takes the same time in every attempt") {
  RunPlan plan = small_plan();
  plan.models[0].latency.ttft_base = DurationUniform{seconds(1), seconds(9)};
  plan.models[0].latency.output_tokens_per_minute = SizeUniform{100, 9000};
  ApiBench server(plan);
  const RequestSpec spec = server.ask();
  const RequestSpec other = server.ask();
  REQUIRE(server.admits({}, spec));
  const Admitted first = server.admitted;
  REQUIRE(server.api.admit(at(seconds(7)), spec, 5, server.admitted, server.refusal));
  CHECK(server.admitted.first_token - seconds(7) == first.first_token);
  CHECK(server.admitted.speed.tokens_per_minute == first.speed.tokens_per_minute);
  REQUIRE(server.admits({}, other));
  CHECK(server.admitted.first_token != first.first_token);
}

TEST_CASE("a key that is added at run time is admitted like one of the plan") {
  ApiBench server(small_plan());
  RequestSpec spec = server.ask(1000);
  spec.key = server.api.add_key();
  CHECK(server.admits({}, spec));
}

TEST_CASE("faults that are set at run time replace those of the plan") {
  RunPlan plan = small_plan();
  plan.faults = {{.kind = FaultKind::kApiError, .probability_ppm = 1'000'000}};
  ApiBench server(plan);
  CHECK_FALSE(server.admits({}, server.ask(1000)));
  CHECK(server.refusal.error == ErrorKind::kApi);
  server.api.set_faults({{.kind = FaultKind::kOverloaded, .probability_ppm = 1'000'000}});
  CHECK_FALSE(server.admits(seconds(1), server.ask(1000)));
  CHECK(server.refusal.error == ErrorKind::kOverloaded);
  server.api.set_faults({});
  CHECK(server.admits(seconds(2), server.ask(1000)));
}

TEST_CASE("a revoked key gets 401 from that instant on, other keys go on") {
  RunPlan plan = small_plan();
  plan.keys.resize(2);
  ApiBench server(plan);
  RequestSpec spec = server.ask();
  RequestSpec other = server.ask();
  other.key = KeyId{1};
  server.api.apply(at(seconds(5)), KeyRevoked{.key = KeyId{}});
  CHECK_FALSE(server.admits(seconds(5), spec));
  CHECK(server.refusal.error == ErrorKind::kAuthentication);
  CHECK(server.refusal.should_retry == false);
  CHECK(server.admits(seconds(5), other));
}

}  // namespace
}  // namespace sluice
