// An organization's limits beside a tier's, as text and as JSON.
#include <string>

#include "report/limits_text.hpp"
#include "support/catch.hpp"
#include "support/dollars.hpp"
#include "support/schema.hpp"
#include "support/text_checks.hpp"

namespace sluice::testing {
namespace {

using describe::Value;

LimitsComparison some_limits() {
  using D = LimitDifference;
  LimitsComparison made;
  made.organization_id = "org_1";
  made.organization_name = "Acme";
  made.target = "https://api.anthropic.com";
  made.at = UnixTime::parse("2026-11-21T09:00:00Z").value();
  made.catalog_date = CivilDate::parse("2026-11-19").value();
  made.tier = "build";
  made.rows = {{"haiku-4.5", "requests_per_minute", 77, 5000, D::kBelow},
               {"opus-5.5", "requests_per_minute", 7000, 5000, D::kAbove},
               {"opus-5.5", "output_tokens_per_minute", 400'000, 400'000, D::kSame},
               {"opus-5.5", "tokens_per_day", std::nullopt, 9, D::kMissing},
               {"sonnet-5", "requests_per_minute", std::nullopt, std::nullopt, D::kNotPublished},
               {"files", "bytes", 5, std::nullopt, D::kUnknown}};
  made.differing = {{"start", 6}, {"build", 3}};
  made.workspaces = {
      {"wrkspc_1", "web", {{"opus-5.5", "requests_per_minute", 7, 7000, D::kBelow}}}};
  made.spend = {{"tier cap", "monthly", dollars("500"), dollars("1000"), D::kBelow},
                {"organization", "monthly", std::nullopt, std::nullopt, D::kNotPublished}};
  made.notes = {"a note"};
  return made;
}

TEST_CASE("the text of limits names whose they are, the tier, and what differs") {
  CHECK(limits_text(some_limits(), false) ==
        R"(Limits of Acme (org_1), 2026-11-21T09:00:00Z
  read from https://api.anthropic.com, catalog of 2026-11-19

Nearest tier: build: 3 of 6 limits differ (other tiers: start 6)

  group                    limit     yours  published
  haiku-4.5  requests_per_minute        77      5,000  below (x 0.0154)
  opus-5.5   requests_per_minute     7,000      5,000     above (x 1.4)
  opus-5.5        tokens_per_day         -          9           missing
  sonnet-5   requests_per_minute  no limit          -     not published
  files                    bytes         5          -           unknown

  1 limit is as published.

Workspace web (wrkspc_1)

  group                   limit  yours  organization
  opus-5.5  requests_per_minute      7         7,000  below (x 0.001)

  spend limit    period    yours  published
  tier cap      monthly  $500.00  $1,000.00          below
  organization  monthly        -          -  not published

Notes
  - a note
)");
}

TEST_CASE("without an organization's name and without a tier the text has neither") {
  LimitsComparison bare;
  bare.at = some_limits().at;
  bare.catalog_date = some_limits().catalog_date;
  bare.target = "http://test";
  CHECK(limits_text(bare, true) ==
        "Limits of the organization, 2026-11-21T09:00:00Z\n"
        "  read from http://test, catalog of 2026-11-19\n");
  LimitsComparison same = bare;
  same.tier = "scale";
  same.tier_was_given = true;
  same.rows = {some_limits().rows[2]};
  const std::string text = limits_text(same, false);
  CAPTURE(text);
  CHECK(contains(text, "\nCompared with tier scale: every published limit is yours\n"));
  CHECK(contains(text, "\n  1 limit is as published.\n"));
  CHECK_FALSE(contains(text, "400,000"));
  CHECK(contains(limits_text(same, true), "400,000"));
}

TEST_CASE("the JSON of limits keeps its published schema, whatever is missing") {
  check_published("limits.schema.json", limits_schema());
  check_published_fits("limits.schema.json", limits_json(LimitsComparison{}));
  const Value value = check_published_fits("limits.schema.json", limits_json(some_limits()));
  const auto& rows = value.find("limits")->items();
  REQUIRE(rows.size() == 6);
  CHECK(rows[0].find("yours")->as_integer() == 77);
  CHECK(rows[3].find("yours")->is(Value::Kind::kNull));
  CHECK(rows[5].find("difference")->as_string() == "unknown");
  CHECK(value.find("differing_limits_by_tier")->find("start")->as_integer() == 6);
  CHECK(value.find("spend")->items()[0].find("yours")->number_text() == "500");
}

TEST_CASE("a workspace's limits stand beside the organization's, not beside published ones") {
  const Value value = parsed(limits_json(some_limits()));
  const Value& row = value.find("workspaces")->items()[0].find("limits")->items()[0];
  CHECK(row.find("organization")->as_integer() == 7000);
  CHECK(row.find("published") == nullptr);
}

}  // namespace
}  // namespace sluice::testing
