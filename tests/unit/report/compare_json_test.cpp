#include "report/compare_json.hpp"

#include <algorithm>
#include <string>

#include "report/compare_csv.hpp"
#include "report/compare_text.hpp"
#include "support/catch.hpp"
#include "support/schema.hpp"

namespace sluice::testing {
namespace {

using describe::Value;

ComparedRow row_of(std::string name, double cost) {
  ComparedRow row;
  row.name = std::move(name);
  row.models = {"claude-" + row.name};
  row.tier = "start";
  row.figures[static_cast<std::size_t>(Measure::kCostPerSuccess)] = {
      .value = cost, .interval = MetricInterval{cost * 0.9, cost * 1.1}};
  row.figures[static_cast<std::size_t>(Measure::kOutput)] = {.value = cost, .interval = {}};
  return row;
}

ModelComparison comparison() {
  ModelComparison c;
  c.scenario = "chat";
  c.tier = "start";
  c.replications = 2;
  c.requirements.push_back({"requests.success_share", true, 0.999, Unit::kRatio, true});
  c.rows = {row_of("cheap", 0.001), row_of("dear", 0.01), row_of("secret", 0)};
  c.rows[0].reference = 1;
  c.rows[0].differences[static_cast<std::size_t>(Measure::kCostPerSuccess)] =
      ComparedDifference{.figure = {.value = -0.009, .interval = MetricInterval{-0.01, -0.008}},
                         .variance_reduction = 12.5};
  c.rows[0].tier_needed = NeededTier{.tier = "start", .month_cap = 500};
  c.rows[2].figures = {};
  c.rows[2].is_unpriced = true;
  c.rows[2].missed.push_back({0, 0.5});
  c.today = 1;
  c.recommended = 0;
  c.next = 1;
  c.sensitivity = {Assumption::kOutputLength, 10, 1};
  c.break_evens.push_back({.model = "cheap", .reads_per_write_5m = 0.25});
  c.prefixes.push_back({.workload = "chat", .model = "claude-cheap", .best = "5m", .today = "5m"});
  c.advice = MixAdvice{.min_quality = 0.5};
  c.advice->shares.push_back({.model = "cheap", .share = 1});
  return c;
}

TEST_CASE("the JSON of a comparison has the members that its schema names, and no others") {
  check_fits(parsed(comparison_schema()), parsed(render_json(comparison())));
}

TEST_CASE("the published schema of comparisons is the one that the code writes") {
  check_published("compare.schema.json", comparison_schema());
}

TEST_CASE("what has no price is called unpriced, never free") {
  ModelComparison c = comparison();
  const std::string text = render_text(c, {});
  CHECK(text.find("unpriced") != std::string::npos);
  CHECK(text.find("$0.00") == std::string::npos);
  const Value json = parsed(render_json(c));
  const Value& secret = json.find("rows")->items()[2];
  CHECK(secret.find("unpriced")->as_bool());
  CHECK(secret.find("figures")->find("cost_per_success")->is(Value::Kind::kNull));
}

TEST_CASE("the text begins with the verdict, and rows come cheapest first") {
  ModelComparison c = comparison();
  std::swap(c.rows[0], c.rows[1]);
  c.rows[1].reference = 0;
  c.today = 0;
  c.recommended = 1;
  c.next = 0;
  const std::string text = render_text(c, {});
  CHECK(text.find("cheap is the cheapest that keeps all requirements: $1.00 per 1,000 answers") !=
        std::string::npos);
  CHECK(text.find("\n  cheap ") < text.find("\n  dear "));
  CHECK(text.find("10.00 times as many") != std::string::npos);
}

TEST_CASE("the CSV has a line for every row and figure") {
  const std::string csv = render_csv(comparison());
  const auto lines = std::count(csv.begin(), csv.end(), '\n');
  CHECK(lines == static_cast<std::ptrdiff_t>(1 + 3 * kMeasureCount));
}

}  // namespace
}  // namespace sluice::testing
