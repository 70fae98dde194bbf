// How long money lasts, against sums that can be done in the head.
#include "experiment/spend_time.hpp"

#include "base/calendar.hpp"
#include "support/catch.hpp"

namespace {

using namespace sluice;
using Limit = MoneyLimit;

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
  std::optional<MoneyEnd> end() const { return money_end(per_month, keys, spend); }
  std::optional<double> lasts() const {
    const auto its = end();
    return its ? std::optional(its->after) : std::nullopt;
  }
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

TEST_CASE("where all keys have stopped, the last one's limit is the end, and no cap") {
  Case c;
  c.spend.key_limits = {usd(30), usd(20)};
  CHECK(c.lasts().value() == Approx(3 * kDay));
  CHECK(c.end()->limit == Limit::kKey);
  CHECK_FALSE(c.end()->dollars.has_value());
  c.spend.key_limits = {usd(30), std::nullopt};
  c.spend.alerts = {
      {.workspace = WorkspaceId{1}, .threshold = usd(40), .action = AlertAction::kRevoke}};
  CHECK(c.lasts().value() == Approx(4 * kDay));
  CHECK(c.end()->limit == Limit::kKeyAlert);
}

TEST_CASE("the end of money names the limit that is first: cap, own limit, alert or credit") {
  Case c;
  CHECK(c.end() == MoneyEnd{Limit::kTierCap, 5 * kDay, 100.0});
  c.spend.credit = usd(80);
  CHECK(c.end() == MoneyEnd{Limit::kCredit, 4 * kDay, 80.0});
  c.spend.organization_limit = usd(60);
  CHECK(c.end() == MoneyEnd{Limit::kOrganization, 3 * kDay, 60.0});
  c.spend.alerts = {{.threshold = usd(40), .action = AlertAction::kRevoke}};
  CHECK(c.end() == MoneyEnd{Limit::kAlert, 2 * kDay, 40.0});
  // What was spent before the run has been paid for: it is no part of the credit that is left.
  c.spend.spent_before = usd(20);
  c.spend.credit = usd(15);
  CHECK(c.end() == MoneyEnd{Limit::kCredit, 0.75 * kDay, 15.0});
}

TEST_CASE("credit is spent over months, which do not bring it back") {
  Case c;
  c.spend.tier_cap.reset();
  c.spend.credit = usd(700);  // of $600 a month
  CHECK(c.end() == MoneyEnd{Limit::kCredit, 35 * kDay, 700.0, true});
  c.spend.tier_cap = usd(1000);
  CHECK(c.lasts().value() == Approx(35 * kDay));
  // A key that stops at $100 in each month leaves $400 a month: November's $400, and then $300 at
  // $20 a day for ten days and $10 a day for as many.
  c.spend.key_limits = {std::nullopt, usd(100)};
  CHECK(c.end() == MoneyEnd{Limit::kCredit, 50 * kDay, 700.0, true});
  c.spend.credit = usd(100'000);
  CHECK_FALSE(c.lasts().has_value());
}

TEST_CASE("what a month brings back is gone after part of a whole one, what it does not for good") {
  Case c;
  c.spend.start_unix_ns = UnixTime::parse("2026-11-29T00:00:00Z").value().nanoseconds;
  // Two days at $20 a day are left of November.
  CHECK(c.end() == MoneyEnd{Limit::kTierCap, 5 * kDay, 100.0, true});
  // $50 of each key after five days, and $50 more of the other after five more.
  c.spend.tier_cap = usd(150);
  c.spend.key_limits = {usd(50), std::nullopt};
  CHECK(c.end() == MoneyEnd{Limit::kTierCap, 10 * kDay, 150.0, true});
  c.spend.key_limits = {usd(50), usd(50)};
  CHECK(c.end() == MoneyEnd{Limit::kKey, 5 * kDay, {}, true});
  c.spend.key_limits.clear();
  c.spend.alerts = {{.key = KeyId{0}, .threshold = usd(50), .action = AlertAction::kRevoke},
                    {.key = KeyId{1}, .threshold = usd(50), .action = AlertAction::kRevoke}};
  CHECK(c.end() == MoneyEnd{Limit::kKeyAlert, 7 * kDay, {}, true});
}

TEST_CASE("of limits of keys it is known whether anything reaches them") {
  Case c;
  c.spend.key_limits = {usd(1000), std::nullopt};
  CHECK_FALSE(month_spending(c.per_month, c.keys, c.spend).stops_keys);
  c.spend.key_limits = {usd(30), std::nullopt};
  const MonthSpending month = month_spending(c.per_month, c.keys, c.spend);
  CHECK(month.stops_keys);
  CHECK(month.limit == Limit::kTierCap);
  CHECK(month.dollars == Approx(100));
}

TEST_CASE("anything but a limit on all spending is looked at apart") {
  SpendSpec spend;
  spend.tier_cap = usd(100);
  spend.organization_limit = usd(100);
  spend.workspace_limits = {std::nullopt};
  spend.alerts = {{.threshold = usd(1), .action = AlertAction::kRevoke},
                  {.key = KeyId{0}, .threshold = usd(1)}};
  CHECK_FALSE(ends_otherwise(spend));
  spend.alerts[1].action = AlertAction::kRevoke;
  CHECK(ends_otherwise(spend));
  spend.alerts.clear();
  spend.credit = usd(1);
  CHECK(ends_otherwise(spend));
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

TEST_CASE("of a limit and an alert at one amount the alert counts: its key does not come back") {
  Case c;
  c.spend.start_unix_ns = UnixTime::parse("2026-11-29T00:00:00Z").value().nanoseconds;
  c.spend.alerts = {{.key = KeyId{1}, .threshold = usd(5), .action = AlertAction::kRevoke}};
  c.spend.key_limits = {std::nullopt, usd(5)};
  CHECK(c.lasts().value() == Approx(10 * kDay));
}

TEST_CASE("a month costs what its limits leave, of all keys or of some") {
  Case c;
  c.spend.tier_cap.reset();
  const auto check = [&c](double dollars, std::optional<Limit> limit) {
    const MonthSpending month = month_spending(c.per_month, c.keys, c.spend);
    CHECK(month.dollars == Approx(dollars));
    CHECK(month.limit == limit);
  };
  check(600, {});
  CHECK_FALSE(stops_keys(c.spend));
  c.spend.key_limits = {std::nullopt, usd(400)};  // which it does not reach
  CHECK(stops_keys(c.spend));
  check(600, {});
  c.spend.key_limits = {std::nullopt, usd(40)};
  check(340, Limit::kKey);
  c.spend.workspace_limits = {usd(50), std::nullopt};
  check(90, Limit::kWorkspace);
  c.spend.tier_cap = usd(70);
  check(70, Limit::kTierCap);
  c.spend.credit = usd(30);
  check(30, Limit::kCredit);
}
