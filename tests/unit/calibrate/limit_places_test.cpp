// Which limiters a run is said to have met.
#include "calibrate/limit_places.hpp"

#include "support/catch.hpp"

namespace sluice::calibrate {
namespace {

LimitAttempt shown(ShownKind kind, std::int64_t limit, std::uint32_t workspace = 0) {
  LimitAttempt attempt;
  attempt.fate = AttemptFate::kServed;
  attempt.workspace = workspace;
  attempt.shown[static_cast<std::size_t>(kind)] = {.limit = limit, .remaining = limit};
  return attempt;
}

LimitAttempt refused(LimitCause cause) {
  LimitAttempt attempt;
  attempt.fate = AttemptFate::kRefused;
  attempt.cause = cause;
  return attempt;
}

TEST_CASE("one limit in all workspaces is the organization's") {
  const auto found =
      find_limiters({shown(ShownKind::kRequests, 50, 0), shown(ShownKind::kRequests, 50, 1)});
  REQUIRE(found.size() == 1);
  CHECK_FALSE(found[0].workspace);
  CHECK(found[0].place.limit == 50);
  CHECK(found[0].answers == 2);
}

TEST_CASE("limits that differ between workspaces are theirs") {
  const auto found =
      find_limiters({shown(ShownKind::kRequests, 50, 0), shown(ShownKind::kRequests, 20, 1)});
  REQUIRE(found.size() == 2);
  CHECK(found[0].workspace == 0U);
  CHECK(found[0].place.limit == 50);
  CHECK(found[1].workspace == 1U);
  CHECK(found[1].place.limit == 20);
}

TEST_CASE("a limit that changed is the one that most answers showed") {
  const auto found =
      find_limiters({shown(ShownKind::kRequests, 50), shown(ShownKind::kRequests, 50),
                     shown(ShownKind::kRequests, 80)});
  REQUIRE(found.size() == 1);
  CHECK(found[0].place.limit == 50);
  CHECK(found[0].answers == 2);
  CHECK(found[0].other_limits == 1);
}

TEST_CASE("tokens that are input and output summed are no limiter") {
  LimitAttempt attempt = shown(ShownKind::kInput, 30'000);
  attempt.shown[static_cast<std::size_t>(ShownKind::kOutput)] = {.limit = 8000};
  attempt.shown[static_cast<std::size_t>(ShownKind::kTokens)] = {.limit = 38'000};
  const auto found = find_limiters({attempt});
  REQUIRE(found.size() == 2);
  CHECK(found[0].place.type == LimitType::kInputTokensPerMinuteCacheAware);
  CHECK(found[0].place.is_cause_sure);
  CHECK(found[1].place.type == LimitType::kOutputTokensPerMinute);
}

TEST_CASE("tokens with a limit of their own are one, and input's refusals are in doubt") {
  LimitAttempt attempt = shown(ShownKind::kInput, 30'000);
  attempt.shown[static_cast<std::size_t>(ShownKind::kTokens)] = {.limit = 20'000};
  LimitAttempt refusal = attempt;
  refusal.fate = AttemptFate::kRefused;
  refusal.cause = LimitCause::kInputTokens;
  const auto found = find_limiters({attempt, refusal});
  REQUIRE(found.size() == 2);
  CHECK(found[0].place.type == LimitType::kTokensPerMinute);
  CHECK_FALSE(found[1].place.is_cause_sure);
  CHECK(found[1].refusals == 0);
}

TEST_CASE("without headers a limit is known by its refusals alone") {
  const auto found =
      find_limiters({refused(LimitCause::kOutputTokens), refused(LimitCause::kSpend)});
  REQUIRE(found.size() == 1);
  CHECK(found[0].place.type == LimitType::kOutputTokensPerMinute);
  CHECK(found[0].place.limit == 0);
  CHECK(found[0].refusals == 1);
}

}  // namespace
}  // namespace sluice::calibrate
