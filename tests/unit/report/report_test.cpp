#include <algorithm>

#include "describe/json.hpp"
#include "report/csv.hpp"
#include "report/csv_field.hpp"
#include "report/json.hpp"
#include "report/number_text.hpp"
#include "report/text.hpp"
#include "report/text_table.hpp"
#include "support/catch.hpp"
#include "support/load_facts.hpp"
#include "support/text_checks.hpp"
#include "support/tiny_run.hpp"

namespace {

using namespace sluice;
using testing::contains;
using testing::lines_of;
using testing::TinyRun;

std::size_t reported_metrics(const RunResult& result) {
  const std::vector<Metric> table = metric_table(result.facts.names);
  return static_cast<std::size_t>(
      std::count_if(table.begin(), table.end(),
                    [&](const Metric& metric) { return metric.is_reported(result.facts); }));
}

RunResult load_run(const LoadFacts& load) {
  const TinyRun run({});
  RunFacts facts = run.facts();
  facts.load = load;
  return make_result(run.recorder(), facts);
}

// Every member that the schema requires is there, and none that it does not know: the part of JSON
// Schema in use here.
void check_against(const describe::Value& schema, const describe::Value& value,
                   const std::string& where) {
  INFO(where);
  if (const auto* const items = schema.find("items"); items != nullptr) {
    for (const describe::Value& item : value.items()) check_against(*items, item, where + "[]");
  }
  if (!value.is(describe::Value::Kind::kObject)) return;
  const describe::Value* const properties = schema.find("properties");
  const describe::Value* const others = schema.find("additionalProperties");
  if (const auto* const required = schema.find("required"); required != nullptr) {
    for (const describe::Value& name : required->items()) CHECK(value.find(name.as_string()));
  }
  for (const describe::Member& member : value.members()) {
    INFO(member.name);
    const describe::Value* known = properties != nullptr ? properties->find(member.name) : nullptr;
    if (known == nullptr) known = others;
    REQUIRE(known != nullptr);
    REQUIRE(known->is(describe::Value::Kind::kObject));  // `false` allows no other member
    check_against(*known, member.value, where + "/" + member.name);
  }
}

}  // namespace

TEST_CASE("the text answers in the order in which people ask") {
  const std::string text = render_text(TinyRun({}).result(), {});
  std::size_t last = 0;
  for (const char* const heading :
       {"DOES NOT FIT", "What got through", "Workload by workload", "What it costs", "How it felt",
        "How full the limits were", "Identity"}) {
    const std::size_t at = text.find(heading);
    REQUIRE(at != std::string::npos);
    CHECK(at > last);
    last = at;
  }
  CHECK(contains(text, "(guess)"));
  CHECK(contains(text, "Guess        the time until the first token of haiku"));
}

TEST_CASE("no line is wider than asked and none ends in spaces") {
  for (const int width : {80, 96}) {
    for (const std::string& line : lines_of(render_text(TinyRun({}).result(), {.width = width}))) {
      INFO(line);
      const bool is_table = line.starts_with("  opus.") || line.starts_with("  haiku.") ||
                            contains(line, "busiest minute  lowest");
      CHECK((is_table || display_width(line) <= static_cast<std::size_t>(width)));
      CHECK((line.empty() || line.back() != ' '));
    }
  }
}

TEST_CASE("what failed without a limit is counted beside the verdict") {
  const std::string limits = render_text(TinyRun({}).result(), {});
  CHECK_FALSE(contains(limits, "failed for other reasons"));
  const std::string others =
      render_text(TinyRun({.failing_with = ErrorKind::kOverloaded}).result(), {});
  CHECK(contains(others, "Lost         30 requests failed for other reasons"));
  CHECK_FALSE(contains(others, "failed on a limit"));
}

TEST_CASE("a row of latencies that would repeat another is left out") {
  const std::string smooth =
      render_text(TinyRun({.refused_permille = 0, .failing_permille = 0}).result(), {});
  CHECK_FALSE(contains(smooth, "at the first try"));
  CHECK_FALSE(contains(smooth, "failures at deadline"));
  CHECK(contains(render_text(TinyRun({}).result(), {}), "failures at deadline"));
}

