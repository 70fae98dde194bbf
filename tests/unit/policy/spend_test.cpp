#include "policy/spend.hpp"

#include "base/calendar.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

using Limit = SpendRefusal::Limit;

constexpr WorkspaceId kTeam{1};
constexpr WorkspaceId kOther{2};
constexpr KeyId kKey{1};
constexpr KeyId kOtherKey{2};

TimePoint hour(std::int64_t count) { return kRunStart + hours(count); }
Money dollars(std::int64_t count) { return Money::from_dollars(count); }

// Twelve hours before the end of February 2026.
SpendSpec february() {
  SpendSpec spec;
  spec.start_unix_ns = UnixTime::midnight({2026, 2, 28}).nanoseconds + ns(hours(12));
  return spec;
}

TEST_CASE("without limits nothing is refused and all is booked") {
  SpendGuard guard(february());
  guard.book(hour(1), kTeam, kKey, dollars(1'000'000));
  CHECK_FALSE(guard.check(hour(1), kTeam, kKey));
  CHECK(guard.month_to_date(hour(1)) == dollars(1'000'000));
  CHECK(guard.month_to_date(hour(12)) == Money{});
}

TEST_CASE("the tier's cap refuses with a rate limit error from the moment it is reached") {
  SpendSpec spec = february();
  spec.tier_cap = dollars(500);
  spec.spent_before = dollars(400);
  SpendGuard guard(spec);
  guard.book(hour(1), kTeam, kKey, dollars(100) - Money::from_picodollars(1));
  CHECK_FALSE(guard.check(hour(1), kTeam, kKey));
  CHECK(guard.cap_reached_at() == kNever);
  guard.book(hour(2), kTeam, kKey, Money::from_picodollars(1));
  const auto refusal = guard.check(hour(3), kTeam, kKey);
  REQUIRE(refusal);
  CHECK(*refusal == SpendRefusal{.error = ErrorKind::kRateLimit, .limit = Limit::kTierCap});
  (void)guard.check(hour(4), kTeam, kKey);
  CHECK(guard.cap_reached_at() == hour(3));
}

TEST_CASE("a new UTC month lifts the cap at its first instant") {
  SpendSpec spec = february();
  spec.tier_cap = dollars(500);
  spec.spent_before = dollars(500);
  SpendGuard guard(spec);
  CHECK(guard.check(hour(12) - Duration{1}, kTeam, kKey));
  CHECK_FALSE(guard.check(hour(12), kTeam, kKey));
  guard.book(hour(12 + 24 * 31) - Duration{1}, kTeam, kKey, dollars(500));
  CHECK(guard.check(hour(12 + 24 * 31) - Duration{1}, kTeam, kKey));
  CHECK_FALSE(guard.check(hour(12 + 24 * 31), kTeam, kKey));
}

TEST_CASE("limits that the customer set refuse with an invalid request error, each in its scope") {
  SpendSpec spec = february();
  spec.organization_limit = dollars(100);
  spec.workspace_limits = {std::nullopt, dollars(10)};
  spec.key_limits = {std::nullopt, std::nullopt, dollars(5)};
  SpendGuard guard(spec);
  guard.book(hour(0), kTeam, kKey, dollars(10));
  const auto workspace = guard.check(hour(0), kTeam, kKey);
  REQUIRE(workspace);
  CHECK(workspace->error == ErrorKind::kInvalidRequest);
  CHECK(workspace->limit == Limit::kWorkspace);
  CHECK_FALSE(guard.check(hour(0), kOther, kOtherKey));
  guard.book(hour(0), kOther, kOtherKey, dollars(5));
  CHECK(guard.check(hour(0), kOther, kOtherKey)->limit == Limit::kKey);
  CHECK_FALSE(guard.check(hour(0), kOther, kKey));
  CHECK_FALSE(guard.check(hour(0), WorkspaceId{7}, KeyId{9}));
  guard.book(hour(0), WorkspaceId{7}, KeyId{9}, dollars(85));
  CHECK(guard.check(hour(0), WorkspaceId{7}, KeyId{9})->limit == Limit::kOrganization);
  CHECK_FALSE(guard.check(hour(12), kTeam, kOtherKey));
}

TEST_CASE("the tier's cap comes before the customer's own limits") {
  SpendSpec spec = february();
  spec.tier_cap = dollars(1);
  spec.organization_limit = dollars(1);
  SpendGuard guard(spec);
  guard.book(hour(0), kTeam, kKey, dollars(1));
  CHECK(guard.check(hour(0), kTeam, kKey)->limit == Limit::kTierCap);
}

