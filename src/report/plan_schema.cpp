#include <string_view>
#include <utility>
#include <vector>

#include "describe/json.hpp"
#include "report/plan_json.hpp"

namespace sluice {
namespace {

using describe::Value;

struct Field {
  std::string_view name;
  Value schema;
};

Value typed(std::string_view type, std::string_view description) {
  Value value = Value::object();
  value.set("type", type).set("description", description);
  return value;
}
Value text(std::string_view description) { return typed("string", description); }
Value number(std::string_view description) { return typed("number", description); }
Value count(std::string_view description) { return typed("integer", description); }
Value flag(std::string_view description) { return typed("boolean", description); }

Value or_null(Value schema) {
  const std::string type = schema.find("type")->as_string();
  schema.set("type", Value::array({Value(type), Value("null")}));
  return schema;
}

Value described(Value schema, std::string_view description) {
  schema.set("description", description);
  return schema;
}

Value object_of(std::vector<Field> fields) {
  Value properties = Value::object();
  Value required = Value::array();
  for (Field& field : fields) {
    properties.set(field.name, std::move(field.schema));
    required.push(Value(field.name));
  }
  Value object = Value::object();
  object.set("type", "object")
      .set("properties", std::move(properties))
      .set("required", std::move(required))
      .set("additionalProperties", false);
  return object;
}

Value list_of(Value items, std::string_view description) {
  Value value = typed("array", description);
  value.set("items", std::move(items));
  return value;
}

Value texts(std::string_view description) { return list_of(text("One of them."), description); }

Value estimate(std::string_view description) {
  return described(object_of({{"value", number("Mean over runs.")},
                              {"low", or_null(number("Of the 95 % interval; null: one run."))},
                              {"high", or_null(number("Likewise."))}}),
                   description);
}

Value demand() {
  return object_of({{"metric", text("Its path, as in a result.")},
                    {"unit", text("Of the bound and the value.")},
                    {"bound", number("What is allowed.")},
                    {"is_least", flag("At least that much; else at most.")},
                    {"is_default", flag("The scenario has no bounds: it is ours.")},
                    {"today", or_null(estimate("Null: the runs have no such number."))},
                    {"standing", text("holds, unclear (the bound lies in the interval), fails.")}});
}

Value binding() {
  return object_of({{"limit", text("That refused most, or was used most.")},
                    {"first_refused", or_null(number("Seconds, in the earliest run."))},
                    {"headroom", number("Free share in its busiest minute; negative: over.")}});
}

Value limit() {
  return object_of(
      {{"limit", text("Its name.")},
       {"first_refused", or_null(number("Seconds, in the earliest run; null: never."))},
       {"refused_share", number("Attempts that it refused, of all.")},
       {"peak_minute",
        or_null(number("Utilisation in its busiest minute of all runs; null: it has none."))}});
}

Value tier() {
  return object_of(
      {{"tier", text("Of the catalog.")},
       {"group", text("Models that share limits.")},
       {"is_current", flag("The scenario's own.")},
       {"fits", flag("Its rate limits do: all bounds but cost's, by the mean.")},
       {"requests", count("Of these models, over the runs; of none all is kept.")},
       {"binding", or_null(binding())},
       {"rate_limited_share", number("429s of the attempts.")},
       {"latency_p95", or_null(number("Seconds, of answered requests."))},
       {"cap", or_null(number("Dollars a month, or the organization's if that is less."))},
       {"cap_lasts", or_null(number("Seconds, what was spent this month before the "
                                    "run included; null: a month ends before."))}});
}

Value rate() {
  const Value impossible =
      object_of({{"per_minute", number("The small load at which it was looked at.")},
                 {"demands", list_of(demand(), "That are not kept there.")},
                 {"causes", texts("How requests fail there.")}});
  const Value broken = object_of({{"metric", text("What broke first just above the rate.")},
                                  {"runs", count("In so many of them.")}});
  return object_of(
      {{"today_per_minute", number("Requests offered, mean.")},
       {"factor", or_null(estimate("Of today's traffic; null: none was found."))},
       {"per_minute", or_null(estimate("The same in requests."))},
       {"is_cut_at_limit", flag("The intervals, at what the limit gives.")},
       {"is_lower_bound", flag("Nothing gave way up to there.")},
       {"impossible", or_null(described(impossible, "Why nothing lasts."))},
       {"closed_form_factor", or_null(number("By arithmetic on means; null: no limit."))},
       {"closed_form_limit", text("That binds there.")},
       {"closed_form_is_exact", flag("By the scenario's own means; else by measured ones.")},
       {"broken_above", list_of(broken, "The most frequent first.")},
       {"scatter", texts("What makes it lower than the closed form.")},
       {"runs", count("Each searched by itself.")},
       {"run_length", number("Seconds of traffic of each.")}});
}

Value lever() {
  return object_of({{"name", text("What could be changed.")},
                    {"detail", text("How.")},
                    {"factor", estimate("Highest lasting rate then, of today's traffic.")},
                    {"gain", estimate("Over today's highest lasting rate, paired by run.")},
                    {"cost_change", or_null(number("Of one success, relative."))}});
}

Value money() {
  return object_of({{"month", or_null(estimate("Dollars, 30 days like this, up to the limit."))},
                    {"month_is_stopped", flag("A spending limit refuses requests before it ends.")},
                    {"month_wanted", or_null(estimate("Then: dollars without that limit."))},
                    {"per_success", or_null(estimate("Dollars."))},
                    {"budget", or_null(number("Dollars a month, of the objectives."))},
                    {"cap", or_null(number("Dollars a month, the lesser spending limit."))},
                    {"cap_is_own", flag("It is the organization's, not the tier's.")},
                    {"time_to_cap", or_null(estimate("Seconds; null: not in that month."))},
                    {"cap_was_reached", flag("In a run; else extrapolated.")}});
}

}  // namespace

std::string plan_schema() {
  const Value first = object_of({{"runs", count("All.")},
                                 {"runs_refused", count("That had a 429.")},
                                 {"median", or_null(estimate("Seconds, of those."))},
                                 {"earliest", or_null(number("Seconds."))}});
  const Value assumption = object_of({{"name", text("What was varied.")},
                                      {"change", text("To the worse, by how much.")},
                                      {"effect", estimate("On the highest lasting rate.")},
                                      {"is_guess", flag("Nobody has published it.")}});
  Value root =
      object_of({{"format", text("sluice-plan.")},
                 {"format_version", count("1.")},
                 {"scenario", text("Its name.")},
                 {"scenario_digest", text("sha256 of the effective scenario.")},
                 {"catalog_date", text("YYYY-MM-DD.")},
                 {"version", text("Of the program.")},
                 {"seed", text("Of all draws.")},
                 {"tier", text("The scenario's own.")},
                 {"duration", number("Of the scenario, seconds.")},
                 {"runs", count("For the verdict.")},
                 {"simulations", count("In all.")},
                 {"verdict", text("fits, unclear, too little to say, does not fit, impossible.")},
                 {"words", text("The verdict in a sentence.")},
                 {"demands", list_of(demand(), "What is asked for.")},
                 {"binding", or_null(binding())},
                 {"limits", list_of(limit(), "That were used; the tightest first.")},
                 {"rate_limited_share", number("429s of the attempts, today.")},
                 {"tiers", list_of(tier(), "Each simulated, by group of models.")},
                 {"rate", rate()},
                 {"levers", list_of(lever(), "The largest gain first.")},
                 {"levers_left_out", texts("And why.")},
                 {"first_refusal", first},
                 {"money", money()},
                 {"assumptions", list_of(assumption, "The largest effect first.")},
                 {"guesses", texts("What nobody has published.")},
                 {"notes", texts("How the work was bounded.")},
                 {"effective_scenario", or_null(typed("object", "With defaults and overrides."))}});
  Value schema = Value::object();
  schema.set("$schema", "https://json-schema.org/draft/2020-12/schema")
      .set("title", "What sluice plan found");
  for (describe::Member& member : root.members()) {
    schema.set(member.name, std::move(member.value));
  }
  return describe::to_json(schema);
}

}  // namespace sluice
