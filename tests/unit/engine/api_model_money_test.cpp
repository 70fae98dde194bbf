// What ApiModel bills and when it refuses for money.
#include "engine/api_model.hpp"
#include "support/api_bench.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

using testing::add_limit;
using testing::ApiBench;
using testing::at;
using testing::kDayNs;
using testing::small_plan;

constexpr Money dollars(std::int64_t count) { return Money::from_dollars(count); }
const Money kCents = Money::from_picodollars(10'000'000'000);

TEST_CASE("checks come in the order of the API: key, validity, spend, overload, limits") {
  // Everything is wrong at first; each step cures what was found before it.
  for (int cured = 0; cured <= 5; ++cured) {
    CAPTURE(cured);
    RunPlan plan = small_plan();
    add_limit(plan, LimitType::kRequestsPerMinute, 1);
    if (cured < 4)
      plan.faults.push_back({.kind = FaultKind::kOverloaded, .probability_ppm = 1'000'000});
    if (cured < 3) {
      plan.spend.tier_cap = dollars(500);
      plan.spend.spent_before = dollars(500);
    }
    if (cured < 2) plan.models[0].context_tokens = 999;
    ApiBench server(plan);
    if (cured < 5) {
      const RouteId route = server.api.limiter().route({}, {}, false);
      REQUIRE_FALSE(server.api.limiter().admit(kRunStart, route, {}));
    }
    if (cured < 1) server.api.apply(kRunStart, KeyRevoked{});
    const bool admitted = server.admits({}, server.ask());
    CHECK(admitted == (cured == 5));
    const ErrorKind expected[] = {ErrorKind::kAuthentication, ErrorKind::kInvalidRequest,
                                  ErrorKind::kRateLimit,      ErrorKind::kOverloaded,
                                  ErrorKind::kRateLimit,      ErrorKind::kNone};
    CHECK(server.refusal.error == expected[cured]);
    if (cured == 2) CHECK(server.refusal.limit == LimitCause::kSpend);
    if (cured == 4) CHECK(server.refusal.limit == LimitCause::kRequests);
  }
}

TEST_CASE("an interrupted answer is charged and billed for the whole tokens that had left") {
  RunPlan plan = small_plan();
  const LimiterId output = add_limit(plan, LimitType::kOutputTokensPerMinute, 60'000);
  const LimiterId input = add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 60'000);
  ApiBench server(plan);
  const RequestSpec spec = server.ask();
  REQUIRE(server.admits({}, spec));
  server.api.begin(server.admitted.first_token, spec, server.admitted);
  Exchange exchange;
  const TimePoint cut = server.admitted.first_token + milliseconds(399);  // 10 a second
  server.api.finish(cut, spec, server.admitted, exchange);
  CHECK(exchange.outcome.usage == Usage{.input_tokens = 1000, .output_tokens = 3});
  CHECK(exchange.billed);
  CHECK(exchange.cost.total() == dollars(2) + kCents * 3);
  CHECK(exchange.outcome.ended == cut);
  CHECK(server.api.limiter().bucket(output).taken(cut + seconds(9)) == 3);
  CHECK(server.api.limiter().bucket(input).taken(cut + seconds(9)) == 1000);
  CHECK(server.api.spend().month_to_date(cut) == dollars(2) + kCents * 3);
}

TEST_CASE("an answer that has not begun is not billed, but its input stays charged") {
  RunPlan plan = small_plan();
  const LimiterId input = add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 60'000);
  plan.limits.max_concurrent = 1;
  ApiBench server(plan);
  const RequestSpec spec = server.ask();
  REQUIRE(server.admits({}, spec));
  CHECK_FALSE(server.admits({}, spec));
  const Admitted first = server.admitted;
  Exchange exchange;
  Admitted given_up = first;
  server.api.finish(at(milliseconds(500)), spec, given_up, exchange);
  CHECK_FALSE(exchange.billed);
  CHECK(exchange.outcome.usage == Usage{});
  CHECK(server.taken(input, seconds(1)) == 1000);
  CHECK(server.api.spend().month_to_date(at(seconds(1))) == Money{});
  CHECK(server.admits(seconds(1), spec));  // its place is free again
}

TEST_CASE("a refusal costs nothing, books no spend and counts against no limit") {
  RunPlan plan = small_plan();
  const LimiterId requests = add_limit(plan, LimitType::kRequestsPerMinute, 1);
  ApiBench server(plan);
  server.serve({}, server.ask());
  const Money spent = server.api.spend().month_to_date(at(seconds(3)));
  for (int i = 0; i < 100; ++i) CHECK_FALSE(server.admits(seconds(3), server.ask()));
  CHECK(server.refusal.usage == Usage{});
  CHECK(server.api.spend().month_to_date(at(seconds(3))) == spent);
  CHECK(server.taken(requests, seconds(3)) == 1);
}

TEST_CASE("a price change applies to requests that start after its date, not to those in flight") {
  RunPlan plan = small_plan();
  PriceRow doubled = testing::small_prices();
  for (std::int64_t& price : doubled.bands[0].per_token) price *= 2;
  doubled.effective_from_ns = plan.start_unix_ns + kDayNs;  // midnight UTC
  plan.models[0].prices[0].effective_until_ns = doubled.effective_from_ns;
  plan.models[0].prices.push_back(doubled);
  ApiBench server(plan);
  // Starts 1 ns before midnight and ends after it.
  const Exchange before = server.serve(hours(24) - nanoseconds(1), server.ask());
  CHECK(before.outcome.ended > at(hours(24)));
  CHECK(before.cost.total() == dollars(2) + kCents * 10);
  const Exchange after = server.serve(hours(24), server.ask());
  CHECK(after.cost.total() == before.cost.total() + before.cost.total());
}

TEST_CASE("a model without a price is served and reported as unpriced, not as free") {
  RunPlan plan = small_plan();
  plan.models[0].prices.clear();
  ApiBench server(plan);
  const Exchange exchange = server.serve({}, server.ask());
  CHECK_FALSE(exchange.priced);
  CHECK_FALSE(exchange.billed);
  CHECK(exchange.outcome.usage.prompt_tokens() == 1000);
}

TEST_CASE("a spend limit reached gives 429 without retry-after, or 400 for the customer's own") {
  for (const bool own : {false, true}) {
    CAPTURE(own);
    RunPlan plan = small_plan();
    (own ? plan.spend.organization_limit : plan.spend.tier_cap) = dollars(2);
    ApiBench server(plan);
    server.serve({}, server.ask());
    CHECK_FALSE(server.admits(seconds(5), server.ask()));
    CHECK(server.refusal.error == (own ? ErrorKind::kInvalidRequest : ErrorKind::kRateLimit));
    CHECK(server.refusal.limit == LimitCause::kSpend);
    CHECK_FALSE(server.refusal.retry_after.has_value());
    CHECK_FALSE(server.refusal.should_retry.has_value());
    // A new month begins with a clean slate.
    CHECK(server.admits(hours(24 * 31), server.ask()));
  }
}

TEST_CASE("a batch request costs half and is charged to no Messages limiter") {
  RunPlan plan = small_plan();
  const LimiterId requests = add_limit(plan, LimitType::kRequestsPerMinute, 10);
  const LimiterId input = add_limit(plan, LimitType::kInputTokensPerMinuteCacheAware, 10'000);
  ApiBench server(plan);
  Exchange exchange;
  server.api.bill_batch(at(seconds(1)), server.ask(), exchange);
  CHECK(exchange.cost.total() == dollars(1) + kCents * 5);
  CHECK(server.api.spend().month_to_date(at(seconds(1))) == dollars(1) + kCents * 5);
  CHECK(server.taken(requests, seconds(1)) == 0);
  CHECK(server.taken(input, seconds(1)) == 0);
}

}  // namespace
}  // namespace sluice
