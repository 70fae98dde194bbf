// How long a month's money lasts, against sums that can be done in the head.
#include "experiment/spend_time.hpp"

#include "base/calendar.hpp"
#include "support/catch.hpp"

namespace {

using namespace sluice;

constexpr double kDay = 86'400;  // seconds

Money usd(std::int64_t dollars) { return Money::from_decimal(std::to_string(dollars)).value(); }

// $300 a month for each of two keys, the second in a workspace of its own, from the 1st on.
struct Case {
  std::vector<double> per_month{300, 300};
  std::vector<KeyPlan> keys{{.name = "product", .workspace = WorkspaceId{0}},
                            {.name = "lab", .workspace = WorkspaceId{1}}};
  SpendSpec spend;

  Case() {
    spend.tier_cap = usd(100);
    spend.start_unix_ns = UnixTime::parse("2026-11-01T00:00:00Z").value().nanoseconds;
  }
  std::optional<double> lasts() const { return spend_lasts(per_month, keys, spend); }
};

}  // namespace

TEST_CASE("a cap lasts as long as all keys together take to spend what is left of it") {
  Case c;
  CHECK(c.lasts().value() == Approx(5 * kDay));
  c.spend.spent_before = usd(40);
  CHECK(c.lasts().value() == Approx(3 * kDay));
  c.spend.spent_before = usd(140);
  CHECK(c.lasts().value() == 0);
}

TEST_CASE("a key that an alert revokes leaves the rest of the cap to the others") {
  Case c;
  c.spend.alerts = {{.key = KeyId{1}, .threshold = usd(20), .action = AlertAction::kRevoke}};
  CHECK(c.lasts().value() == Approx(8 * kDay));  // $20 of it, and $80 of the other at $10 a day
  c.spend.alerts[0].action = AlertAction::kNotify;
  CHECK(c.lasts().value() == Approx(5 * kDay));
}

TEST_CASE("limits of a workspace or a key, and alerts on a workspace, stop what they are of") {
  Case c;
  SECTION("limit of a workspace") { c.spend.workspace_limits = {std::nullopt, usd(20)}; }
  SECTION("limit of a key") { c.spend.key_limits = {std::nullopt, usd(20)}; }
  SECTION("alert on a workspace") {
    c.spend.alerts = {
        {.workspace = WorkspaceId{1}, .threshold = usd(20), .action = AlertAction::kRevoke}};
  }
  CHECK(c.lasts().value() == Approx(8 * kDay));
}

TEST_CASE("an alert on all spending that revokes is a limit like the organization's own") {
  Case c;
  c.spend.alerts = {{.threshold = usd(60), .action = AlertAction::kRevoke}};
  CHECK(c.lasts().value() == Approx(3 * kDay));
}

TEST_CASE("where all keys have stopped, the cap is never gone") {
  Case c;
  c.spend.key_limits = {usd(30), usd(30)};
  CHECK_FALSE(c.lasts().has_value());
}

TEST_CASE("what the rest of a month does not spend, a whole one may") {
  Case c;
  c.spend.start_unix_ns = UnixTime::parse("2026-11-29T00:00:00Z").value().nanoseconds;
  CHECK(c.lasts().value() == Approx(5 * kDay));
  // Revoked within these two days, the key is not there in December.
  c.spend.alerts = {{.key = KeyId{1}, .threshold = usd(5), .action = AlertAction::kRevoke}};
  CHECK(c.lasts().value() == Approx(10 * kDay));
  // Its own limit begins anew: $5 again, and $95 of the other.
  c.spend.alerts.clear();
  c.spend.key_limits = {std::nullopt, usd(5)};
  CHECK(c.lasts().value() == Approx(9.5 * kDay));
  c.spend.tier_cap.reset();
  CHECK_FALSE(c.lasts().has_value());
}
