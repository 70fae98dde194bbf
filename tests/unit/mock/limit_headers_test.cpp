#include "mock/limit_headers.hpp"

#include "mock/mock_plan.hpp"
#include "support/catch.hpp"

namespace sluice::mock {
namespace {

constexpr UnixTime kToday{1'700'000'000'000'000'000};

RateLimiterSpec limits(std::vector<LimiterSpec> limiters) {
  RateLimiterSpec spec;
  spec.workspace_count = 2;
  spec.limiters = std::move(limiters);
  return spec;
}

wire::RateLimitHeaders read_limits(RateLimiter& limiter, WorkspaceId workspace, bool fast = false) {
  const RouteId route = limiter.route(workspace, GroupId{}, fast);
  return LimitSnapshot(limiter, route, kRunStart, {.now = kToday}).headers();
}

LimiterSpec limit_of(LimitType type, std::int64_t limit,
                     std::optional<WorkspaceId> workspace = std::nullopt) {
  return {.workspace = workspace, .group = GroupId{}, .type = type, .limit = limit};
}

TEST_CASE("tokens together are input and output summed, full when either is") {
  RateLimiter limiter(limits({limit_of(LimitType::kInputTokensPerMinuteCacheAware, 200'000),
                              limit_of(LimitType::kOutputTokensPerMinute, 80'000)}),
                      kRunStart);
  limiter.bucket(LimiterId{0}).debit(kRunStart, 210'000);
  const auto headers = read_limits(limiter, WorkspaceId{});
  REQUIRE(headers.tokens);
  CHECK(headers.input_tokens->remaining == 0);  // in debt
  CHECK(headers.input_tokens->full_at == kToday + seconds(63));
  CHECK(headers.tokens->limit == 280'000);
  CHECK(headers.tokens->remaining == 80'000);
  CHECK(headers.tokens->full_at == kToday);
  CHECK_FALSE(headers.requests);
}

TEST_CASE("a limit on tokens together stands for itself") {
  RateLimiter limiter(limits({limit_of(LimitType::kInputTokensPerMinuteCacheAware, 200'000),
                              limit_of(LimitType::kOutputTokensPerMinute, 80'000),
                              limit_of(LimitType::kTokensPerMinute, 90'000)}),
                      kRunStart);
  CHECK(read_limits(limiter, WorkspaceId{}).tokens->limit == 90'000);
}

TEST_CASE("the limiter with the least left is shown, open ones are not") {
  const WorkspaceId team{1};
  RateLimiter limiter(limits({limit_of(LimitType::kRequestsPerMinute, 100),
                              limit_of(LimitType::kRequestsPerMinute, 60, team),
                              limit_of(LimitType::kOutputTokensPerMinute, kNoLimit, team)}),
                      kRunStart);
  CHECK(read_limits(limiter, WorkspaceId{}).requests->limit == 100);
  CHECK(read_limits(limiter, team).requests->limit == 60);
  CHECK_FALSE(read_limits(limiter, team).output_tokens);
  limiter.bucket(LimiterId{0}).debit(kRunStart, 70);
  CHECK(read_limits(limiter, team).requests->limit == 100);
}

TEST_CASE("fast mode shows its own limits and none of the standard ones") {
  RateLimiter limiter(limits({limit_of(LimitType::kRequestsPerMinute, 100),
                              limit_of(LimitType::kInputTokensPerMinuteCacheAware, 200'000),
                              limit_of(LimitType::kFastInputTokensPerMinuteCacheAware, 5'000)}),
                      kRunStart);
  const auto headers = read_limits(limiter, WorkspaceId{}, true);
  CHECK(headers.requests);
  CHECK(headers.fast_input_tokens->limit == 5'000);
  CHECK_FALSE(headers.input_tokens);
}

}  // namespace
}  // namespace sluice::mock
