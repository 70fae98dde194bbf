#include "results/run_result.hpp"

#include <algorithm>
#include <set>

#include "describe/json.hpp"
#include "results/serialise.hpp"
#include "support/catch.hpp"
#include "support/tiny_run.hpp"

namespace {

using namespace sluice;
using testing::TinyRun;

RunResult replications(std::uint64_t count) {
  RunResult result = TinyRun({.seed = 1}).result();
  for (std::uint64_t seed = 2; seed <= count; ++seed) result += TinyRun({.seed = seed}).result();
  return result;
}

std::int64_t count_at(const RunResult& result, std::string_view path) {
  return std::get<std::int64_t>(lookup(result, path).value().number);
}

}  // namespace

TEST_CASE("every metric has a path of its own, a unit and a meaning") {
  const RunResult result = TinyRun({}).result();
  std::set<std::string> paths;
  for (const Metric& metric : metric_table(result.facts.names)) {
    CHECK(paths.insert(metric.path()).second);
    CHECK(!metric.doc.empty());
    CHECK(!name(metric.unit).empty());
    CHECK(is_metric(result, metric.path()));
  }
}

TEST_CASE("a metric stands in the JSON report where its path says") {
  const RunResult result = TinyRun({}).result();
  const describe::Value json = to_value(result);
  const MetricReader read(result);
  for (std::size_t row = 0; row < read.table().size(); ++row) {
    if (!read.table()[row].is_reported(result.facts)) continue;
    const describe::Value* node = &json;
    for (const std::string& segment : read.table()[row].segments) {
      node = node->find(segment);
      REQUIRE(node != nullptr);
    }
    CHECK(*node == to_value(read.at(row)));
  }
}

TEST_CASE("parts add up to their totals") {
  const RunResult result = TinyRun({}).result();
  const auto sum_below = [&](const std::string& group) {
    double sum = 0;
    const MetricReader read(result);
    for (std::size_t row = 0; row < read.table().size(); ++row) {
      const std::string path = read.table()[row].path();
      if (path.starts_with(group + ".") && path != group + ".total") {
        sum += as_double(read.at(row)->number);
      }
    }
    return sum;
  };
  CHECK(sum_below("requests.failed") ==
        Approx(as_double(lookup(result, "requests.failed")->number)));
  CHECK(sum_below("attempts.rate_limited") ==
        Approx(as_double(lookup(result, "attempts.rate_limited")->number)));
  CHECK(sum_below("attempts.ended") == Approx(as_double(lookup(result, "attempts.total")->number)));
  const double cost = as_double(lookup(result, "cost.total")->number);
  for (const char* const group : {"cost.by_category", "cost.by_workload", "cost.by_model",
                                  "cost.by_workspace", "cost.by_key"}) {
    CHECK(sum_below(group) == Approx(cost));
  }
  CHECK(count_at(result, "requests.offered") ==
        count_at(result, "requests.succeeded") + count_at(result, "requests.failed"));
  CHECK(count_at(result, "workloads.chat.offered") + count_at(result, "workloads.agents.offered") ==
        count_at(result, "requests.offered"));
}

TEST_CASE("an unknown path has no value") {
  const RunResult result = TinyRun({}).result();
  CHECK(!lookup(result, "requests.nonsense"));
  CHECK(!is_metric(result, "requests.nonsense"));
  CHECK(!lookup(result, "latency.batch.p99"));  // known, but there were no batches
  CHECK(is_metric(result, "latency.batch.p99"));
  CHECK(is_metric(result, "requests.failed"));
}

TEST_CASE("equal runs have equal results and digests, other runs other ones") {
  const RunResult one = TinyRun({}).result();
  CHECK(one == TinyRun({}).result());
  CHECK(digest(one) == digest(TinyRun({}).result()));
  CHECK(digest(one) != digest(TinyRun({.seed = 2}).result()));
  CHECK(digest(one).size() == 64);
}

TEST_CASE("with replications counts are means with an interval and money stays exact") {
  const RunResult result = replications(5);
  REQUIRE(result.replications.size() == 5);
  const MetricValue failed = lookup(result, "requests.failed").value();
  double sum = 0;
  Money cost;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const RunResult single = TinyRun({.seed = seed}).result();
    sum += as_double(lookup(single, "requests.failed")->number);
    cost += std::get<Money>(lookup(single, "cost.total")->number);
    CHECK(!lookup(single, "requests.failed")->interval);
  }
  CHECK(std::get<double>(failed.number) == Approx(sum / 5));
  REQUIRE(failed.interval);
  CHECK(failed.interval->low < sum / 5);
  CHECK(failed.interval->high > sum / 5);
  CHECK(std::get<Money>(lookup(result, "cost.total")->number) == cost.divided_rounded(5));
}

