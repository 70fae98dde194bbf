#include "report/open_metrics.hpp"

#include <map>
#include <set>
#include <vector>

#include "report/open_metrics_text.hpp"
#include "results/serialise.hpp"
#include "support/catch.hpp"
#include "support/load_facts.hpp"
#include "support/text_checks.hpp"
#include "support/tiny_run.hpp"

namespace {

using namespace sluice;
using testing::contains;
using testing::lines_of;
using testing::TinyRun;

}  // namespace

TEST_CASE("families are told before their samples, once, and the text ends with its mark") {
  const std::string text = render_open_metrics(TinyRun({}).result());
  const std::vector<std::string> lines = lines_of(text);
  REQUIRE(lines.back() == "# EOF");
  std::set<std::string> families;
  std::set<std::string> samples;
  std::string family;
  for (const std::string& line : lines) {
    INFO(line);
    if (line.starts_with("# TYPE ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      CHECK(family.starts_with("sluice_"));
      CHECK_FALSE(family.ends_with("_total"));
      CHECK(families.insert(family).second);
    } else if (line.starts_with("# UNIT ")) {
      CHECK(family.ends_with("_" + line.substr(line.rfind(' ') + 1)));
    } else if (!line.starts_with('#')) {
      CHECK(line.starts_with(family));
      CHECK(samples.insert(line.substr(0, line.rfind(' '))).second);
    }
  }
  CHECK(families.size() > 20);
}

TEST_CASE("counts are the result's own") {
  const RunResult result = TinyRun({}).result();
  const std::string text = render_open_metrics(result);
  const WorkloadTotals& chat = result.measured.workloads[0];
  CHECK(contains(text, "sluice_requests_offered_total{workload=\"chat\"} " +
                           std::to_string(chat.requests.offered) + "\n"));
  CHECK(contains(text, "sluice_rate_limited_total{workload=\"chat\",cause=\"requests\"} " +
                           std::to_string(chat.attempts.rate_limited[0]) + "\n"));
  CHECK(contains(text,
                 "sluice_request_duration_seconds_count{workload=\"chat\",outcome=\"retried\"} " +
                     std::to_string(chat.latency.retried.count()) + "\n"));
}

TEST_CASE("a histogram's counts are exact at its bounds") {
  Histogram histogram;
  const std::uint64_t bound = Histogram::upper_end(Histogram::bucket_of(100'000'000));
  histogram.record(bound);
  histogram.record(bound + 1);
  OpenMetricsText text;
  text.family({"x_seconds", "histogram", "seconds", "X."});
  text.histogram({}, histogram);
  const std::string out = std::move(text).take();
  CHECK(contains(out, "x_seconds_bucket{le=\"" + open_metrics_seconds(bound) + "\"} 1\n"));
  CHECK(contains(out, "x_seconds_bucket{le=\"0.050069503\"} 0\n"));
  CHECK(contains(out, "x_seconds_bucket{le=\"+Inf\"} 2\nx_seconds_count 2\n"));
  CHECK(contains(out, "x_seconds_sum " + open_metrics_seconds(uint128{bound} * 2 + 1) + "\n"));
}

TEST_CASE("names and expectations are escaped in labels") {
  RunFacts facts = TinyRun({}).facts();
  facts.names.workloads[0] = "a\"b\\c\nd";
  RunResult result = make_result(TinyRun({}).recorder(), facts);
  result.expectations = {
      {.text = "cost < 5", .holds = true, .message = {}, .terms = {}},
      {.text = "cost < 5", .is_failure = true, .holds = true, .message = {}, .terms = {}}};
  const std::string text = render_open_metrics(result);
  CHECK(contains(text, R"(sluice_requests_offered_total{workload="a\"b\\c\nd"})"));
  CHECK(contains(text, R"(_met{number="1",from="expect",expectation="cost < 5"} 1)"));
  CHECK(contains(text, R"(_met{number="2",from="--fail-if",expectation="cost < 5"} 0)"));
}

TEST_CASE("a load run tells of its generator, a simulation of its limits") {
  RunFacts facts = TinyRun({}).facts();
  facts.load = testing::some_load();
  const std::string load = render_open_metrics(make_result(TinyRun({}).recorder(), facts));
  CHECK(contains(load, "sluice_load_ok 1\n"));
  CHECK(contains(load, "sluice_load_schedule_delay_seconds_count 2336\n"));
  CHECK_FALSE(contains(load, "sluice_limiter"));
  const std::string simulated = render_open_metrics(TinyRun({}).result());
  CHECK(contains(simulated, "sluice_limiter_limit{limiter=\"haiku.requests_per_minute\"} 250\n"));
  CHECK_FALSE(contains(simulated, "sluice_load"));
}

TEST_CASE("what a result says of its limits is the mean of the replications in every form") {
  RunResult result = TinyRun({.seed = 1, .refused_permille = 0}).result();
  result += TinyRun({.seed = 2, .refused_permille = 300}).result();
  const std::vector<Metric> table = metric_table(result.facts.names);
  for (std::size_t row = 0; row < table.size(); ++row) {
    if (table[row].segments.back() == "peak_minute") result.replications[1].values[row] = 0.5;
  }
  const describe::Value json = to_value(result);
  const describe::Value* const binding = json.find("binding");
  const std::string limit = binding->find("limit")->as_string();
  const describe::Value& limiter = *json.find("limiters")->find(limit);
  CHECK(binding->find("refused")->number_text() == limiter.find("refused")->number_text());
  CHECK(contains(render_open_metrics(result),
                 "sluice_limiter_busiest_minute_ratio{limiter=\"" + limit + "\"} " +
                     limiter.find("peak_minute")->number_text() + "\n"));
}
