// The history as JSON against the published schemas: lists, differences and trends, also where
// runs lack numbers.
#include "report/runs_json.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/schema.hpp"

namespace sluice::testing {
namespace {

using describe::Value;

SavedRun run(std::int64_t id) {
  SavedRun made;
  made.id = id;
  made.saved_at = UnixTime::parse("2026-11-21T09:00:00Z").value();
  made.kind = "simulate";
  made.scenario = "quickstart";
  made.scenario_digest = "abc";
  made.seed = "18446744073709551615";
  made.replications = 8;
  made.digest = std::to_string(id);
  return made;
}

SavedMetric metric(const std::string& path, double value, std::optional<double> half = {}) {
  SavedMetric made{.path = path, .unit = Unit::kDuration, .value = value, .interval = {}};
  if (!half) return made;
  made.interval = MetricInterval{value - *half, value + *half};
  made.mean_of = 8;
  return made;
}

TEST_CASE("the JSON of a list of runs keeps its published schema, and a seed has all its digits") {
  check_published("runs.schema.json", runs_schema());
  check_published_fits("runs.schema.json", render_json({}, 0));
  const Value value =
      check_published_fits("runs.schema.json", render_json({run(2), SavedRun{}}, 7));
  CHECK(value.find("total")->as_integer() == 7);
  CHECK(value.find("runs")->items()[0].find("seed")->as_string() == "18446744073709551615");
}

TEST_CASE("the JSON of a difference keeps its published schema with every verdict") {
  check_published("diff.schema.json", run_diff_schema());
  check_published_fits("diff.schema.json", render_json(RunDiff{}));
  SavedMetric unknown = metric("d", 1);
  unknown.unit = std::nullopt;
  const RunDiff diff = difference_of(
      run(1),
      {metric("a", 1, 0.1), metric("b", 1, 0.1), metric("c", 1, 0.1), unknown, metric("e", 1)},
      run(2),
      {metric("a", 1, 0.1), metric("b", 2, 0.1), metric("c", 1.05, 0.1), unknown, metric("f", 1),
       metric("e", 2)});
  const Value value = check_published_fits("diff.schema.json", render_json(diff));
  std::string verdicts;
  for (const Value& row : value.find("rows")->items()) {
    verdicts += row.find("metric")->as_string() + " " + row.find("verdict")->as_string() + "\n";
  }
  CAPTURE(verdicts);
  for (const char* const one :
       {"a equal", "b differs", "c not shown", "e not judged", "f only one"}) {
    CHECK(verdicts.find(one) != verdicts.npos);
  }
}

TEST_CASE("the JSON of a trend keeps its published schema, null where a run has no such number") {
  check_published("trend.schema.json", run_trend_schema());
  check_published_fits("trend.schema.json", render_json(RunTrend{}));
  RunTrend trend;
  trend.scenario = "quickstart";
  trend.runs = {run(1), run(2)};
  trend.runs[1].scenario_digest = "abd";
  trend.total = 2;
  trend.lines = {{.path = "latency.success.p95",
                  .unit = Unit::kDuration,
                  .values = {metric("latency.success.p95", 1.5), std::nullopt}}};
  const Value value = check_published_fits("trend.schema.json", render_json(trend));
  const Value& line = value.find("metrics")->items()[0];
  CHECK(line.find("value")->items()[0].number_text() == "1.5");
  CHECK(line.find("value")->items()[1].is(Value::Kind::kNull));
  CHECK(line.find("low")->items()[0].is(Value::Kind::kNull));
  CHECK(value.find("changes")->items()[1].items().size() == 1);
}

}  // namespace
}  // namespace sluice::testing
