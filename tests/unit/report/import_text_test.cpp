// The report of an import: what it says, and that it stays pasteable.
#include "report/import_text.hpp"

#include <sstream>

#include "describe/json.hpp"
#include "report/import_json.hpp"
#include "support/catch.hpp"
#include "support/schema.hpp"
#include "support/text_checks.hpp"

namespace sluice {
namespace {

using testing::contains;
ImportResult example() {
  ImportResult result;
  result.scenario = "mine.json";
  result.format = "claude-code";
  result.files = 12;
  result.rows = 4'200;
  result.bad_rows = 3;
  result.duplicates = 17;
  result.calls = 1'900;
  result.from = "2026-11-02T09:00:00Z";
  result.until = "2026-11-09T18:30:00Z";
  result.span = hours(177) + minutes(30);
  result.tier = "start";
  ImportedWorkload one;
  one.name = "opus-5.5";
  one.model = "claude-opus-5-5";
  one.log_names = {"claude-opus-5-5", "opus"};
  one.calls = 1'900;
  one.prompt_p50 = 43'210;
  one.prompt_p95 = 151'000;
  one.output_p50 = 300;
  one.output_p95 = 2'100;
  result.workloads = {one};
  result.notes = {"gpt-4: not in the catalog, taken for sonnet-5.5 (--model)"};
  result.cache = CacheMatch{.in_log = 0.913, .simulated = 0.907};
  CostSoFar cost;
  cost.calls = 1'900;
  cost.calls_today = 1'895;
  cost.total = *Money::from_decimal("123.456");
  cost.by_category.by_category[0] = cost.total;
  cost.web_searches = 1'200;
  cost.web_search_cost = Money::from_dollars(12);
  cost.unpriced = 5;
  cost.by_model = {{"claude-opus-5-5", 1'895, 0, {}, cost.total}, {"gpt-4", 5, 5, {}, {}}};
  cost.by_day = {{"2026-11-02", 900, 0, {}, *Money::from_decimal("23.456")},
                 {"2026-11-03", 1'000, 0, {}, *Money::from_decimal("100")}};
  cost.today = cost.total;
  cost.prices_from = "2026-11-20";
  cost.on_models = {{"claude-haiku-5-5", *Money::from_decimal("7"), 0}};
  cost.with_ttls = {{"1h", *Money::from_decimal("99"), 0}};
  cost.cached_calls = 10;
  result.cost = cost;
  TierFit start;
  start.tier = "start";
  start.rate_limited_share = 0.021;
  start.binding_limit = "opus-5.5.output_tokens_per_minute";
  start.peak_use = 1.3;
  start.monthly_cap = Money::from_dollars(500);
  result.tiers = {start};
  return result;
}

TEST_CASE("an import's report says what was read, what it cost and where it fits") {
  const std::string text = render_text(example(), {});
  CAPTURE(text);
  for (const char* part :
       {"mine.json: 1,900 calls over 7.396 d, from 12 files (claude-code)", "3 bad and left out",
        "17 duplicates", "2026-11-02T09:00:00Z to 2026-11-09T18:30:00Z", "claude-opus-5-5 +1",
        "91.3 % of the prompt tokens were read in the log, 90.7 %", "$123.46",
        "1,200 web searches $12.00", "5 calls unpriced", "gpt-4 unpriced (5 calls)",
        "2026-11-03 $100.00 (1,000 calls), 2026-11-02", "claude-haiku-5-5 $7.00", "1h $99.00",
        "prices of 2026-11-20, of the 1,895 calls", "2.1 %", "$500", "gpt-4", "a lower bound",
        "sluice simulate mine.json"}) {
    CAPTURE(part);
    CHECK(contains(text, part));
  }
}

ImportResult unpriced() {
  ImportResult result = example();
  CostSoFar& cost = *result.cost;
  cost = {};
  cost.calls = cost.unpriced = 30;
  cost.by_model = {{"gpt-4", 30, 30, {}, {}}};
  cost.dearest_month = Money{};
  cost.on_models = {{"claude-haiku-5-5", *Money::from_decimal("0.0123"), 0}};
  cost.with_ttls = {{"1h", {}, 0}};
  result.tiers[0].rate_limited_share = 0;
  result.tiers[0].cap_judged = false;
  return result;
}

TEST_CASE("what has no price is nowhere $0, and no tier fits for it") {
  const std::string text = render_text(unpriced(), {});
  CAPTURE(text);
  CHECK(contains(text, "cost so far  unpriced: 30 calls\n"));
  CHECK(contains(text, "gpt-4 unpriced (30 calls)"));
  CHECK(contains(text, "claude-haiku-5-5 $0.0123"));
  CHECK(contains(text, "$500, not judged"));
  CHECK_FALSE(contains(text, "$0.00"));
  CHECK_FALSE(contains(text, "cache for"));
  CHECK_FALSE(contains(text, "is a lower bound"));
  CHECK_FALSE(contains(text, "yes"));
  const std::string json = render_json(unpriced());
  CHECK(contains(json, "\"total\": null"));
  CHECK(contains(json, "\"today\": null"));
  CHECK(contains(json, "\"fits\": null"));
}

TEST_CASE("a sum is as exact as its parts") {
  ImportResult result = example();
  CostSoFar& cost = *result.cost;
  cost = {};
  cost.calls = cost.calls_today = 1;
  cost.by_category.by_category[0] = *Money::from_decimal("0.012");
  cost.by_category.by_category[4] = *Money::from_decimal("0.0016");
  cost.total = cost.today = cost.by_category.total();
  const std::string text = render_text(result, {});
  CAPTURE(text);
  CHECK(contains(text, "$0.0136: input $0.0120, output $0.00160\n"));
  CHECK(contains(text, "at which these calls cost $0.0136"));
}

ImportResult fitted() {
  ImportResult result = example();
  FitCheck check;
  check.tier = "start";
  check.limits_factor = 0.38;
  check.rate_limited_trace = 0.124;
  check.rate_limited_fit = 0.118;
  check.rate_limited_half = 0.006;
  check.cost_trace = 31.35;
  check.cost_fit = 31.20;
  result.fit = FitReport{.parts = {{"opus-5.5", "arrivals", "gamma", "KS 0.017"}},
                         .replications = 10,
                         .checks = {check},
                         .notes = {"because"}};
  return result;
}

TEST_CASE("a fit is reported with the trace's figures and the difference") {
  const std::string text = render_text(fitted(), {.width = 400});
  CAPTURE(text);
  CHECK(contains(text,
                 "tier start with limits x0.38: 429 share 11.8 % ± 0.6 % against 12.4 % "
                 "(-5 %), cost $31.20 against $31.35 (-0.5 %)"));
  CHECK(contains(text, "gamma [KS 0.017]"));
  CHECK(contains(text, "because"));
}

TEST_CASE("an import's report is one screen of a terminal's width") {
  std::istringstream lines(render_text(example(), {.width = 80}));
  std::string line;
  int count = 0;
  while (std::getline(lines, line)) {
    ++count;
    CAPTURE(line);
    CHECK(line.size() <= 100);
  }
  CHECK(count <= 40);
}

TEST_CASE("an import's JSON has exact money and every day") {
  const std::string json = render_json(example());
  CHECK(describe::parse_json(json, "import"));
  CHECK(contains(json, "\"total\": 123.456"));
  CHECK(contains(json, "\"web_searches\""));
  CHECK(contains(json, "\"2026-11-02\""));
  CHECK(contains(json, "\"fit\": null"));
}

TEST_CASE("an import's JSON keeps its published schema, with and without prices, days and a fit") {
  testing::check_published("import.schema.json", import_schema());
  ImportResult unavailable = example();
  unavailable.tiers[0].unavailable = "no price is known";
  unavailable.tiers[0].monthly_cap.reset();
  unavailable.workloads[0].trace = "mine.opus.csv";
  unavailable.workloads[0].sizes_for = "gpt-4";
  ImportResult undated = fitted();
  undated.from.clear();
  undated.until.clear();
  undated.fit->checks[0].rate_limited_trace = 0;
  undated.fit->checks[0].cost_half = 0.5;
  for (const ImportResult& one :
       {ImportResult{}, example(), unpriced(), fitted(), unavailable, undated}) {
    testing::check_published_fits("import.schema.json", render_json(one));
  }
}

}  // namespace
}  // namespace sluice
