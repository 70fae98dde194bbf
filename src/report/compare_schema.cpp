#include <string_view>
#include <utility>
#include <vector>

#include "describe/json.hpp"
#include "report/compare_json.hpp"

namespace sluice {
namespace {

using describe::Value;

struct Field {
  std::string_view name;
  std::string_view type;
  std::string_view description;
  bool may_be_null = false;
};

Value type_of(std::string_view type, bool may_be_null) {
  return may_be_null ? Value::array({Value(type), Value("null")}) : Value(type);
}

Value object_of(const std::vector<Field>& fields, bool may_be_null = false) {
  Value properties = Value::object();
  Value required = Value::array();
  for (const Field& field : fields) {
    Value property = Value::object();
    property.set("type", type_of(field.type, field.may_be_null))
        .set("description", field.description);
    properties.set(field.name, std::move(property));
    required.push(Value(field.name));
  }
  Value object = Value::object();
  object.set("type", type_of("object", may_be_null))
      .set("properties", std::move(properties))
      .set("required", std::move(required))
      .set("additionalProperties", false);
  return object;
}

void set_items(Value& object, std::string_view field, Value items) {
  object.find("properties")->find(field)->set("items", std::move(items));
}

// The object in place of the field, its description kept.
void set_object(Value& object, std::string_view field, Value schema) {
  Value& property = *object.find("properties")->find(field);
  schema.set("description", *property.find("description"));
  property = std::move(schema);
}

Value text_items() {
  Value items = Value::object();
  items.set("type", "string");
  return items;
}

std::vector<Field> figure_fields() {
  return {{"value", "number", "Mean over replications."},
          {"low", "number", "Of its 95 % interval; null with one replication.", true},
          {"high", "number", "Likewise.", true}};
}

Value by_measure(bool differences) {
  std::vector<Field> fields;
  for (const MeasureInfo& info : compared_measures()) {
    fields.push_back({info.name, "object", info.doc, true});
  }
  Value object = object_of(fields);
  std::vector<Field> figure = figure_fields();
  if (differences) {
    figure.push_back({"variance_reduction", "number",
                      "Variance with independent runs, over that of these pairs.", true});
  }
  for (const MeasureInfo& info : compared_measures()) {
    set_object(object, info.name, object_of(figure, true));
  }
  return object;
}

Value row_schema() {
  Value row = object_of(
      {{"kind", "string", "today, model, tier, what_if, mix or cheapest_mix."},
       {"name", "string", "As it was asked for."},
       {"models", "array", "Ids of the models in use."},
       {"change", "string", "Of what_if: what is done differently; else empty."},
       {"tier", "string", "Whose limits it met."},
       {"reference", "integer", "Row that differences are to; its own position: none."},
       {"unavailable", "string", "Why it was not run; empty: it was."},
       {"unpriced", "boolean", "It has no costs, because a price is not known."},
       {"changes_nothing", "boolean", "The very same run as its reference."},
       {"month_is_stopped", "boolean", "A spending limit ends the month's cost at that limit."},
       {"month_wanted", "number", "Dollars of a month without that limit.", true},
       {"token_ratio", "number", "Tokens of the same text, to those of today's model."},
       {"keeps_all", "boolean", "It keeps all requirements."},
       {"missed", "array", "The requirements that it does not keep."},
       {"tier_needed", "string",
        "Smallest tier that keeps them; empty: none; null: not looked for.", true},
       {"tier_month_cap", "number", "Dollars that may be spent there in a month.", true},
       {"figures", "object", "In dollars, seconds and shares; null: it has no such number."},
       {"differences", "object", "Row less reference, paired by replication."}});
  set_items(row, "models", text_items());
  set_items(row, "missed",
            object_of({{"requirement", "integer", "Position among the requirements."},
                       {"value", "number", "Mean over replications.", true}}));
  set_object(row, "figures", by_measure(false));
  set_object(row, "differences", by_measure(true));
  return row;
}

Value requirement_schema() {
  return object_of({{"metric", "string", "Path of the metric, as in a result."},
                    {"bound_is", "string", "least or most."},
                    {"bound", "number", "In the metric's unit."},
                    {"unit", "string", "Of the bound."},
                    {"default", "boolean", "The scenario asks for nothing, so it is sluice's."}});
}

Value break_even_schema() {
  return object_of(
      {{"model", "string", "As asked for."},
       {"reads_per_write_5m", "number", "From so many reads per write caching pays.", true},
       {"reads_per_write_1h", "number", "The same for an hour.", true},
       {"extra_reads_1h", "number", "Of reuse every 5 to 60 minutes: 1h over 5m.", true},
       {"uses_per_minute_5m", "number", "Of a prefix at random times: from here 5m pays.", true},
       {"uses_per_minute_1h", "number", "From here 1h pays.", true},
       {"uses_per_minute_1h_over_5m", "number", "From here 1h costs less than 5m.", true},
       {"batch_factor", "number", "Of every price, in a batch."},
       {"batch_until_read_share", "number",
        "Share of the prompt read from the cache up to which a batch without cache is cheaper; "
        "null: always.",
        true}});
}

Value prefix_schema() {
  return object_of({{"workload", "string", "Its name."},
                    {"model", "string", "Its id."},
                    {"prefix_tokens", "integer", "Shared by all sessions."},
                    {"minimum_tokens", "integer", "Shorter prompts are not cached."},
                    {"uses_per_minute", "number", "Of each variant of the prefix."},
                    {"best", "string", "none, 5m or 1h: the cheapest."},
                    {"today", "string", "none, 5m or 1h: what the scenario does."}});
}

Value mix_schema() {
  Value mix = object_of(
      {{"min_quality", "number", "Least mean weight that was asked for.", true},
       {"max_latency_p95", "number", "Most seconds that were asked for.", true},
       {"verdict", "string", "confirmed, limits_spoil_it or infeasible."},
       {"words", "string", "The same in a sentence."},
       {"shares", "array", "Of the mix that was simulated last."},
       {"cost_expected", "number", "Dollars a request, by the linear program.", true},
       {"quality", "number", "Mean weight of the mix.", true},
       {"row", "integer", "Its simulation.", true},
       {"best_quality", "number", "Largest weight of a model."},
       {"best_within", "number", "Largest share of a model's requests in time, without limits."}},
      true);
  set_items(mix, "shares",
            object_of({{"model", "string", "As asked for."},
                       {"share", "number", "Of all sessions."},
                       {"quality", "number", "Its weight.", true}}));
  return mix;
}

Value sensitivity_schema() {
  return object_of(
      {{"assumption", "string", "none, output_length, tokenizer or service_times."},
       {"factor", "number", "By which it has to be off for the recommendation to change."},
       {"rival", "integer", "The row that would then be cheaper.", true},
       {"words", "string", "The same in a sentence."}});
}

}  // namespace

std::string comparison_schema() {
  Value root = object_of(
      {{"format", "string", "sluice-comparison."},
       {"format_version", "integer", "1."},
       {"scenario", "string", "Its name."},
       {"scenario_digest", "string", "sha256 of the effective scenario."},
       {"catalog_date", "string", "Day of the newest of its files."},
       {"catalog_digest", "string", "sha256 of the catalog."},
       {"version", "string", "Of the program."},
       {"seed", "string", "Of all draws."},
       {"tier", "string", "Of the scenario."},
       {"replications", "integer", "Of every row."},
       {"duration", "number", "Seconds that arrivals last."},
       {"verdict", "string", "In a sentence."},
       {"recommended", "integer", "Cheapest row that keeps all requirements.", true},
       {"elsewhere", "integer", "Where none does: the cheapest that does in another tier.", true},
       {"next", "integer", "The next cheapest after either.", true},
       {"sensitivity", "object", "The assumption that the verdict hangs on most."},
       {"assumptions", "array", "What all of it rests on."},
       {"requirements", "array", "What is asked of every row."},
       {"today", "integer", "Row of the scenario as it is."},
       {"rows", "array", "In the order in which they were asked for."},
       {"break_evens", "array", "By model, from its prices alone."},
       {"prefixes", "array", "On which side of them the workloads' prefixes are."},
       {"cheapest_mix", "object", "If it was asked for.", true},
       {"effective_scenario", "object", "With defaults and overrides.", true}});
  set_object(root, "sensitivity", sensitivity_schema());
  set_items(root, "assumptions", text_items());
  set_items(root, "requirements", requirement_schema());
  set_items(root, "rows", row_schema());
  set_items(root, "break_evens", break_even_schema());
  set_items(root, "prefixes", prefix_schema());
  set_object(root, "cheapest_mix", mix_schema());
  Value schema = Value::object();
  schema.set("$schema", "https://json-schema.org/draft/2020-12/schema")
      .set("title", "What sluice compare found");
  for (describe::Member& member : root.members()) {
    schema.set(member.name, std::move(member.value));
  }
  return describe::to_json(schema);
}

}  // namespace sluice
