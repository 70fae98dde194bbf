#include <string>

#include "describe/json.hpp"
#include "report/calibration_json.hpp"
#include "report/calibration_text.hpp"
#include "support/catch.hpp"

namespace sluice {
namespace {

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

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
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
  const auto value = describe::parse_json(render_json(report()), "json");
  REQUIRE(value);
  const auto& service = value->find("service")->items();
  REQUIRE(service.size() == 2);
  CHECK(service[0].find("value")->number_text() == "0.8123");
  CHECK(service[1].find("value") == nullptr);
  CHECK(service[1].find("reason")->as_string() == "no answer read the cache");
  CHECK(value->find("charge_modes")->items()[0].find("value")->as_string() == "streaming");
  CHECK(value->find("before")->is(describe::Value::Kind::kNull));
}

}  // namespace
}  // namespace sluice
