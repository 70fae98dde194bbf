#include "report/calibration_json.hpp"

#include <utility>

#include "describe/json.hpp"
#include "report/agreement_json.hpp"
#include "results/json_value.hpp"

namespace sluice {
namespace {

using describe::Value;

Value word_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

Value estimate_of(const Estimate& estimate) {
  const bool is_number = estimate.is_identifiable && estimate.word.empty();
  const auto number = [&](double value) { return is_number ? number_of(value) : Value(); };
  Value value = Value::object();
  value.set("what", estimate.what)
      .set("of", estimate.of)
      .set("limit", word_or_null(estimate.limit))
      .set("identifiable", estimate.is_identifiable)
      .set("reason", word_or_null(estimate.reason))
      .set("value", number(estimate.interval.value))
      .set("low", number(estimate.interval.low))
      .set("high", number(estimate.interval.high))
      .set("unit", word_or_null(estimate.unit))
      .set("word", estimate.is_identifiable ? word_or_null(estimate.word) : Value())
      .set("evidence", estimate.evidence);
  return value;
}

Value estimates_of(const std::vector<Estimate>& estimates) {
  Value all = Value::array();
  for (const Estimate& estimate : estimates) all.push(estimate_of(estimate));
  return all;
}

Value limits_of(const std::vector<LimiterCalibration>& limits) {
  Value all = Value::array();
  for (const LimiterCalibration& limiter : limits) {
    Value value = Value::object();
    value.set("workspace", word_or_null(limiter.workspace))
        .set("group", limiter.group)
        .set("type", name(limiter.type))
        .set("limit_said", limiter.limit_said == 0 ? Value() : Value(limiter.limit_said))
        .set("answers", limiter.answers)
        .set("refusals", limiter.refusals)
        .set("refill", estimate_of(limiter.refill))
        .set("capacity", estimate_of(limiter.capacity))
        .set("burst", estimate_of(limiter.burst));
    all.push(std::move(value));
  }
  return all;
}

Value facts_of(const CalibrationFacts& facts) {
  Value value = Value::object();
  value.set("files", texts_of(facts.files))
      .set("records", facts.records)
      .set("truncated", facts.truncated)
      .set("answered", facts.answered)
      .set("refused", facts.refused)
      .set("failed", facts.failed)
      .set("span", seconds_of(facts.span))
      .set("speed", number_of(static_cast<double>(facts.speed_permille) / 1000))
      .set("first_at", facts.records > 0 ? Value(facts.first_at.text()) : Value())
      .set("last_at", facts.records > 0 ? Value(facts.last_at.text()) : Value())
      .set("models", texts_of(facts.models))
      .set("workspaces", texts_of(facts.workspaces));
  return value;
}

Value agreement_of(const std::optional<Agreement>& agreement) {
  if (!agreement) return {};
  Value value = Value::object();
  value.set("void_reason", agreement->void_reason)
      .set("judged", agreement->judged())
      .set("differing", agreement->disagreeing())
      .set("rows", agreement_rows(*agreement));
  return value;
}

}  // namespace

std::string render_json(const CalibrationReport& report) {
  const Calibration& found = report.found;
  Value differences = Value::array();
  for (const CalibrationDifference& difference : report.differences) {
    Value value = Value::object();
    value.set("what", difference.what)
        .set("unit", difference.unit)
        .set("said", number_of(difference.said))
        .set("measured", number_of(difference.measured.value))
        .set("low", number_of(difference.measured.low))
        .set("high", number_of(difference.measured.high));
    differences.push(std::move(value));
  }
  std::vector<std::string> notes = found.notes;
  notes.insert(notes.end(), report.notes.begin(), report.notes.end());
  Value all = Value::object();
  all.set("format", "sluice-calibration")
      .set("format_version", 1)
      .set("records", facts_of(found.facts))
      .set("limits", limits_of(found.limits))
      .set("charge_modes", estimates_of(found.charge_modes))
      .set("service", estimates_of(found.service))
      .set("errors", estimates_of(found.errors))
      .set("cache", estimates_of(found.cache))
      .set("scenario", word_or_null(report.scenario))
      .set("compared", report.compared)
      .set("differences", std::move(differences))
      .set("before", agreement_of(report.before))
      .set("after", agreement_of(report.after))
      .set("overlay", word_or_null(report.overlay))
      .set("overlay_words", report.overlay_words)
      .set("notes", texts_of(notes));
  return describe::to_json(all);
}

}  // namespace sluice
