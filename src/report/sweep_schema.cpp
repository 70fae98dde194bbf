#include "describe/schema_parts.hpp"
#include "report/sweep_json.hpp"

namespace sluice {
namespace {

using describe::Value;
namespace schema = describe::schema;

Value sweep_figure() {
  const Value difference = schema::object(
      {{"difference", schema::number("Mean of this cell less the first one, pair by pair.")},
       {"low", schema::number("Of its 95 % interval.")},
       {"high", schema::number("Of its 95 % interval.")},
       {"variance_reduction",
        schema::or_null(schema::number("By common random numbers: the variances' sum "
                                       "over the variance of the differences. Null: "
                                       "the differences do not vary."))}},
      "Null for the first cell and below two pairs.");
  return schema::object(
      {{"metric", schema::text("Path, as in a result.")},
       {"count", schema::count("Replications that have the number.")},
       {"mean", schema::or_null(schema::number("Over these, in the metric's unit."))},
       {"low", schema::or_null(
                   schema::number("Of the mean's 95 % interval (Student t); null below two."))},
       {"high", schema::or_null(schema::number("Of the mean's 95 % interval."))},
       {"against_first", schema::or_null(difference)}});
}

}  // namespace

std::string sweep_schema() {
  const Value cell = schema::object(
      {{"values", schema::texts("Of the axes, in their order.")},
       {"scenario_digest", schema::text("sha256 of the scenario with these values.")},
       {"replications", schema::count("That count here.")},
       {"precise", schema::flag("All figures are as precise as was wished; true if none was.")},
       {"figures", schema::list(sweep_figure(), "In the order of the metrics.")}});
  const Value axis = schema::object({{"pointer", schema::text("Into the scenario.")},
                                     {"values", schema::texts("As they stand in the scenario.")}});
  const Value metric = schema::object(
      {{"path", schema::text("As in a result.")}, {"unit", schema::text("Its unit.")}});
  return schema::document(
      "What sluice sweep found", "sluice-sweep",
      {{"scenario", schema::text("Its name.")},
       {"scenario_digest", schema::text("sha256 of the scenario, nothing varied.")},
       {"catalog_digest", schema::text("sha256 of the catalog.")},
       {"version", schema::text("Of the program.")},
       {"axes", schema::list(axis, "What varied.")},
       {"metrics", schema::list(metric, "What was read.")},
       {"precision", schema::or_null(schema::number("Wished, relative to the mean: 0.05 is 5 %."))},
       {"cells", schema::list(cell, "Every combination; the last axis turns fastest.")},
       {"notes", schema::texts("On the origin and age of its numbers.")},
       {"effective_scenario",
        schema::or_null(schema::any_object("Nothing varied, with defaults and overrides."))}});
}

}  // namespace sluice
