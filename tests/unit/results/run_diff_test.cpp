#include "results/run_diff.hpp"

#include <algorithm>

#include "describe/json.hpp"
#include "results/run_result.hpp"
#include "results/run_trend.hpp"
#include "support/catch.hpp"
#include "support/tiny_run.hpp"

namespace sluice::testing {
namespace {

SavedMetric mean(const std::string& path, double value, double half, std::int64_t runs = 10) {
  return {.path = path,
          .unit = Unit::kRatio,
          .value = value,
          .interval = MetricInterval{value - half, value + half},
          .mean_of = runs};
}
SavedMetric quantile(const std::string& path, double value, double low, double high) {
  return {
      .path = path, .unit = Unit::kDuration, .value = value, .interval = MetricInterval{low, high}};
}
SavedMetric single(const std::string& path, double value) {
  return {.path = path, .unit = Unit::kCount, .value = value, .interval = {}};
}

SavedRun run(std::int64_t id, const std::string& digest) {
  SavedRun made;
  made.id = id;
  made.kind = "simulate";
  made.scenario = "quickstart";
  made.seed = "1";
  made.digest = digest;
  return made;
}

DiffRow judged(const SavedMetric& first, const SavedMetric& second) {
  const RunDiff diff = difference_of(run(1, "a"), {first}, run(2, "b"), {second});
  REQUIRE(diff.rows.size() == 1);
  return diff.rows.front();
}

TEST_CASE("means differ where Welch's interval leaves zero out, though the intervals overlap") {
  const DiffRow row = judged(mean("x", 1.0, 0.10), mean("x", 1.15, 0.10));
  CHECK(row.verdict == DiffVerdict::kDiffers);
  REQUIRE(row.interval);
  CHECK(row.interval->low > 0);
  CHECK(*row.difference == Approx(0.15));
}

TEST_CASE("means whose difference chance could make are not said to differ") {
  CHECK(judged(mean("x", 1.0, 0.1), mean("x", 1.05, 0.1)).verdict == DiffVerdict::kNotShown);
}

TEST_CASE("means without spread differ by whatever they differ") {
  CHECK(judged(mean("x", 5, 0), mean("x", 6, 0)).verdict == DiffVerdict::kDiffers);
  CHECK(judged(mean("x", 5, 0), mean("x", 5, 0)).verdict == DiffVerdict::kEqual);
}

TEST_CASE("quantiles differ where their intervals do not overlap") {
  const SavedMetric slow = quantile("p95", 2, 1.8, 2.2);
  CHECK(judged(quantile("p95", 1, 0.9, 1.1), slow).verdict == DiffVerdict::kDiffers);
  CHECK(judged(quantile("p95", 1.7, 1.5, 1.9), slow).verdict == DiffVerdict::kNotShown);
}

TEST_CASE("a number of a single run is not judged, unless it is the very same") {
  CHECK(judged(single("n", 5), single("n", 6)).verdict == DiffVerdict::kNotJudged);
  CHECK(judged(single("n", 5), single("n", 5)).verdict == DiffVerdict::kEqual);
  CHECK(judged(single("x", 5), mean("x", 6, 0.1)).verdict == DiffVerdict::kNotJudged);
}

TEST_CASE("a number that only one run has is said to be so") {
  const RunDiff diff = difference_of(run(1, "a"), {single("n", 5)}, run(2, "b"), {});
  REQUIRE(diff.rows.size() == 1);
  CHECK(diff.rows[0].verdict == DiffVerdict::kOnlyOne);
  CHECK_FALSE(diff.rows[0].second.has_value());
}

TEST_CASE("the main figures come first, then what differs most for its spread") {
  const std::vector<SavedMetric> before = {mean("a.same", 1, 0.1), mean("b.little", 1, 0.1),
                                           mean("c.much", 1, 0.1), mean("cost.total", 1, 0.1)};
  const std::vector<SavedMetric> after = {mean("a.same", 1, 0.1), mean("b.little", 1.3, 0.1),
                                          mean("c.much", 9, 0.1), mean("cost.total", 1, 0.1)};
  const RunDiff diff = difference_of(run(1, "a"), before, run(2, "b"), after);
  std::vector<std::string> order;
  for (const DiffRow& row : diff.rows) order.push_back(row.path);
  CHECK(order == std::vector<std::string>{"cost.total", "c.much", "b.little", "a.same"});
  CHECK(diff.differing() == 2);
  CHECK(diff.judged() == 2);  // the others are equal
}

TEST_CASE("equal results are identical; other scenarios, catalogs and versions are named") {
  SavedRun first = run(1, "a");
  first.scenario_digest = "s1";
  first.catalog_digest = "c1";
  first.version = "0.1.0 x";
  SavedRun second = first;
  CHECK(difference_of(first, {}, second, {}).is_identical);
  second.digest = "b";
  second.scenario_digest = "s2";
  second.version = "0.2.0 y";
  second.catalog_digest = "";  // it does not say, so it is not held against it
  const RunDiff diff = difference_of(first, {}, second, {});
  CHECK_FALSE(diff.is_identical);
  REQUIRE(diff.identity.size() == 2);
  CHECK(diff.identity[0].what == "scenario");
  CHECK(diff.identity[1].what == "version");
}

TEST_CASE("a run's rows are its metrics, and means know of how many replications they are") {
  RunResult result = TinyRun({.seed = 1}).result();
  const std::vector<SavedMetric> one = saved_metrics(result);
  for (std::uint64_t seed = 2; seed < 5; ++seed) result += TinyRun({.seed = seed}).result();
  const std::vector<SavedMetric> four = saved_metrics(result);
  const MetricReader reader(result);
  std::int64_t means = 0;
  for (const SavedMetric& metric : four) {
    const auto value = reader(metric.path);
    REQUIRE(value);
    CHECK(metric.value == as_double(value->number));
    CHECK(metric.unit == value->unit);
    CHECK(metric.interval.has_value() == value->interval.has_value());
    if (metric.mean_of > 0) ++means;
    CHECK(metric.mean_of <= 4);
  }
  CHECK(means > 20);
  CHECK(std::none_of(one.begin(), one.end(),
                     [](const SavedMetric& metric) { return metric.interval.has_value(); }));
  CHECK(saved_run(result).replications == 4);
}

TEST_CASE("every unit is found by its name") {
  CHECK(unit_named("dollars") == Unit::kMoney);
  CHECK(unit_named("requests") == Unit::kRequests);
  CHECK_FALSE(unit_named("").has_value());
}

TEST_CASE("the numbers of other reports are read off their JSON, estimates as one") {
  const auto json = describe::parse_json(R"({
    "format": "sluice-plan", "format_version": 1, "seed": "7",
    "scenario": {"duration": 3},
    "rate": {"factor": {"value": 1.5, "low": 1.4, "high": 1.6}, "today": 300},
    "tiers": [{"tier": "start", "share": 0.5, "cap": null}, {"tier": "build", "share": 0.1}],
    "cells": [{"values": ["300/min", "8"], "mean": 2, "low": null, "high": null}],
    "numbers": [1, 2, 3]})",
                                         "plan");
  REQUIRE(json);
  const std::vector<SavedMetric> metrics = saved_metrics(*json);
  std::vector<std::string> paths;
  for (const SavedMetric& metric : metrics) paths.push_back(metric.path);
  CHECK(paths == std::vector<std::string>{"rate.factor", "rate.today", "tiers.start.share",
                                          "tiers.build.share", "cells.300/min,8"});
  CHECK(metrics[0].interval->low == 1.4);
  CHECK(metrics[0].mean_of == 0);
  CHECK_FALSE(metrics[4].interval.has_value());
}

