#include "report/agreement_json.hpp"

#include <string_view>
#include <utility>

#include "base/decimal.hpp"
#include "describe/json.hpp"
#include "describe/schema_parts.hpp"
#include "report/scenario_json.hpp"
#include "results/json_value.hpp"
#include "results/serialise.hpp"

namespace sluice {
namespace {

using describe::Value;

constexpr int kAgreementDigits = 12;

Value cell_number(const std::optional<MetricNumber>& number, Unit unit) {
  if (!number) return Value();
  return to_value(MetricValue{.number = *number, .unit = unit, .interval = {}});
}

Value agreement_row(const AgreementRow& row) {
  Value value = Value::object();
  value.set("metric", row.path)
      .set("unit", name(row.unit))
      .set("predicted", cell_number(row.predicted, row.unit))
      .set("measured", cell_number(row.measured, row.unit))
      .set("difference", Value::rounded(row.difference, kAgreementDigits))
      .set("allowed", Value::rounded(row.allowed, kAgreementDigits))
      .set("tolerance", row.tolerance)
      .set("judged", row.is_judged)
      .set("agrees", row.agrees);
  return value;
}

std::string_view verdict_of(const Agreement& agreement) {
  if (!agreement.void_reason.empty()) return "void";
  return agreement.agrees() ? "agrees" : "differs";
}

}  // namespace

Value agreement_rows(const Agreement& agreement) {
  Value rows = Value::array();
  for (const AgreementRow& row : agreement.rows) rows.push(agreement_row(row));
  return rows;
}

std::string render_json(const Agreement& agreement, const RunFacts& facts,
                        std::int64_t speed_permille) {
  Value value = Value::object();
  value.set("format", "sluice-agreement")
      .set("format_version", 1)
      .set("scenario", facts.scenario_name)
      .set("scenario_digest", facts.scenario_digest)
      .set("catalog_date", facts.catalog_date)
      .set("version", facts.version)
      .set("seed", std::to_string(facts.seed))
      .set("speed", Value::decimal(decimal_text(int128{speed_permille}, 3)))
      .set("verdict", verdict_of(agreement))
      .set("void_reason", agreement.void_reason)
      .set("basis", agreement.basis)
      .set("exact", agreement.is_exact)
      .set("judged", agreement.judged())
      .set("differing", agreement.disagreeing())
      .set("rows", agreement_rows(agreement))
      .set("notes", texts_of(facts.notes))
      .set("effective_scenario", scenario_value(facts.effective_scenario));
  return describe::to_json(value);
}

Value agreement_row_schema() {
  namespace schema = describe::schema;
  return schema::object(
      {{"metric", schema::text("Path of the metric, as in a result.")},
       {"unit", schema::text("Of all numbers of the row.")},
       {"predicted", schema::or_null(schema::number("By the simulation."))},
       {"measured",
        schema::or_null(schema::number("By the replay, or by a run of which there are records."))},
       {"difference", schema::number("Measured less predicted; 0 where either is null.")},
       {"allowed", schema::number("Size of the difference up to which they agree.")},
       {"tolerance",
        schema::text("Where that comes from: equal, 2 %, 3 sqrt(412), 5 ms x 60, ...")},
       {"judged", schema::flag("False: too few values to tell.")},
       {"agrees", schema::flag("True also of what is not judged.")}});
}

std::string agreement_schema() {
  namespace schema = describe::schema;
  return schema::document(
      "What sluice verify found", "sluice-agreement",
      {{"scenario", schema::text("Its name.")},
       {"scenario_digest", schema::text("sha256 of the effective scenario.")},
       {"catalog_date", schema::text("YYYY-MM-DD.")},
       {"version", schema::text("Of the program.")},
       {"seed", schema::text("Of both runs.")},
       {"speed", schema::number("Model time over wall time.")},
       {"verdict", schema::word({"agrees", "differs", "void"},
                                "void: the replay itself was late or cut short.")},
       {"void_reason", schema::text("Of void, in words; else empty.")},
       {"basis", schema::text("Why counts must be equal, or need not be.")},
       {"exact", schema::flag("Counts, tokens and money must be equal.")},
       {"judged", schema::count("Rows that had enough values.")},
       {"differing", schema::count("Rows beyond their tolerance.")},
       {"rows", schema::list(agreement_row_schema(), "In the order of the metric table.")},
       {"notes", schema::texts("On the origin and age of its numbers.")},
       {"effective_scenario",
        schema::or_null(schema::any_object("With defaults and overrides."))}});
}

}  // namespace sluice