TEST_CASE("colours appear only when asked for") {
  const RunResult result = TinyRun({}).result();
  CHECK_FALSE(contains(render_text(result, {}), "\x1b["));
  CHECK(contains(render_text(result, {.colour = true}), "\x1b[1;31mDOES NOT FIT\x1b[0m"));
  const RunResult fits = TinyRun({.refused_permille = 0, .failing_permille = 0}).result();
  CHECK(contains(render_text(fits, {.colour = true}), "\x1b[1;32mFITS\x1b[0m"));
  const RunResult retries = TinyRun({.failing_permille = 0}).result();
  CHECK(contains(render_text(retries, {.colour = true}), "\x1b[1;33mFITS WITH RETRIES\x1b[0m"));
}

TEST_CASE("what is out of the ordinary is said") {
  Recorder recorder = TinyRun({}).recorder();
  Outcome broken;
  broken.error = ErrorKind::kConnection;
  broken.ended = kRunStart + seconds(4);
  broken.usage = {.input_tokens = 10, .output_tokens = 10};
  AttemptRecord record;
  record.priced = false;
  record.outcome = &broken;
  recorder.attempt(record);
  Outcome hopeless;
  hopeless.error = ErrorKind::kRateLimit;
  hopeless.never_fits = true;
  record.outcome = &hopeless;
  recorder.attempt(record);
  recorder.offered(WorkloadId{}, kRunStart + minutes(1));
  RunFacts facts = TinyRun({}).facts();
  facts.stopped_at = kRunStart + minutes(2);
  facts.counts_from = kRunStart + minutes(1);
  facts.ttft_within = seconds(1);
  facts.warnings = {"something odd"};
  facts.spend.cap_reached_at = kRunStart + minutes(1);
  const std::string text = render_text(make_result(recorder, facts), {});
  for (const char* const part :
       {"PARTIAL", "stopped at 2.000 min", "the first 1m left out as warm-up", "UNPRICED",
        "Never fit", "Wasted", "1 had not ended", "TTFT within 1s", "all gone after 1.000 min",
        "Warning      something odd"}) {
    INFO(part);
    CHECK(contains(text, part));
  }
}

TEST_CASE("an empty run can be rendered in every format") {
  RecorderSpec spec;
  spec.duration = seconds(10);
  RunFacts facts;
  facts.scenario_name = "empty";
  facts.duration = seconds(10);
  facts.names = {
      .workloads = {"w"}, .workspaces = {"d"}, .keys = {"k"}, .models = {"m"}, .limiters = {}};
  const RunResult result = make_result(Recorder(spec), facts);
  const std::string text = render_text(result, {});
  CHECK(contains(text, "No limit was touched"));
  CHECK(contains(text, "nothing ended"));
  CHECK(describe::parse_json(render_json(result), "empty").has_value());
  CHECK(lines_of(render_csv(result)).size() == reported_metrics(result) + 1);
  CHECK(lines_of(render_csv_series(result)).size() == 1);
}

TEST_CASE("the JSON of one run and of several is what the schema describes") {
  const auto schema = describe::parse_json(result_schema(), "schema");
  REQUIRE(schema.has_value());
  RunResult result = TinyRun({}).result();
  check_against(*schema, to_value(result), "");
  for (std::uint64_t seed = 2; seed <= 7; ++seed) result += TinyRun({.seed = seed}).result();
  const auto parsed = describe::parse_json(render_json(result), "report");
  REQUIRE(parsed.has_value());
  check_against(*schema, *parsed, "");
  CHECK(parsed->find("intervals")->find("latency.success.p99") != nullptr);
}

TEST_CASE("the CSV has a line for every metric and cell, each with all its fields") {
  const RunResult result = TinyRun({}).result();
  const auto metrics = lines_of(render_csv(result));
  CHECK(metrics.size() == reported_metrics(result) + 1);
  CHECK(metrics[0] == "metric,value,low,high,unit");
  CHECK(std::find(metrics.begin(), metrics.end(), "requests.offered,2000,,,requests") !=
        metrics.end());
  const auto series = lines_of(render_csv_series(result));
  CHECK(series.size() == result.measured.traffic.cells().size() + 1);
  const auto fields = [](const std::string& line) {
    return std::count(line.begin(), line.end(), ',');
  };
  for (const std::string& line : series) CHECK(fields(line) == fields(series[0]));
}

TEST_CASE("names with commas and quotes are quoted in CSV") {
  RunFacts facts = TinyRun({}).facts();
  facts.names.workloads[0] = "a, \"b\"";
  const std::string csv = render_csv(make_result(TinyRun({}).recorder(), facts));
  CHECK(contains(csv, "\n\"workloads.a, \"\"b\"\".offered\","));
}

