#include "calibrate/overlay.hpp"

#include <string>

#include "calibrate/estimate_names.hpp"
#include "describe/json.hpp"
#include "scenario/load.hpp"
#include "support/catch.hpp"

namespace sluice::calibrate {
namespace {

constexpr const char* kModel = "claude-haiku-4-5-20251001";

Estimate number(std::string_view what, const std::string& of, stats::Interval interval,
                const std::string& unit) {
  Estimate made;
  made.what = what;
  made.of = of;
  made.unit = unit;
  made.interval = interval;
  made.is_identifiable = true;
  made.evidence = "12 answers";
  return made;
}

Calibration calibration() {
  Calibration found;
  found.facts.records = 100;
  found.facts.models = {kModel};
  found.service = {number(kTtftP50, kModel, {0.8123, 0.8, 0.82}, "s"),
                   number(kTtftP95, kModel, {1.5, 1.4, 1.6}, "s"),
                   number(kOutputP50, kModel, {93.4, 92, 95}, "tokens a second"),
                   number(kOutputP95, kModel, {140.2, 135, 146}, "tokens a second")};
  Estimate unknown = number(kPrefillSpeed, kModel, {}, "tokens a second");
  unknown.is_identifiable = false;
  unknown.reason = "every answer had 100 tokens";
  found.service.push_back(unknown);
  found.errors = {number(kOverloadedShare, "", {0.0123, 0.01, 0.015}, "of attempts"),
                  number(kApiErrorShare, "", {0, 0, 0.001}, "of attempts")};
  LimiterCalibration limiter;
  limiter.group = "haiku-4.5";
  limiter.limit_said = 1000;
  limiter.refill = number("refill", "haiku-4.5", {1000.4, 999, 1002}, "requests a minute");
  limiter.burst = number("burst", "haiku-4.5", {29.97, 29.5, 30.4}, "s");
  found.limits.push_back(limiter);
  return found;
}

std::string text_of(const describe::Value& value) { return describe::to_json(value, 0); }

TEST_CASE("only what was identified goes into the overlay, each with its evidence") {
  const CalibratedOverlay overlay = overlay_of(calibration(), {});
  const describe::Value& document = overlay.document;
  REQUIRE(document.find("models") != nullptr);
  CHECK(text_of(*document.find("models")) ==
        R"({"claude-haiku-4-5-20251001":{"ttft":{"p50":"812ms","p95":"1s500ms"},)"
        R"("output_per_second":{"p50":93,"p95":140}}})");
  // What the headers said is exact, and within the interval.
  CHECK(text_of(*document.find("organization")) ==
        R"({"limits":{"haiku-4.5":{"requests_per_minute":1000}},)"
        R"("bursts":{"requests_per_minute":"29s970ms"}})");
  // A share of zero is no fault.
  REQUIRE(document.find("faults") != nullptr);
  CHECK(text_of(*document.find("faults")) == R"([{"kind":"overloaded","probability":"1.2300%"}])");
  CHECK(document.find("evidence")->items().size() == 7);
  CHECK(overlay.words == 7);
}

TEST_CASE("a fault that the scenario has is not added to it") {
  const CalibratedOverlay overlay =
      overlay_of(calibration(), {FaultSpec{.kind = FaultKind::kOverloaded}});
  CHECK(overlay.document.find("faults") == nullptr);
  REQUIRE(overlay.notes.size() == 1);
  CHECK(overlay.notes.front().find("overloaded") != std::string::npos);
}

TEST_CASE("bursts that differ between groups are said and left out") {
  Calibration found = calibration();
  LimiterCalibration other = found.limits.front();
  other.group = "sonnet-5.5";
  other.burst = number("burst", "sonnet-5.5", {60, 59, 61}, "s");
  found.limits.push_back(other);
  const CalibratedOverlay overlay = overlay_of(found, {});
  CHECK(overlay.document.find("organization")->find("bursts") == nullptr);
  REQUIRE(overlay.notes.size() == 1);
  CHECK(overlay.notes.front().find("differ between") != std::string::npos);
}

TEST_CASE("nothing known is nothing written") {
  Calibration found;
  found.facts.models = {kModel};
  CHECK(overlay_of(found, {}).words == 0);
}

}  // namespace
}  // namespace sluice::calibrate
