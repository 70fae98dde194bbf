#include <string_view>
#include <utility>
#include <vector>

#include "describe/json.hpp"
#include "report/tune_json.hpp"

namespace sluice {
namespace {

using describe::Value;

Value of_type(std::string_view type, std::string_view description) {
  Value value = Value::object();
  value.set("type", type).set("description", description);
  return value;
}

Value or_null(std::string_view type, std::string_view description) {
  Value value = Value::object();
  value.set("type", Value::array({Value(type), Value("null")})).set("description", description);
  return value;
}

Value text(std::string_view description) { return of_type("string", description); }
Value number(std::string_view description) { return of_type("number", description); }
Value integer(std::string_view description) { return of_type("integer", description); }
Value flag(std::string_view description) { return of_type("boolean", description); }

Value list_of(Value items, std::string_view description) {
  Value value = of_type("array", description);
  value.set("items", std::move(items));
  return value;
}

struct Property {
  std::string_view name;
  Value value;
};

Value object_of(std::vector<Property> properties, std::string_view description, bool or_none) {
  Value members = Value::object();
  Value required = Value::array();
  for (Property& property : properties) {
    required.push(property.name);
    members.set(property.name, std::move(property.value));
  }
  Value value = or_none ? or_null("object", description) : of_type("object", description);
  value.set("properties", std::move(members))
      .set("required", std::move(required))
      .set("additionalProperties", false);
  return value;
}

Value interval(std::string_view description, bool or_none = false) {
  return object_of({{"value", number("Mean.")},
                    {"low", number("Of the 95 % interval.")},
                    {"high", number("Of the 95 % interval.")}},
                   description, or_none);
}

Value figure() {
  return object_of(
      {{"metric", text("Path of the metric, as in a result.")},
       {"unit", text("Of all numbers of the figure.")},
       {"more_is_better", flag("Else less is.")},
       {"today", interval("Today's policy.")},
       {"chosen", interval("The best policy of the search.")},
       {"difference", interval("Chosen less today, replication by replication.")},
       {"verdict", text("better, worse, or tied: the interval holds 0.")},
       {"variance_cut", or_null("number",
                                "Variance of independent runs' difference by that of the "
                                "pairs; null where the pairs do not vary.")}},
      "One number of both policies over the same replications.", false);
}

Value goal() {
  return object_of({{"name", text("As in a scenario: goodput, latency_p95, ...")},
                    {"metric", text("Path of the metric.")},
                    {"unit", text("Of the metric.")},
                    {"more_is_better", flag("Else less is.")}},
                   "In the order of importance.", false);
}

Value point() {
  return object_of({{"name", text("today, A (the chosen one), B, ...")},
                    {"policy", text("In words.")},
                    {"today", flag("The policy in use.")},
                    {"chosen", flag("The one that figures are of.")},
                    {"on_front", flag("Nothing is better in one goal and as good in the others.")},
                    {"sdk_alone", flag("A setting of the official SDKs is all it needs.")},
                    {"tied_with", list_of(text("Name of a point."), "No goal tells them apart.")},
                    {"goals", list_of(interval("Of a goal."), "In the order of goals.")}},
                   "A finalist, confirmed.", false);
}

Value bound() {
  return object_of({{"metric", text("Path of the metric.")},
                    {"unit", text("Of the metric.")},
                    {"least", flag("The bound is the least that is allowed; else the most.")},
                    {"bound", number("As the scenario asks.")},
                    {"value", interval("Of the policy to use.", true)},
                    {"met", flag("By its mean.")},
                    {"best", or_null("number", "Best mean of any candidate of the search.")}},
                   "A bound among the scenario's objectives.", false);
}

Value world() {
  return object_of({{"name", text("twice the load, an outage, ...")},
                    {"change", text("What is otherwise.")},
                    {"assumption", flag("Of the scenario's own; else something that happens.")},
                    {"figures", list_of(figure(), "Of the goals.")}},
                   "The same comparison where something is otherwise.", false);
}

Value paste() {
  return object_of(
      {{"python_settings", or_null("string", "Of the Python SDK's client; null: it cannot.")},
       {"typescript_settings", or_null("string", "Of the TypeScript SDK's; null: it cannot.")},
       {"python", text("A module with create(), for asyncio.")},
       {"typescript", text("The same in TypeScript.")},
       {"left_out_of_code", list_of(text("A mechanism."), "What the code leaves out.")},
       {"client", text("JSON for /clients of a scenario.")},
       {"overrides", list_of(text("POINTER=VALUE."), "That make the scenario the chosen one.")},
       {"command", text("That simulates it.")}},
      "The chosen policy to paste.", false);
}

Value effort() {
  return object_of({{"candidates", integer("In the search, today's not counted.")},
                    {"as_today", integer("Of these, that behaved exactly as today's policy.")},
                    {"finalists", integer("That were confirmed.")},
                    {"search_trials", integer("Replications in the search.")},
                    {"confirm_trials", integer("Replications after it.")},
                    {"confirm_replications", integer("Of every finalist.")},
                    {"first_confirmation", integer("Number of the first that confirms.")}},
                   "What was simulated.", false);
}

}  // namespace

std::string tune_schema() {
  Value root = object_of(
      {{"format", text("sluice-tune.")},
       {"format_version", integer("1.")},
       {"scenario", text("Its name.")},
       {"scenario_digest", text("sha256 of the effective scenario.")},
       {"catalog_date", text("Of prices and limits.")},
       {"version", text("Of the program.")},
       {"seed", text("Of all draws.")},
       {"client", text("Whose policy was tuned.")},
       {"verdict", text("recommended: use the chosen policy; keep: today's.")},
       {"partial", flag("It was stopped: the best so far.")},
       {"today", text("The policy in use, in words.")},
       {"chosen", text("The best of the search but for today's, in words.")},
       {"goals", list_of(goal(), "What it was tuned for.")},
       {"figures", list_of(figure(), "The goals first.")},
       {"points", list_of(point(), "Today's, the chosen one and the other finalists.")},
       {"bounds", list_of(bound(), "In the order of the scenario's objectives.")},
       {"worlds", list_of(world(), "How the choice holds.")},
       {"most_sensitive", or_null("string", "The assumption of worlds that matters most.")},
       {"overload",
        object_of({{"limit", text("Name of the limiter.")},
                   {"seconds", number("How long.")},
                   {"load", number("R: asked for by capacity meanwhile.")},
                   {"lost_share", number("Of all requests, whatever the client does.")}},
                  "More is asked of a limit than it gives; null: no lasting one.", true)},
       {"spend_stop",
        object_of({{"limit", text("Which one.")},
                   {"seconds", or_null("number", "From the start; null: not known.")},
                   {"refused_share", number("Of today's requests: no policy helps.")}},
                  "A spending limit that refuses requests; null: none does.", true)},
       {"assumed_deadline", or_null("number", "Seconds, of workloads without a deadline.")},
       {"paste", paste()},
       {"effort", effort()},
       {"notes", list_of(text("A sentence."), "What else is to be said.")},
       {"effective_scenario", or_null("object", "With defaults and overrides.")}},
      "", false);
  Value schema = Value::object();
  schema.set("$schema", "https://json-schema.org/draft/2020-12/schema")
      .set("title", "What sluice tune found");
  for (describe::Member& member : root.members()) {
    if (member.name != "description") schema.set(member.name, std::move(member.value));
  }
  return describe::to_json(schema);
}

}  // namespace sluice