TEST_CASE("quantiles over replications are medians enclosed by order statistics from six on") {
  CHECK(!lookup(replications(5), "latency.success.p99")->interval);
  for (const std::uint64_t count : {6U, 9U}) {
    const RunResult result = replications(count);
    std::vector<Duration> values;
    for (std::uint64_t seed = 1; seed <= count; ++seed) {
      const RunResult single = TinyRun({.seed = seed}).result();
      values.push_back(std::get<Duration>(lookup(single, "latency.success.p99")->number));
    }
    std::sort(values.begin(), values.end());
    const MetricValue p99 = lookup(result, "latency.success.p99").value();
    CHECK(std::get<Duration>(p99.number) == values[(count - 1) / 2]);
    REQUIRE(p99.interval);
    CHECK(p99.interval->low <= as_double(p99.number));
    CHECK(p99.interval->high >= as_double(p99.number));
  }
}

TEST_CASE("extremes over replications are extremes") {
  const RunResult result = replications(3);
  Duration largest{};
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto value = lookup(TinyRun({.seed = seed}).result(), "latency.success.max");
    largest = std::max(largest, std::get<Duration>(value->number));
  }
  CHECK(std::get<Duration>(lookup(result, "latency.success.max")->number) == largest);
}

TEST_CASE("warnings and guesses of all replications are kept once") {
  RunResult result = TinyRun({}).result();
  RunResult other = TinyRun({.seed = 2}).result();
  other.facts.warnings = {"odd", "odd"};
  other.facts.stopped_at = kRunStart + seconds(5);
  result += other;
  CHECK(result.facts.guesses.size() == 1);
  CHECK(result.facts.warnings == std::vector<std::string>{"odd"});
  CHECK(result.partial());
}

TEST_CASE("the month is the counted time repeated, and none for seconds") {
  const RunResult result = TinyRun({}).result();
  const Money total = std::get<Money>(lookup(result, "cost.total")->number);
  CHECK(std::get<Money>(lookup(result, "cost.per_month")->number) == total * (6 * 24 * 30));
  CHECK(!lookup(TinyRun({.duration = seconds(30)}).result(), "cost.per_month"));
  const RunResult warmed = TinyRun({.warmup = minutes(5)}).result();
  const Money half = std::get<Money>(lookup(warmed, "cost.total")->number);
  CHECK(std::get<Money>(lookup(warmed, "cost.per_month")->number) == half * (12 * 24 * 30));
}

TEST_CASE("what lacks a price is reported as such and never as free") {
  Recorder recorder = TinyRun({}).recorder();
  Outcome outcome;
  outcome.usage = {.input_tokens = 10, .output_tokens = 10};
  AttemptRecord record;
  record.priced = false;
  record.outcome = &outcome;
  recorder.attempt(record);
  const RunResult result = make_result(recorder, TinyRun({}).facts());
  CHECK(count_at(result, "cost.unpriced_responses") == 1);
  CHECK(!lookup(result, "cost.per_success"));
  CHECK(!lookup(result, "cost.per_month"));
  const describe::Value json = to_value(result);
  const auto& lines = json.find("ledger")->items();
  CHECK(std::any_of(lines.begin(), lines.end(), [](const describe::Value& line) {
    return line.find("cost")->is(describe::Value::Kind::kNull);
  }));
}

TEST_CASE("numbers are written exactly") {
  CHECK(decimal_text(MetricNumber(std::int64_t{1234567})) == "1234567");
  CHECK(decimal_text(MetricNumber(0.125)) == "0.125");
  CHECK(decimal_text(MetricNumber(milliseconds(1500))) == "1.5");
  CHECK(decimal_text(MetricNumber(Money::from_picodollars(1))) == "0.000000000001");
  CHECK(as_double(MetricNumber(Money::from_dollars(3))) == 3);
}

TEST_CASE("limiters are named by scope, group and type") {
  LimiterFacts facts{
      .type = LimitType::kTokensPerDay, .group = "opus", .workspace = "", .limit = 1};
  CHECK(limiter_name(facts) == "opus.tokens_per_day");
  CHECK(period(facts) == hours(24));
  facts = {.type = LimitType::kRequestsPerMinute, .group = "", .workspace = "team-a", .limit = 1};
  CHECK(limiter_name(facts) == "team-a/requests_per_minute");
  CHECK(period(facts) == minutes(1));
}

TEST_CASE("the reference lists every metric with placeholders for names") {
  const std::string text = metric_reference();
  CHECK(text.find("| `latency.success.p99` | seconds |") != std::string::npos);
  CHECK(text.find("| `utilisation.<limiter>` | ratio |") != std::string::npos);
}
