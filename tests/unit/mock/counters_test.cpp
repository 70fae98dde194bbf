#include "mock/counters.hpp"

#include "support/catch.hpp"

namespace sluice::mock {
namespace {

constexpr std::string_view kMessages = "POST /v1/messages";

ServedRequest admitted() {
  ServedRequest served;
  served.route = kMessages;
  served.admitted = true;
  return served;
}

ServedRequest refused(LimitCause cause, std::uint16_t limiter) {
  ServedRequest served;
  served.route = kMessages;
  served.status = 429;
  served.outcome.limit = cause;
  served.outcome.limiter = limiter;
  return served;
}

TEST_CASE("calls are counted by route and status") {
  Counters counters;
  counters.decided(admitted());
  counters.decided(admitted());
  counters.decided(refused(LimitCause::kRequests, 0));
  ServedRequest count = refused(LimitCause::kRequests, 0);
  count.route = "POST /v1/messages/count_tokens";
  counters.decided(count);
  const auto sums = counters.by_route();
  CHECK(sums.size() == 3);
  CHECK(sums.at({kMessages, 200}) == 2);
  CHECK(counters.by_status() == std::map<int, std::uint64_t>{{200, 2}, {429, 2}});
}

TEST_CASE("a 429 counts for its cause and its limiter") {
  Counters counters;
  counters.decided(refused(LimitCause::kInputTokens, 3));
  counters.decided(refused(LimitCause::kConcurrency, Outcome::kNoLimiter));
  CHECK(counters.rate_limited[static_cast<std::size_t>(LimitCause::kInputTokens)] == 1);
  CHECK(counters.rate_limited[static_cast<std::size_t>(LimitCause::kConcurrency)] == 1);
  CHECK(counters.refused_by_limiter == std::vector<std::uint64_t>{0, 0, 0, 1});
}

TEST_CASE("a 429 that was asked for by header is no limit's") {
  Counters counters;
  ServedRequest asked = refused(LimitCause::kRequests, Outcome::kNoLimiter);
  asked.outcome.limit.reset();
  asked.injected = true;
  counters.decided(asked);
  CHECK(counters.rate_limited_injected == 1);
  CHECK(counters.injected == 1);
  CHECK(counters.rate_limited == decltype(counters.rate_limited){});
}

TEST_CASE("a 400 for a customer's own spend limit is not rate limited") {
  Counters counters;
  ServedRequest served = refused(LimitCause::kSpend, Outcome::kNoLimiter);
  served.status = 400;
  counters.decided(served);
  CHECK(counters.rate_limited == decltype(counters.rate_limited){});
  CHECK(counters.rate_limited_injected == 0);
}

TEST_CASE("the most requests in flight at once are remembered") {
  Counters counters;
  counters.decided(admitted());
  counters.decided(admitted());
  counters.ended(admitted());
  counters.decided(admitted());
  CHECK(counters.in_flight == 2);
  CHECK(counters.in_flight_max == 2);
}

TEST_CASE("tokens, money and times are added up where a request is over") {
  Counters counters;
  ServedRequest served = admitted();
  served.spec.model = ModelId{1};
  served.arrived = kRunStart + seconds(1);
  counters.decided(served);
  CHECK(counters.models.empty());
  served.outcome.usage.output_tokens = 30;
  served.outcome.first_token = kRunStart + seconds(2);
  served.outcome.ended = kRunStart + seconds(4);
  served.billed = true;
  served.cost.by_category[0] = Money::from_dollars(2);
  served.saved_by_cache = Money::from_dollars(1);
  counters.ended(served);
  REQUIRE(counters.models.size() == 2);
  CHECK(counters.models[1].usage.output_tokens == 30);
  CHECK(counters.total().cost.total() == Money::from_dollars(2));
  CHECK(counters.total().saved_by_cache == Money::from_dollars(1));
  CHECK(counters.ttft.max() == 1'000'000'000U);
  CHECK(counters.duration.max() == 3'000'000'000U);
}

TEST_CASE("a request that ended before its first token has no time to it") {
  Counters counters;
  ServedRequest served = admitted();
  counters.decided(served);
  served.client_gone = true;
  served.outcome.ended = kRunStart + seconds(1);
  counters.ended(served);
  CHECK(counters.ttft.empty());
  CHECK(counters.duration.count() == 1);
  CHECK(counters.client_gone == 1);
}

}  // namespace
}  // namespace sluice::mock
