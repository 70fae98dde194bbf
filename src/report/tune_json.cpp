#include "report/tune_json.hpp"

#include <utility>

#include "describe/json.hpp"
#include "report/scenario_json.hpp"
#include "report/tune_paste.hpp"
#include "results/json_value.hpp"

namespace sluice {
namespace {

using describe::Value;

constexpr int kTuneDigits = 12;

Value tune_number(double value) { return Value::rounded(value, kTuneDigits); }
Value text_or_null(const std::optional<std::string>& text) { return text ? Value(*text) : Value(); }

Value interval_of(const stats::Interval& interval) {
  Value value = Value::object();
  value.set("value", tune_number(interval.value))
      .set("low", tune_number(interval.low))
      .set("high", tune_number(interval.high));
  return value;
}

Value figures_of(const std::vector<PairedFigure>& figures) {
  Value all = Value::array();
  for (const PairedFigure& figure : figures) {
    Value value = Value::object();
    value.set("metric", figure.path)
        .set("unit", name(figure.unit))
        .set("more_is_better", figure.more_is_better)
        .set("today", interval_of(figure.today))
        .set("chosen", interval_of(figure.chosen))
        .set("difference", interval_of(figure.difference))
        .set("verdict", figure.is_better()  ? "better"
                        : figure.is_worse() ? "worse"
                                            : "tied")
        .set("variance_cut", figure.variance_cut ? tune_number(*figure.variance_cut) : Value());
    all.push(std::move(value));
  }
  return all;
}

Value goals_of(const TuneResult& result) {
  Value all = Value::array();
  for (const TuneGoal& goal : result.goals) {
    Value value = Value::object();
    value.set("name", goal.name)
        .set("metric", goal.path)
        .set("unit", name(goal.unit))
        .set("more_is_better", goal.more_is_better);
    all.push(std::move(value));
  }
  return all;
}

Value points_of(const TuneResult& result) {
  Value all = Value::array();
  for (const TunePoint& point : result.points) {
    Value goals = Value::array();
    for (const stats::Interval& goal : point.goals) goals.push(interval_of(goal));
    Value value = Value::object();
    value.set("name", point.name)
        .set("policy", point.text)
        .set("today", point.is_today)
        .set("chosen", point.is_chosen)
        .set("on_front", point.is_on_front)
        .set("sdk_alone", point.is_sdk_alone)
        .set("tied_with", texts_of(point.tied_with))
        .set("goals", std::move(goals));
    all.push(std::move(value));
  }
  return all;
}

Value bounds_of(const TuneResult& result) {
  Value all = Value::array();
  for (const TuneBound& bound : result.bounds) {
    Value value = Value::object();
    value.set("metric", bound.path)
        .set("unit", name(bound.unit))
        .set("least", bound.is_least)
        .set("bound", tune_number(bound.bound))
        .set("value", bound.chosen ? interval_of(*bound.chosen) : Value())
        .set("met", bound.is_met)
        .set("best", bound.best ? tune_number(*bound.best) : Value());
    all.push(std::move(value));
  }
  return all;
}

Value worlds_of(const TuneResult& result) {
  Value all = Value::array();
  for (const TuneCase& world : result.cases) {
    Value value = Value::object();
    value.set("name", world.name)
        .set("change", world.words)
        .set("assumption", world.is_assumption)
        .set("figures", figures_of(world.figures));
    all.push(std::move(value));
  }
  return all;
}

Value overload_of(const TuneResult& result) {
  if (!result.overload) return {};
  Value value = Value::object();
  value.set("limit", result.overload->limit)
      .set("seconds", seconds_of(result.overload->lasts))
      .set("load", tune_number(result.overload->load))
      .set("lost_share", tune_number(result.overload->lost_share));
  return value;
}

Value spend_stop_of(const TuneResult& result) {
  if (!result.spend_stop) return {};
  const SpendStop& stop = *result.spend_stop;
  Value value = Value::object();
  value.set("limit", stop.limit)
      .set("seconds", stop.after ? seconds_of(*stop.after) : Value())
      .set("refused_share", tune_number(stop.refused_share));
  return value;
}

Value paste_of(const TuneResult& result, const std::string& path) {
  Value value = Value::object();
  value.set("python_settings", text_or_null(python_settings(result)))
      .set("typescript_settings", text_or_null(typescript_settings(result)))
      .set("python", python_code(result))
      .set("typescript", typescript_code(result))
      .set("left_out_of_code", texts_of(left_out_of_code(result.chosen)))
      .set("client", result.client_json)
      .set("overrides", texts_of(result.overrides))
      .set("command", simulate_command(result, path));
  return value;
}

Value effort_of(const TuneEffort& effort) {
  Value value = Value::object();
  value.set("candidates", effort.candidates)
      .set("as_today", effort.as_today)
      .set("finalists", effort.finalists)
      .set("search_trials", effort.search_trials)
      .set("confirm_trials", effort.confirm_trials)
      .set("confirm_replications", effort.confirm_replications)
      .set("first_confirmation", effort.first_confirmation);
  return value;
}

}  // namespace

std::string render_json(const TuneResult& result, const std::string& path) {
  Value sensitive;
  if (result.most_sensitive) sensitive = result.cases[*result.most_sensitive].name;
  Value value = Value::object();
  value.set("format", "sluice-tune")
      .set("format_version", 1)
      .set("scenario", result.scenario)
      .set("scenario_digest", result.scenario_digest)
      .set("catalog_date", result.catalog_date)
      .set("version", result.version)
      .set("seed", std::to_string(result.seed))
      .set("client", result.client)
      .set("verdict", result.verdict == TuneVerdict::kBetter ? "recommended" : "keep")
      .set("partial", result.partial)
      .set("today", result.today_text)
      .set("chosen", result.chosen_text)
      .set("goals", goals_of(result))
      .set("figures", figures_of(result.figures))
      .set("points", points_of(result))
      .set("bounds", bounds_of(result))
      .set("worlds", worlds_of(result))
      .set("most_sensitive", std::move(sensitive))
      .set("overload", overload_of(result))
      .set("spend_stop", spend_stop_of(result))
      .set("assumed_deadline", seconds_of(result.assumed_deadline))
      .set("paste", paste_of(result, path))
      .set("effort", effort_of(result.effort))
      .set("notes", texts_of(result.notes))
      .set("effective_scenario", scenario_value(result.effective_scenario));
  return describe::to_json(value);
}

}  // namespace sluice