TEST_CASE("a trend says what is new in a run against the one before it") {
  RunTrend trend;
  trend.runs = {run(1, "a"), run(2, "b"), run(3, "c")};
  trend.runs[1].version = "2";
  trend.runs[2].version = "2";
  trend.runs[2].scenario_digest = "other";
  CHECK(trend.changes(0).empty());
  CHECK(trend.changes(1) == std::vector<std::string>{"version"});
  CHECK(trend.changes(2) == std::vector<std::string>{"scenario"});
}

TEST_CASE("where seeds differ too, another digest is not said to be another scenario") {
  RunTrend trend;
  trend.runs = {run(1, "a"), run(2, "b"), run(3, "c")};
  trend.runs[1].seed = "2";
  trend.runs[1].scenario_digest = "of seed 2";
  trend.runs[2].seed.clear();  // it does not say
  CHECK(trend.changes(1) == std::vector<std::string>{"scenario or seed"});
  CHECK(trend.changes(2) == std::vector<std::string>{"scenario or seed"});
  trend.runs[0].scenario_digest = "of seed 1";
  const RunDiff diff = difference_of(trend.runs[0], {}, trend.runs[1], {});
  REQUIRE(diff.identity.size() == 2);
  CHECK(diff.identity[0].what == "scenario or seed");
  CHECK(diff.identity[1].what == "seed");
}

TEST_CASE("items of a list are told apart by tier and group, by limit, and by count at the last") {
  const auto json = describe::parse_json(R"({
    "limits": [{"limit": "input tokens", "peak": 1}, {"limit": "requests", "peak": 2}],
    "tiers": [{"tier": "start", "group": "haiku", "share": 3},
              {"tier": "start", "group": "sonnet", "share": 4}],
    "levers": [{"name": "x", "gain": 5}, {"name": "x", "gain": 6}]})",
                                         "plan");
  REQUIRE(json);
  std::vector<std::string> paths;
  for (const SavedMetric& metric : saved_metrics(*json)) paths.push_back(metric.path);
  CHECK(paths == std::vector<std::string>{"limits.input tokens.peak", "limits.requests.peak",
                                          "tiers.start.haiku.share", "tiers.start.sonnet.share",
                                          "levers.x.gain", "levers.x#2.gain"});
}

TEST_CASE("what was asked for is no figure, by either of its names") {
  const auto json = describe::parse_json(R"({
    "scenario": {"duration": 3}, "effective_scenario": {"duration": 4}, "runs": 5})",
                                         "plan");
  REQUIRE(json);
  const std::vector<SavedMetric> metrics = saved_metrics(*json);
  REQUIRE(metrics.size() == 1);
  CHECK(metrics[0].path == "runs");
}

}  // namespace
}  // namespace sluice::testing