TEST_CASE("prepaid credit does not come back with a new month") {
  SpendSpec spec = february();
  spec.credit = dollars(20);
  spec.spent_before = dollars(1'000);
  SpendGuard guard(spec);
  CHECK_FALSE(guard.check(hour(0), kTeam, kKey));
  guard.book(hour(0), kTeam, kKey, dollars(12));
  CHECK(guard.credit_left() == dollars(8));
  guard.book(hour(13), kOther, kOtherKey, dollars(8));
  const auto refusal = guard.check(hour(24 * 100), kTeam, kKey);
  REQUIRE(refusal);
  CHECK(*refusal == SpendRefusal{.error = ErrorKind::kInvalidRequest, .limit = Limit::kCredit});
}

TEST_CASE("an alert fires once a month, at the booking that reaches its threshold") {
  SpendSpec spec = february();
  spec.spent_before = dollars(30);
  spec.alerts = {{.threshold = dollars(100)}, {.threshold = dollars(50)}};
  SpendGuard guard(spec);
  guard.book(hour(1), kTeam, kKey, dollars(20));
  guard.book(hour(2), kTeam, kKey, dollars(49));
  guard.book(hour(3), kTeam, kKey, dollars(1));
  guard.book(hour(4), kTeam, kKey, dollars(1));
  guard.book(hour(12), kTeam, kKey, dollars(50));
  CHECK(guard.fired() == std::vector<AlertFired>{{.at = hour(1), .alert = 1},
                                                 {.at = hour(3), .alert = 0},
                                                 {.at = hour(12), .alert = 1}});
  CHECK_FALSE(guard.check(hour(12), kTeam, kKey));
}

TEST_CASE("an alert whose threshold was passed before the run fires at its start") {
  SpendSpec spec = february();
  spec.spent_before = dollars(100);
  spec.alerts = {{.threshold = dollars(100), .action = AlertAction::kRevoke}};
  SpendGuard guard(spec);
  CHECK(guard.fired() == std::vector<AlertFired>{{.at = kRunStart, .alert = 0}});
  CHECK(guard.check(hour(0), kTeam, kKey)->limit == Limit::kRevoked);
}

TEST_CASE("a revoking alert refuses its key with a permission error, next month too") {
  SpendSpec spec = february();
  spec.alerts = {{.key = kKey, .threshold = dollars(100)},
                 {.key = kKey, .threshold = dollars(200), .action = AlertAction::kRevoke}};
  SpendGuard guard(spec);
  guard.book(hour(1), kTeam, kKey, dollars(199));
  guard.book(hour(1), kTeam, kOtherKey, dollars(500));
  CHECK_FALSE(guard.check(hour(1), kTeam, kKey));
  guard.book(hour(2), kOther, kKey, dollars(1));
  for (const TimePoint now : {hour(2), hour(24 * 60)}) {
    const auto refusal = guard.check(now, kTeam, kKey);
    REQUIRE(refusal);
    CHECK(*refusal == SpendRefusal{.error = ErrorKind::kPermission, .limit = Limit::kRevoked});
    CHECK_FALSE(guard.check(now, kTeam, kOtherKey));
  }
}

TEST_CASE("a revoking alert on a workspace refuses all of its keys") {
  SpendSpec spec = february();
  spec.alerts = {{.workspace = kTeam, .threshold = dollars(10), .action = AlertAction::kRevoke}};
  SpendGuard guard(spec);
  guard.book(hour(1), kTeam, kKey, dollars(10));
  CHECK(guard.check(hour(1), kTeam, kOtherKey)->limit == Limit::kRevoked);
  CHECK_FALSE(guard.check(hour(1), kOther, kKey));
}

TEST_CASE("limits that are set at run time count what was spent before") {
  SpendGuard spend(SpendSpec{});
  spend.book(kRunStart, WorkspaceId{}, KeyId{}, Money::from_dollars(3));
  CHECK_FALSE(spend.check(kRunStart, WorkspaceId{}, KeyId{}));
  spend.set_tier_cap(Money::from_dollars(3));
  REQUIRE(spend.check(kRunStart, WorkspaceId{}, KeyId{}));
  CHECK(spend.check(kRunStart, WorkspaceId{}, KeyId{})->limit == SpendRefusal::Limit::kTierCap);
  spend.set_tier_cap(std::nullopt);
  spend.set_organization_limit(Money::from_dollars(2));
  REQUIRE(spend.check(kRunStart, WorkspaceId{}, KeyId{}));
  spend.set_organization_limit(std::nullopt);
  CHECK_FALSE(spend.check(kRunStart, WorkspaceId{}, KeyId{}));
}

TEST_CASE("credit that is set at run time is what is left from then on") {
  SpendGuard spend(SpendSpec{});
  spend.book(kRunStart, WorkspaceId{}, KeyId{}, Money::from_dollars(3));
  spend.set_credit_left(Money::from_dollars(1));
  CHECK(spend.credit_left() == Money::from_dollars(1));
  CHECK_FALSE(spend.check(kRunStart, WorkspaceId{}, KeyId{}));
  spend.book(kRunStart, WorkspaceId{}, KeyId{}, Money::from_dollars(1));
  CHECK(spend.check(kRunStart, WorkspaceId{}, KeyId{}));
  spend.set_credit_left(std::nullopt);
  CHECK_FALSE(spend.check(kRunStart, WorkspaceId{}, KeyId{}));
}

}  // namespace
}  // namespace sluice