TEST_CASE("a load run says beside its rate what succeeded, and whether it kept its schedule") {
  const std::string text = render_text(load_run(testing::some_load()), {});
  CHECK(contains(text, "\nLoad generator: ok\n"));
  CHECK(contains(text,
                 "Rates        asked 200/s, sent 200/s, succeeded 195.0/s; with retries 231.2/s"));
  CHECK(contains(text,
                 "365 of 2,335 attempts (15.6 %) were refused with 429, the first after 1.513 s"));
  CHECK_FALSE(contains(text, "How full the limits were"));
  for (const std::string& line : lines_of(text)) {
    INFO(line);
    CHECK(display_width(line) <= 100);
  }
}

TEST_CASE("a load generator that fell behind voids the claims and says why") {
  LoadFacts load = testing::some_load();
  for (int i = 0; i < 100; ++i) load.schedule_delay.record(1'200'000'000);
  const std::string text = render_text(load_run(load), {});
  CHECK(contains(text, "Load generator: LIMITED"));
  CHECK(contains(text,
                 "VOID         what is said of rates and latency: p99 of the schedule delay is"));
  CHECK(
      contains(render_text(load_run(load), {.colour = true}), "\x1b[1;31mLoad generator: LIMITED"));
}

TEST_CASE("a load run that was stopped says by what, in the API's words too") {
  LoadFacts load = testing::some_load();
  load.stopped = StopReason::kCreditGone;
  load.stop_detail = "Your credit balance is too low";
  CHECK(contains(
      render_text(load_run(load), {}),
      "Ended        stopped: the account has no credit left: Your credit balance is too low"));
}

TEST_CASE("the JSON and CSV of a load run hold its generator, those of a simulation do not") {
  const auto schema = describe::parse_json(result_schema(), "schema");
  REQUIRE(schema.has_value());
  const RunResult load = load_run(testing::some_load());
  const describe::Value json = to_value(load);
  check_against(*schema, json, "");
  CHECK(json.find("generator")->find("verdict")->as_string() == "ok");
  CHECK(json.find("identity")->find("target")->as_string() == "embedded mock");
  CHECK(json.find("load")->find("schedule_delay")->find("p99")->is_number());
  CHECK(contains(render_csv(load), "\nload.asked_per_second,200,,,per_second\n"));
  const RunResult simulated = TinyRun({}).result();
  CHECK(to_value(simulated).find("load") == nullptr);
  CHECK(to_value(simulated).find("generator") == nullptr);
  CHECK_FALSE(contains(render_csv(simulated), "\nload."));
}

TEST_CASE("a load run's series show its generator in the cells of the other series") {
  const auto cells = [](const describe::Value& json, const char* group, const char* column) {
    return json.find("series")->find(group)->find(column)->items().size();
  };
  const describe::Value load = to_value(load_run(testing::some_load()));
  CHECK(cells(load, "load", "late_max") == cells(load, "traffic", "offered"));
  const auto& cpu = load.find("series")->find("load")->find("cpu")->items();
  CHECK(cpu[0].number_text() == "0.25");
  CHECK(cpu[1].is(describe::Value::Kind::kNull));
  const describe::Value simulated = to_value(TinyRun({}).result());
  CHECK(simulated.find("series")->find("load")->is(describe::Value::Kind::kNull));
}

TEST_CASE("a result says which scenario it is of where it was told, and null elsewhere") {
  RunFacts facts = TinyRun({}).facts();
  facts.effective_scenario = R"({"name": "tiny", "duration": "10m"})";
  const describe::Value told = to_value(make_result(TinyRun({}).recorder(), facts));
  CHECK(told.find("scenario")->find("name")->as_string() == "tiny");
  CHECK(to_value(TinyRun({}).result()).find("scenario")->is(describe::Value::Kind::kNull));
}

TEST_CASE("a distribution of the JSON agrees with the metrics of the same histogram") {
  const RunResult result = TinyRun({}).result();
  const describe::Value json = to_value(result);
  for (const auto& [name, group] : {std::pair{"success", "latency"}, std::pair{"ttft", ""}}) {
    const describe::Value& points = *json.find("distributions")->find(name);
    const auto& quantiles = points.find("quantile")->items();
    const auto& values = points.find("value")->items();
    REQUIRE(quantiles.size() == values.size());
    const describe::Value& metrics =
        *group == '\0' ? *json.find(name) : *json.find(group)->find(name);
    std::size_t found = 0;
    for (std::size_t i = 0; i < quantiles.size(); ++i) {
      const std::string quantile(quantiles[i].number_text());
      const char* const same = quantile == "0.5" ? "p50" : quantile == "1" ? "max" : nullptr;
      if (same == nullptr) continue;
      ++found;
      CHECK(values[i].number_text() == metrics.find(same)->number_text());
    }
    CHECK(found == 2);
  }
}

TEST_CASE("numbers read well") {
  CHECK(number_text(std::int64_t{1234567}, Unit::kTokens) == "1,234,567");
  CHECK(number_text(12.25, Unit::kRequests) == "12.2");
  CHECK(number_text(123456.5, Unit::kRequests) == "123,456");
  CHECK(number_text(0.5, Unit::kRatio) == "50.0 %");
  CHECK(number_text(1.25, Unit::kFactor) == "1.250");
  CHECK(number_text(200.0, Unit::kPerMinute) == "200/min");
  CHECK(number_text(1.5, Unit::kPerSecond) == "1.5/s");
  CHECK(number_text(seconds(90), Unit::kDuration) == "1.500 min");
  CHECK(number_text(Money::from_dollars(1234), Unit::kMoney) == "$1,234.00");
  CHECK(metric_text(std::nullopt) == "-");
  CHECK(interval_text(std::nullopt).empty());
}

TEST_CASE("a share is 0 or 100 per cent only when it is") {
  CHECK(percent_text(0) == "0 %");
  CHECK(percent_text(0.0001) == "< 0.1 %");
  CHECK(percent_text(0.99999) == "> 99.9 %");
  CHECK(percent_text(1) == "100 %");
  CHECK(percent_text(1.5) == "150 %");
}

TEST_CASE("small amounts keep three digits") {
  CHECK(money_text(Money{}) == "$0.00");
  CHECK(money_text(Money::from_picodollars(431'000'000)) == "$0.000431");
  CHECK(money_text(Money::from_picodollars(250'000'000'000)) == "$0.250");
  CHECK(money_text(-Money::from_picodollars(250'000'000'000)) == "-$0.250");
  CHECK(money_text(Money::from_picodollars(1)) == "$0.000000000001");
}

TEST_CASE("intervals stand behind means, with one unit where it is the same") {
  const MetricValue mean{
      .number = 10.0, .unit = Unit::kRequests, .interval = MetricInterval{8, 12}};
  CHECK(metric_text(mean) == "10 ± 2");
  CHECK(interval_text(mean) == "8-12");
  const MetricValue time{
      .number = seconds(2), .unit = Unit::kDuration, .interval = MetricInterval{1, 3}};
  CHECK(interval_text(time) == "1.000-3.000 s");
  const MetricValue wide{
      .number = seconds(2), .unit = Unit::kDuration, .interval = MetricInterval{0.5, 3}};
  CHECK(interval_text(wide) == "500.0 ms-3.000 s");
}

TEST_CASE("tables align what is seen, not bytes") {
  TextTable table({"", "a"});
  CHECK(table.empty());
  table.add({"±", "1"});
  table.add({"long", "22"});
  CHECK(table.text() == "         a\n  ±      1\n  long  22\n");
}

TEST_CASE("long text breaks at spaces and keeps long words whole") {
  CHECK(wrapped("aa bb cc", 7, 2) == "aa bb\n  cc");
  CHECK(wrapped("unbreakable", 4, 2) == "unbreakable");
  CHECK(wrapped("", 10, 2).empty());
}

TEST_CASE("a load run's series have no columns of limits, and every line as many fields") {
  RunFacts facts = TinyRun({}).facts();
  facts.load = testing::some_load();
  const auto lines = lines_of(render_csv_series(make_result(TinyRun({}).recorder(), facts)));
  CHECK_FALSE(contains(lines.front(), ":level"));
  for (const std::string& line : lines) {
    CHECK(std::count(line.begin(), line.end(), ',') ==
          std::count(lines.front().begin(), lines.front().end(), ','));
  }
}

TEST_CASE("a text of CSV is no formula of a spreadsheet; a number stays one") {
  for (const char* const text : {"=1+1", "+a", "-cmd|'x'", "@SUM(A1)", "\tx", "-", "-1h"}) {
    CHECK(csv_field(text) == "'" + std::string(text));
  }
  CHECK(csv_field("=a,\"b\"") == "\"'=a,\"\"b\"\"\"");
  for (const char* const text : {"-5", "+2.5", "-1e-3", "a=b", "chat", ""}) {
    CHECK(csv_field(text) == text);
  }
}
