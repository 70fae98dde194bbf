// An organization's usage and cost by day, as text and as JSON.
#include <string>

#include "report/usage_text.hpp"
#include "support/catch.hpp"
#include "support/dollars.hpp"
#include "support/schema.hpp"

namespace sluice::testing {
namespace {

using describe::Value;

CivilDate day(const char* date) { return CivilDate::parse(date).value(); }

UsageOfDay row(const char* date, const char* what, std::optional<Money> reported,
               std::optional<Money> computed) {
  return {.day = day(date),
          .what = what,
          .usage = {.input_tokens = 1'500,
                    .cache_creation_5m_input_tokens = 500,
                    .cache_creation_1h_input_tokens = 1'000,
                    .cache_read_input_tokens = 200,
                    .output_tokens = 700},
          .reported = reported,
          .computed = computed};
}

// Haiku on a day that both sides have, a model without a price, and a day that is not billed yet.
UsageSummary some_usage() {
  UsageSummary made;
  made.target = "https://api.anthropic.com";
  made.first = day("2026-11-19");
  made.last = day("2026-11-20");
  made.width = "1h";
  made.rows = {row("2026-11-19", "haiku-4-5", dollars("6.5025"), dollars("6")),
               row("2026-11-19", "next-9", dollars("1.25"), std::nullopt),
               row("2026-11-20", "haiku-4-5", std::nullopt, dollars("0.0000000001"))};
  made.totals = made.rows;
  made.total = made.rows[0];
  made.total.what = "all";
  made.not_compared = {made.rows[1], made.rows[2]};
  made.notes = {"the catalog has no price for next-9"};
  return made;
}

// Columns are wider than a line of a source may be.
std::string without_padding(const std::string& text) {
  std::string thin;
  for (const char c : text) {
    if (c != ' ' || thin.empty() || thin.back() != ' ') thin += c;
  }
  return thin;
}

TEST_CASE("the text of usage has tokens and both costs by day, and totals that can be compared") {
  CHECK(without_padding(usage_text(some_usage())) ==
        R"(Usage from 2026-11-19 to 2026-11-20 (UTC), read from https://api.anthropic.com

 day input cache writes cache reads output reported by the catalog difference
 2026-11-19 haiku-4-5 1,500 1,500 200 700 $6.50 $6.00 $0.503
 2026-11-19 next-9 1,500 1,500 200 700 $1.25 - -
 2026-11-20 haiku-4-5 1,500 1,500 200 700 - $0.000000000100 -

 total input cache writes cache reads output reported by the catalog difference
 haiku-4-5 1,500 1,500 200 700 $6.50 $6.00 $0.503
 not priced next-9 1,500 1,500 200 700 $1.25 - -
 not reported haiku-4-5 1,500 1,500 200 700 - $0.000000000100 -
 all 1,500 1,500 200 700 $6.50 $6.00 $0.503
 not priced next-9 1,500 1,500 200 700 $1.25 - -
 not reported haiku-4-5 1,500 1,500 200 700 - $0.000000000100 -

 Costs are dollars: as the cost report has them, and of the same tokens at the
 catalog's prices; the difference is the first less the second.

Notes
 - the catalog has no price for next-9
)");
}

TEST_CASE("where nothing was used the text says so, and shows no table") {
  UsageSummary nothing = some_usage();
  nothing.rows.clear();
  nothing.notes.clear();
  CHECK(usage_text(nothing) ==
        "Usage from 2026-11-19 to 2026-11-20 (UTC), read from https://api.anthropic.com\n"
        "  nothing was used\n");
}

TEST_CASE("the JSON of usage keeps its published schema, whatever is missing") {
  check_published("usage.schema.json", usage_schema());
  UsageSummary nothing;
  nothing.width = "1d";
  check_published_fits("usage.schema.json", usage_json(nothing));
  const Value value = check_published_fits("usage.schema.json", usage_json(some_usage()));
  const auto& days = value.find("days")->items();
  REQUIRE(days.size() == 3);
  CHECK(days[0].find("difference")->number_text() == "0.5025");
  CHECK(days[0].find("cache_creation_1h_input_tokens")->as_integer() == 1'000);
  CHECK(days[1].find("cost_computed")->is(Value::Kind::kNull));
  CHECK(days[1].find("difference")->is(Value::Kind::kNull));
  CHECK(days[2].find("cost_reported")->is(Value::Kind::kNull));
}

TEST_CASE("money in the JSON of usage has every digit") {
  const Value value = parsed(usage_json(some_usage()));
  CHECK(value.find("days")->items()[2].find("cost_computed")->number_text() == "0.0000000001");
}

}  // namespace
}  // namespace sluice::testing
