#include <string>

#include "describe/json.hpp"
#include "report/calibration_json.hpp"
#include "report/calibration_text.hpp"
#include "support/catch.hpp"
#include "support/schema.hpp"
#include "support/text_checks.hpp"

namespace sluice {
namespace {

using testing::contains;
CalibrationReport report() {
  Estimate base;
  base.what = "ttft base p50";
  base.of = "claude-x";
  base.unit = "s";
  base.interval = {.value = 0.8123, .low = 0.8, .high = 0.82};
  base.is_identifiable = true;
  base.evidence = "812 streamed answers";
  Estimate cached;
  cached.what = "cached speed";
  cached.of = "claude-x";
  cached.reason = "no answer read the cache";
  Estimate mode;
  mode.what = "charge mode";
  mode.of = "group-x";
  mode.word = "streaming";
  mode.is_identifiable = true;
  CalibrationReport made;
  made.found.facts.files = {"run.jsonl"};
  made.found.service = {base, cached};
  made.found.charge_modes = {mode};
  made.scenario = "plain";
  made.compared = 1;
  made.differences = {
      {.what = "claude-x ttft base p50", .unit = "s", .said = 0.5, .measured = base.interval}};
  made.notes = {"a note"};
  return made;
}

TEST_CASE("the text of a calibration has each estimate with its interval, or why there is none") {
  const std::string text = render_text(report(), {.colour = false, .width = 120});
  CAPTURE(text);
  CHECK(contains(text, "812.3 ms  800.0 ms to 820.0 ms"));
  CHECK(contains(text, "812 streamed answers"));
  CHECK(contains(text, "not identifiable: no answer read the cache"));
  CHECK(contains(text, "streaming"));
  CHECK(contains(text, "claude-x ttft base p50: said 500.0 ms, measured 812.3 ms"));
  CHECK(contains(text, "note: a note"));
  CHECK_FALSE(contains(text, "written to"));
}

TEST_CASE("no line of a calibration is wider than the terminal") {
  const std::string text = render_text(report(), {.colour = false, .width = 80});
  std::size_t from = 0;
  for (std::size_t to = text.find('\n'); to != std::string::npos; to = text.find('\n', from)) {
    CAPTURE(text.substr(from, to - from));
    CHECK(to - from <= 80);
    from = to + 1;
  }
}

TEST_CASE("the JSON of a calibration has a number only where the records could tell") {
  using Kind = describe::Value::Kind;
  const describe::Value value = testing::parsed(render_json(report()));
  const auto& service = value.find("service")->items();
  REQUIRE(service.size() == 2);
  CHECK(service[0].find("value")->number_text() == "0.8123");
  CHECK(service[0].find("reason")->is(Kind::kNull));
  CHECK(service[1].find("value")->is(Kind::kNull));
  CHECK(service[1].find("reason")->as_string() == "no answer read the cache");
  const describe::Value& mode = value.find("charge_modes")->items()[0];
  CHECK(mode.find("word")->as_string() == "streaming");
  CHECK(mode.find("value")->is(Kind::kNull));
  CHECK(value.find("before")->is(Kind::kNull));
}

// Everything that a calibration can have.
CalibrationReport full() {
  CalibrationReport made = report();
  made.found.facts.records = 812;
  made.found.facts.first_at = UnixTime::parse("2026-11-21T09:00:00Z").value();
  made.found.facts.last_at = made.found.facts.first_at;
  made.found.facts.models = {"claude-x"};
  LimiterCalibration limiter;
  limiter.group = "group-x";
  limiter.limit_said = 280;
  limiter.refill = made.found.service[0];
  limiter.refill.limit = "requests_per_minute";
  limiter.capacity = made.found.service[1];
  limiter.burst = made.found.service[1];
  made.found.limits = {limiter, limiter};
  made.found.limits[1].workspace = "web";
  made.found.limits[1].limit_said = 0;
  made.found.errors = made.found.cache = made.found.service;
  Agreement agreement;
  agreement.rows = {{.path = "requests.offered",
                     .unit = Unit::kCount,
                     .predicted = MetricNumber{std::int64_t{5}},
                     .measured = std::nullopt,
                     .tolerance = "equal"}};
  made.before = made.after = agreement;
  made.after->void_reason = "the replay was late";
  made.overlay = "calibrated.json";
  made.overlay_words = 2;
  return made;
}

TEST_CASE("the JSON of a calibration keeps its published schema, whatever was identified") {
  testing::check_published("calibration.schema.json", calibration_schema());
  for (const CalibrationReport& one : {CalibrationReport{}, report(), full()}) {
    testing::check_published_fits("calibration.schema.json", render_json(one));
  }
}

TEST_CASE("an agreement has the same rows in a calibration's JSON as in verify's") {
  const describe::Value value = testing::parsed(render_json(full()));
  const describe::Value& row = value.find("before")->find("rows")->items()[0];
  CHECK(row.find("predicted")->as_integer() == 5);
  CHECK(row.find("tolerance")->as_string() == "equal");
  CHECK(value.find("after")->find("void_reason")->as_string() == "the replay was late");
}

}  // namespace
}  // namespace sluice
