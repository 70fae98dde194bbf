#include "report/agreement_json.hpp"

#include <string_view>
#include <utility>

#include "base/decimal.hpp"
#include "describe/json.hpp"
#include "report/scenario_json.hpp"
#include "results/serialise.hpp"

namespace sluice {
namespace {

using describe::Value;

constexpr int kDigits = 12;

Value number_of(const std::optional<MetricNumber>& number, Unit unit) {
  if (!number) return Value();
  return to_value(MetricValue{.number = *number, .unit = unit, .interval = {}});
}

Value row_of(const AgreementRow& row) {
  Value value = Value::object();
  value.set("metric", row.path)
      .set("unit", name(row.unit))
      .set("predicted", number_of(row.predicted, row.unit))
      .set("measured", number_of(row.measured, row.unit))
      .set("difference", Value::rounded(row.difference, kDigits))
      .set("allowed", Value::rounded(row.allowed, kDigits))
      .set("tolerance", row.tolerance)
      .set("judged", row.is_judged)
      .set("agrees", row.agrees);
  return value;
}

std::string_view verdict_of(const Agreement& agreement) {
  if (!agreement.void_reason.empty()) return "void";
  return agreement.agrees() ? "agrees" : "differs";
}

struct Field {
  std::string_view name;
  std::string_view type;
  std::string_view description;
  bool may_be_null = false;
};

Value object_of(const std::vector<Field>& fields) {
  Value properties = Value::object();
  Value required = Value::array();
  for (const Field& field : fields) {
    Value property = Value::object();
    if (field.may_be_null) {
      property.set("type", Value::array({Value(field.type), Value("null")}));
    } else {
      property.set("type", field.type);
    }
    property.set("description", field.description);
    properties.set(field.name, std::move(property));
    required.push(Value(field.name));
  }
  Value object = Value::object();
  object.set("type", "object")
      .set("properties", std::move(properties))
      .set("required", std::move(required))
      .set("additionalProperties", false);
  return object;
}

}  // namespace

std::string render_json(const Agreement& agreement, const RunFacts& facts,
                        std::int64_t speed_permille) {
  Value rows = Value::array();
  for (const AgreementRow& row : agreement.rows) rows.push(row_of(row));
  Value notes = Value::array();
  for (const std::string& note : facts.notes) notes.push(note);
  Value value = Value::object();
  value.set("format", "sluice-agreement")
      .set("format_version", 1)
      .set("scenario", facts.scenario_name)
      .set("scenario_digest", facts.scenario_digest)
      .set("version", facts.version)
      .set("seed", std::to_string(facts.seed))
      .set("speed", Value::decimal(decimal_text(int128{speed_permille}, 3)))
      .set("verdict", verdict_of(agreement))
      .set("void_reason", agreement.void_reason)
      .set("basis", agreement.basis)
      .set("exact", agreement.is_exact)
      .set("judged", agreement.judged())
      .set("differing", agreement.disagreeing())
      .set("rows", std::move(rows))
      .set("notes", std::move(notes))
      .set("effective_scenario", scenario_value(facts.effective_scenario));
  return describe::to_json(value);
}

std::string agreement_schema() {
  const Value row = object_of(
      {{"metric", "string", "Path of the metric, as in a result."},
       {"unit", "string", "Of all numbers of the row."},
       {"predicted", "number", "By the simulation.", true},
       {"measured", "number", "By the replay, or by a run of which there are records.", true},
       {"difference", "number", "Measured less predicted; 0 where either is null."},
       {"allowed", "number", "Size of the difference up to which they agree."},
       {"tolerance", "string", "Where that comes from: equal, 2 %, 3 sqrt(412), 5 ms x 60, ..."},
       {"judged", "boolean", "False: too few values to tell."},
       {"agrees", "boolean", "True also of what is not judged."}});
  Value root = object_of(
      {{"format", "string", "sluice-agreement."},
       {"format_version", "integer", "1."},
       {"scenario", "string", "Its name."},
       {"scenario_digest", "string", "sha256 of the effective scenario."},
       {"version", "string", "Of the program."},
       {"seed", "string", "Of both runs."},
       {"speed", "number", "Model time over wall time."},
       {"verdict", "string", "agrees, differs, or void: the replay itself was late or cut short."},
       {"void_reason", "string", "Of void, in words; else empty."},
       {"basis", "string", "Why counts must be equal, or need not be."},
       {"exact", "boolean", "Counts, tokens and money must be equal."},
       {"judged", "integer", "Rows that had enough values."},
       {"differing", "integer", "Rows beyond their tolerance."},
       {"rows", "array", "In the order of the metric table."},
       {"notes", "array", "On the origin and age of its numbers."},
       {"effective_scenario", "object", "With defaults and overrides.", true}});
  root.find("properties")->find("rows")->set("items", row);
  root.find("properties")->find("notes")->set("items", Value::object().set("type", "string"));
  Value schema = Value::object();
  schema.set("$schema", "https://json-schema.org/draft/2020-12/schema")
      .set("title", "What sluice verify found");
  for (describe::Member& member : root.members()) {
    schema.set(member.name, std::move(member.value));
  }
  return describe::to_json(schema);
}

}  // namespace sluice
