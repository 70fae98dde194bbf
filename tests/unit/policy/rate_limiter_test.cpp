#include "policy/rate_limiter.hpp"

#include "support/catch.hpp"
#include "support/instants.hpp"

namespace sluice {
namespace {

using testing::second;

constexpr WorkspaceId kDefaultWorkspace{0};
constexpr WorkspaceId kTeamWorkspace{1};
constexpr GroupId kOpus{0};
constexpr GroupId kHaiku{1};

LimiterSpec organization(LimitType type, std::int64_t limit, GroupId group = kOpus) {
  return {.workspace = std::nullopt, .group = group, .type = type, .limit = limit};
}
LimiterSpec workspace(LimitType type, std::int64_t limit) {
  return {.workspace = kTeamWorkspace, .group = kOpus, .type = type, .limit = limit};
}

RateLimiterSpec spec_of(std::vector<LimiterSpec> limiters) {
  RateLimiterSpec spec;
  spec.limiters = std::move(limiters);
  spec.workspace_count = 2;
  spec.group_count = 2;
  return spec;
}

// Requests, cache-aware input and output of one group: the common organization.
RateLimiterSpec three(std::int64_t requests, std::int64_t input, std::int64_t output) {
  return spec_of({organization(LimitType::kRequestsPerMinute, requests),
                  organization(LimitType::kInputTokensPerMinuteCacheAware, input),
                  organization(LimitType::kOutputTokensPerMinute, output)});
}

std::int64_t level(RateLimiter& limiter, std::uint16_t id, TimePoint now = kRunStart) {
  return limiter.bucket(LimiterId{id}).level(now);
}

RouteId standard(const RateLimiter& limiter) {
  return limiter.route(kDefaultWorkspace, kOpus, false);
}

TEST_CASE("an admitted request charges every limiter of its route") {
  RateLimiter limiter(three(50, 30'000, 8'000), kRunStart);
  const RequestCharge charge{.uncached_input = 1'000, .cached_input = 500, .max_tokens = 4'000};
  CHECK_FALSE(limiter.admit(kRunStart, standard(limiter), charge));
  CHECK(level(limiter, 0) == 49);
  CHECK(level(limiter, 1) == 29'000);
  CHECK(level(limiter, 2) == 8'000);
  CHECK(limiter.in_flight() == 1);
}

TEST_CASE("a refused request charges nothing at all") {
  RateLimiter limiter(three(50, 30'000, 8'000), kRunStart);
  const auto refusal = limiter.admit(kRunStart, standard(limiter), {.uncached_input = 30'001});
  REQUIRE(refusal);
  CHECK(refusal->cause == LimitCause::kInputTokens);
  CHECK(refusal->limiter == 1);
  CHECK(refusal->never_fits);
  CHECK(level(limiter, 0) == 50);
  CHECK(level(limiter, 1) == 30'000);
  CHECK(limiter.in_flight() == 0);
}

TEST_CASE("a refused attempt costs one request where refused attempts count") {
  RateLimiterSpec spec = three(1, 600, 8'000);
  spec.refused_attempts_count = true;
  RateLimiter limiter(spec, kRunStart);
  CHECK_FALSE(limiter.admit(kRunStart, standard(limiter), {.uncached_input = 600}));
  const auto refusal = limiter.admit(second(1), standard(limiter), {.uncached_input = 100});
  REQUIRE(refusal);
  CHECK(level(limiter, 0, second(1)) == -1);
  CHECK(level(limiter, 1, second(1)) == 10);
  CHECK(refusal->cause == LimitCause::kRequests);
  CHECK(refusal->wait == seconds(119));
}

TEST_CASE("the wait is the longest over all limiters that refused, and its limiter is the cause") {
  RateLimiter limiter(three(60, 60'000, 8'000), kRunStart);
  const RouteId route = standard(limiter);
  limiter.bucket(LimiterId{0}).debit(kRunStart, 60);
  limiter.bucket(LimiterId{1}).debit(kRunStart, 60'000);
  const auto input = limiter.admit(kRunStart, route, {.uncached_input = 16'000});
  REQUIRE(input);
  CHECK(input->cause == LimitCause::kInputTokens);
  CHECK(input->wait == seconds(16));
  const auto requests = limiter.admit(kRunStart, route, {.uncached_input = 500});
  REQUIRE(requests);
  CHECK(requests->cause == LimitCause::kRequests);
  CHECK(requests->wait == seconds(1));
  const auto tie = limiter.admit(kRunStart, route, {.uncached_input = 1'000});
  REQUIRE(tie);
  CHECK(tie->cause == LimitCause::kRequests);
}

TEST_CASE("on a tie the organization comes before the workspace, whatever their types") {
  RateLimiter limiter(spec_of({workspace(LimitType::kRequestsPerMinute, 60),
                               organization(LimitType::kInputTokensPerMinuteCacheAware, 60)}),
                      kRunStart);
  const RouteId route = limiter.route(kTeamWorkspace, kOpus, false);
  CHECK_FALSE(limiter.admit(kRunStart, route, {.uncached_input = 60}));
  limiter.bucket(LimiterId{0}).debit(kRunStart, 59);
  const auto refusal = limiter.admit(kRunStart, route, {.uncached_input = 1});
  REQUIRE(refusal);
  CHECK(refusal->limiter == 1);
}

TEST_CASE("a limiter that the request can never fit counts as the last to be ready") {
  RateLimiter limiter(three(1, 60'000, 8'000), kRunStart);
  limiter.bucket(LimiterId{0}).debit(kRunStart, 30);
  const auto refusal = limiter.admit(kRunStart, standard(limiter), {.uncached_input = 60'001});
  REQUIRE(refusal);
  CHECK(refusal->cause == LimitCause::kInputTokens);
  CHECK(refusal->never_fits);
  CHECK(refusal->wait == minutes(30));
}

TEST_CASE("retry-after is in whole seconds, rounded up, at least one") {
  CHECK(Refusal{.wait = Duration{0}}.retry_after() == seconds(1));
  CHECK(Refusal{.wait = Duration{1}}.retry_after() == seconds(1));
  CHECK(Refusal{.wait = seconds(16)}.retry_after() == seconds(16));
  CHECK(Refusal{.wait = seconds(16) + Duration{1}}.retry_after() == seconds(17));
  CHECK(Refusal{.wait = Duration::max()}.retry_after() == seconds(9'223'372'036));
}

TEST_CASE("a workspace limit applies beside the organization's, in its workspace and group alone") {
  RateLimiter limiter(spec_of({organization(LimitType::kRequestsPerMinute, 60),
                               organization(LimitType::kRequestsPerMinute, 60, kHaiku),
                               workspace(LimitType::kRequestsPerMinute, 2)}),
                      kRunStart);
  const RouteId team = limiter.route(kTeamWorkspace, kOpus, false);
  CHECK_FALSE(limiter.admit(kRunStart, team, {}));
  CHECK_FALSE(limiter.admit(kRunStart, team, {}));
  const auto refusal = limiter.admit(kRunStart, team, {});
  REQUIRE(refusal);
  CHECK(refusal->limiter == 2);
  CHECK_FALSE(limiter.admit(kRunStart, standard(limiter), {}));
  CHECK_FALSE(limiter.admit(kRunStart, limiter.route(kTeamWorkspace, kHaiku, false), {}));
  CHECK(level(limiter, 0) == 57);
  CHECK(level(limiter, 1) == 59);
  CHECK(level(limiter, 2) == 0);
}

TEST_CASE("cache reads count towards the plain input limit, not the cache-aware one") {
  RateLimiter limiter(spec_of({organization(LimitType::kInputTokensPerMinute, 1'000),
                               organization(LimitType::kInputTokensPerMinuteCacheAware, 1'000),
                               organization(LimitType::kTokensPerMinute, 1'000)}),
                      kRunStart);
  const RequestCharge charge{.uncached_input = 100, .cached_input = 300};
  CHECK_FALSE(limiter.admit(kRunStart, standard(limiter), charge));
  CHECK(level(limiter, 0) == 600);
  CHECK(level(limiter, 1) == 900);
  CHECK(level(limiter, 2) == 600);
}

TEST_CASE("fast requests meet the fast limiters instead of input and output") {
  RateLimiter limiter(spec_of({organization(LimitType::kRequestsPerMinute, 50),
                               organization(LimitType::kInputTokensPerMinuteCacheAware, 1'000),
                               organization(LimitType::kOutputTokensPerMinute, 1'000),
                               organization(LimitType::kTokensPerMinute, 5'000),
                               organization(LimitType::kFastInputTokensPerMinuteCacheAware, 100),
                               organization(LimitType::kFastOutputTokensPerMinute, 100)}),
                      kRunStart);
  const RouteId fast = limiter.route(kDefaultWorkspace, kOpus, true);
  CHECK(limiter.limiters(fast).size() == 4);
  CHECK(limiter.limiters(standard(limiter)).size() == 4);
  CHECK_FALSE(limiter.admit(kRunStart, fast, {.uncached_input = 90, .cached_input = 10}));
  CHECK(level(limiter, 0) == 49);
  CHECK(level(limiter, 1) == 1'000);
  CHECK(level(limiter, 3) == 4'900);
  CHECK(level(limiter, 4) == 10);
  const auto refusal = limiter.admit(kRunStart, fast, {.uncached_input = 11});
  REQUIRE(refusal);
  CHECK(refusal->limiter == 4);
}

TEST_CASE("the true input replaces the estimate when the response begins") {
  RateLimiter limiter(three(50, 30'000, 8'000), kRunStart);
  const RouteId route = standard(limiter);
  const RequestCharge estimate{.uncached_input = 10'000};
  CHECK_FALSE(limiter.admit(kRunStart, route, estimate));
  limiter.begin(kRunStart, route, {.estimated = estimate, .uncached_input = 31'000});
  CHECK(level(limiter, 1) == -1'000);
  limiter.begin(kRunStart, route, {.estimated = {.uncached_input = 31'000}, .uncached_input = 5});
  CHECK(level(limiter, 1) == 29'995);
}

TEST_CASE("a cache read that was expected and missed moves between the input limits") {
  RateLimiter limiter(spec_of({organization(LimitType::kInputTokensPerMinute, 1'000),
                               organization(LimitType::kInputTokensPerMinuteCacheAware, 1'000),
                               organization(LimitType::kTokensPerDay, 14'400'000)}),
                      kRunStart);
  const RouteId route = standard(limiter);
  const RequestCharge estimate{.uncached_input = 100, .cached_input = 300};
  CHECK_FALSE(limiter.admit(kRunStart, route, estimate));
  limiter.begin(kRunStart, route, {.estimated = estimate, .uncached_input = 410});
  CHECK(level(limiter, 0) == 590);
  CHECK(level(limiter, 1) == 590);
  CHECK(level(limiter, 2) == 14'399'590);
  const RateLimiter::Begin hit{
      .estimated = {.uncached_input = 410}, .uncached_input = 100, .cached_input = 300};
  limiter.begin(kRunStart, route, hit);
  CHECK(level(limiter, 0) == 600);
  CHECK(level(limiter, 1) == 900);
}

TEST_CASE(
    "streaming output is admitted while the level is positive, drains, and may go into debt") {
  RateLimiter limiter(three(50, 30'000, 600), kRunStart);
  const RouteId route = standard(limiter);
  const RequestCharge charge{.uncached_input = 1, .max_tokens = 100'000};
  CHECK_FALSE(limiter.admit(kRunStart, route, charge));
  limiter.begin(kRunStart, route,
                {.estimated = charge, .uncached_input = 1, .tokens_per_minute = 6'000});
  CHECK(limiter.output_dry_at(second(1), route) < second(7));
  CHECK(limiter.output_dry_at(second(1), limiter.route(kTeamWorkspace, kHaiku, false)) == kNever);
  CHECK(level(limiter, 2, second(10)) == -300);
  const auto refusal = limiter.admit(second(10), route, charge);
  REQUIRE(refusal);
  CHECK(refusal->cause == LimitCause::kOutputTokens);
  CHECK(refusal->wait == seconds(30) + Duration{1});
  limiter.finish(second(10), route,
                 {.output_tokens = 999, .tokens_per_minute = 6'000, .streamed = seconds(10)});
  CHECK(level(limiter, 2, second(10)) == -299);
  CHECK(limiter.bucket(LimiterId{2}).taken(second(10)) == 999);
  CHECK(limiter.in_flight() == 0);
}

TEST_CASE("reserve_settle takes max_tokens at admission and gives the rest back at the end") {
  RateLimiterSpec spec = three(50, 30'000, 8'000);
  spec.output_charge = ChargeMode::kReserveSettle;
  RateLimiter limiter(spec, kRunStart);
  const RouteId route = standard(limiter);
  const RequestCharge charge{.uncached_input = 10, .max_tokens = 4'096};
  CHECK_FALSE(limiter.admit(kRunStart, route, charge));
  CHECK(level(limiter, 2) == 3'904);
  CHECK(limiter.admit(kRunStart, route, charge)->cause == LimitCause::kOutputTokens);
  limiter.begin(kRunStart, route, {.estimated = charge, .uncached_input = 10});
  limiter.finish(kRunStart, route, {.max_tokens = 4'096, .output_tokens = 96});
  CHECK(level(limiter, 2) == 7'904);
}

TEST_CASE("a request that never began gets its reservation back and leaves its input charged") {
  RateLimiterSpec spec = three(50, 30'000, 8'000);
  spec.output_charge = ChargeMode::kReserveSettle;
  RateLimiter limiter(spec, kRunStart);
  const RequestCharge charge{.uncached_input = 10, .max_tokens = 4'096};
  CHECK_FALSE(limiter.admit(kRunStart, standard(limiter), charge));
  limiter.abandon(kRunStart, standard(limiter), charge);
  CHECK(level(limiter, 1) == 29'990);
  CHECK(level(limiter, 2) == 8'000);
  CHECK(limiter.in_flight() == 0);
}

TEST_CASE("post charges output when the response ends") {
  RateLimiterSpec spec = three(50, 30'000, 8'000);
  spec.output_charge = ChargeMode::kPost;
  RateLimiter limiter(spec, kRunStart);
  const RouteId route = standard(limiter);
  CHECK_FALSE(limiter.admit(kRunStart, route, {.max_tokens = 100'000}));
  limiter.begin(kRunStart, route, {.tokens_per_minute = 6'000});
  CHECK(level(limiter, 2) == 8'000);
  limiter.finish(kRunStart, route, {.output_tokens = 8'000});
  CHECK(level(limiter, 2) == 0);
  CHECK(limiter.admit(kRunStart, route, {})->wait == Duration{1});
}

TEST_CASE("tokens_per_minute needs room for the input and a positive level, and counts both") {
  RateLimiter limiter(spec_of({organization(LimitType::kTokensPerMinute, 600)}), kRunStart);
  const RouteId route = standard(limiter);
  CHECK(limiter.admit(kRunStart, route, {.uncached_input = 601})->never_fits);
  const RequestCharge charge{.uncached_input = 600};
  CHECK_FALSE(limiter.admit(kRunStart, route, charge));
  CHECK(limiter.admit(kRunStart, route, {.uncached_input = 0})->wait == Duration{1});
  limiter.begin(kRunStart, route,
                {.estimated = charge, .uncached_input = 600, .tokens_per_minute = 1'200});
  limiter.finish(second(1), route,
                 {.output_tokens = 20, .tokens_per_minute = 1'200, .streamed = seconds(1)});
  CHECK(level(limiter, 0, second(1)) == -10);
}

TEST_CASE("the bucket of tokens_per_day holds a day and refills over one") {
  RateLimiter limiter(spec_of({organization(LimitType::kTokensPerDay, 14'400)}), kRunStart);
  CHECK(level(limiter, 0) == 14'400);
  CHECK_FALSE(limiter.admit(kRunStart, standard(limiter), {.uncached_input = 14'400}));
  CHECK(limiter.admit(kRunStart, standard(limiter), {.uncached_input = 1})->wait == seconds(6));
}

TEST_CASE("a full house refuses for concurrency, whose wait is unknown") {
  RateLimiterSpec spec = three(50, 30'000, 8'000);
  spec.max_concurrent = 1;
  RateLimiter limiter(spec, kRunStart);
  const RouteId route = standard(limiter);
  CHECK_FALSE(limiter.admit(kRunStart, route, {}));
  const auto refusal = limiter.admit(kRunStart, route, {});
  REQUIRE(refusal);
  CHECK(refusal->cause == LimitCause::kConcurrency);
  CHECK(refusal->limiter == 0xffff);
  CHECK(refusal->retry_after() == seconds(1));
  limiter.bucket(LimiterId{0}).debit(kRunStart, 49);
  CHECK(limiter.admit(kRunStart, route, {})->cause == LimitCause::kRequests);
  limiter.abandon(kRunStart, route, {});
  CHECK_FALSE(limiter.admit(second(2), route, {}));
}

TEST_CASE("the ramp limit refuses until the next minute boundary, and its refusals raise it") {
  RateLimiterSpec spec = three(50, 30'000, 8'000);
  spec.ramp = RampSpec{.initial = 1'000, .step = 500};
  spec.calendar_offset_ns = ns(seconds(50));
  RateLimiter limiter(spec, kRunStart);
  const RouteId route = standard(limiter);
  CHECK_FALSE(limiter.admit(kRunStart, route, {.uncached_input = 1'000, .cached_input = 9'000}));
  const auto refusal = limiter.admit(kRunStart, route, {.uncached_input = 1});
  REQUIRE(refusal);
  CHECK(refusal->cause == LimitCause::kRamp);
  CHECK(refusal->limiter == 0xffff);
  CHECK(refusal->wait == seconds(10));
  CHECK(limiter.ramp_limit(second(0)) == 1'000);
  CHECK(limiter.ramp_limit(second(10)) == 1'500);
  CHECK_FALSE(limiter.admit(second(10), route, {.uncached_input = 1'500}));
  CHECK(limiter.admit(second(10), route, {.uncached_input = 1})->cause == LimitCause::kRamp);
}

TEST_CASE("a changed limit holds from that instant") {
  RateLimiter limiter(three(50, 30'000, 8'000), kRunStart);
  limiter.set_limit(kRunStart, LimiterId{0}, 10);
  CHECK(level(limiter, 0) == 10);
  CHECK(limiter.spec(LimiterId{0}).limit == 10);
  CHECK(limiter.size() == 3);
}

TEST_CASE("types with a burst of their own are counted when bursts are compared or divided") {
  RateLimiterSpec spec = three(60, 6000, 600);
  const auto own = [&spec](LimitType type) -> std::optional<Duration>& {
    return spec.bursts[static_cast<std::size_t>(type)];
  };
  CHECK(spec.longest_burst() == minutes(1));
  own(LimitType::kRequestsPerMinute) = seconds(10);
  CHECK(spec.longest_burst() == minutes(1));
  own(LimitType::kOutputTokensPerMinute) = minutes(3);
  CHECK(spec.longest_burst() == minutes(3));
  spec.divide_bursts(4);
  CHECK(spec.burst_of(LimitType::kRequestsPerMinute) == milliseconds(2500));
  CHECK(spec.burst_of(LimitType::kOutputTokensPerMinute) == seconds(45));
  CHECK(spec.burst_of(LimitType::kInputTokensPerMinuteCacheAware) == seconds(15));
  // What has no burst of its own follows the common one.
  CHECK_FALSE(own(LimitType::kInputTokensPerMinuteCacheAware));
  RateLimiter limiter{spec, kRunStart};
  CHECK(limiter.bucket(LimiterId{0}).capacity() == 2);
  CHECK(limiter.bucket(LimiterId{1}).capacity() == 1500);
  CHECK(limiter.bucket(LimiterId{2}).capacity() == 450);
}

}  // namespace
}  // namespace sluice
