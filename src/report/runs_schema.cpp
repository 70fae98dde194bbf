#include "describe/schema_parts.hpp"
#include "report/runs_json.hpp"

namespace sluice {
namespace {

using describe::Value;
namespace schema = describe::schema;

Value runs_run() {
  return schema::object(
      {{"id", schema::count("From 1, never given twice.")},
       {"saved_at", schema::text("RFC 3339, UTC.")},
       {"kind", schema::text("The command: simulate, replay, plan, ...")},
       {"scenario", schema::text("Its name.")},
       {"scenario_digest", schema::text("sha256 of the effective scenario, hex.")},
       {"catalog_date", schema::text("YYYY-MM-DD; empty: the result does not say.")},
       {"catalog_digest", schema::text("sha256, hex; empty: the result does not say.")},
       {"tier", schema::text("Empty: the result does not say.")},
       {"seed", schema::text("Decimal, 64 bits; empty: the result does not say.")},
       {"version", schema::text("Of sluice, with its commit.")},
       {"replications", schema::count("0: not that kind of result.")},
       {"partial", schema::flag("It was stopped before its end.")},
       {"verdict", schema::text("As the result has it.")},
       {"digest", schema::text("sha256 of the result's JSON, hex.")}});
}

Value runs_unit() {
  return schema::or_null(schema::text("requests, seconds, dollars, ...; null: none is known."));
}

Value runs_metric() {
  return schema::or_null(schema::object(
      {{"value", schema::number("In the unit.")},
       {"low", schema::or_null(schema::number("Of its 95 % interval; null: it has none."))},
       {"high", schema::or_null(schema::number("Of its 95 % interval."))},
       {"mean_of", schema::count("Replications whose Student t interval it is; 0: another kind, "
                                 "or none.")}},
      "null: that run has no such number."));
}

Value runs_diff_row() {
  return schema::object(
      {{"metric", schema::text("Its path, as in the result.")},
       {"unit", runs_unit()},
       {"main", schema::flag("One of the figures that people ask for first.")},
       {"first", runs_metric()},
       {"second", runs_metric()},
       {"difference", schema::or_null(schema::number("Second less first."))},
       {"low",
        schema::or_null(schema::number("Of its 95 % interval (Welch); null: there is none."))},
       {"high", schema::or_null(schema::number("Of its 95 % interval (Welch)."))},
       {"verdict",
        schema::word(
            {name(DiffVerdict::kEqual), name(DiffVerdict::kDiffers), name(DiffVerdict::kNotShown),
             name(DiffVerdict::kNotJudged), name(DiffVerdict::kOnlyOne)},
            "not shown: chance alone could do it; not judged: a number without an "
            "interval; only one: the other run has no such number.")}});
}

Value runs_numbers(std::string_view description) {
  return schema::list(schema::or_null(schema::number({})), description);
}

Value runs_trend_line() {
  return schema::object({{"metric", schema::text("Its path, as in the result.")},
                         {"unit", runs_unit()},
                         {"value", runs_numbers("One a run; null: it has no such number.")},
                         {"low", runs_numbers("Of their 95 % intervals.")},
                         {"high", runs_numbers("Of their 95 % intervals.")}});
}

}  // namespace

std::string runs_schema() {
  return schema::document("What sluice runs list finds", "sluice-runs",
                          {{"total", schema::count("Runs that there are; --limit shows fewer.")},
                           {"runs", schema::list(runs_run(), "The newest first.")}});
}

std::string run_diff_schema() {
  const Value identity = schema::object(
      {{"what", schema::text("scenario, scenario or seed, catalog, version, seed, ...")},
       {"first", schema::text("Of the first run.")},
       {"second", schema::text("Of the second run.")}});
  return schema::document(
      "What sluice runs diff found", "sluice-diff",
      {{"first", runs_run()},
       {"second", runs_run()},
       {"identical", schema::flag("The results are equal, byte by byte.")},
       {"not_the_same", schema::list(identity, "What else differs, so that numbers may.")},
       {"judged", schema::count("Rows of which it can be said whether chance explains them.")},
       {"differing", schema::count("Rows that differ by more than chance explains.")},
       {"rows", schema::list(runs_diff_row(), "The main figures; then what differs most.")}});
}

std::string run_trend_schema() {
  return schema::document(
      "What sluice runs trend found", "sluice-trend",
      {{"scenario", schema::text("As asked for: a name, or the begin of a digest.")},
       {"total", schema::count("Runs that there are; --limit shows fewer.")},
       {"runs", schema::list(runs_run(), "The oldest first.")},
       {"changes", schema::list(schema::texts("scenario, scenario or seed, catalog, version."),
                                "One a run: what is new in it.")},
       {"metrics", schema::list(runs_trend_line(), "Those that were asked for.")}});
}

}  // namespace sluice
