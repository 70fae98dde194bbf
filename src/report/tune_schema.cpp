#include <string_view>
#include <utility>
#include <vector>

#include "describe/schema_parts.hpp"
#include "report/tune_json.hpp"

namespace sluice {
namespace {

using describe::Value;
namespace schema = describe::schema;

// With a description, and null where there may be none.
Value tune_object(std::vector<schema::Part> parts, std::string_view description, bool or_none) {
  Value value = schema::object(std::move(parts), description);
  return or_none ? schema::or_null(std::move(value)) : value;
}

Value tune_interval(std::string_view description, bool or_none = false) {
  return tune_object({{"value", schema::number("Mean.")},
                      {"low", schema::number("Of the 95 % interval.")},
                      {"high", schema::number("Of the 95 % interval.")}},
                     description, or_none);
}

Value tune_figure() {
  return tune_object(
      {{"metric", schema::text("Path of the metric, as in a result.")},
       {"unit", schema::text("Of all numbers of the figure.")},
       {"more_is_better", schema::flag("Else less is.")},
       {"today", tune_interval("Today's policy.")},
       {"chosen", tune_interval("The best policy of the search.")},
       {"difference", tune_interval("Chosen less today, replication by replication.")},
       {"verdict", schema::text("better, worse, or tied: the interval holds 0.")},
       {"variance_cut",
        schema::or_null(schema::number("Variance of independent runs' difference by that of the "
                                       "pairs; null where the pairs do not vary."))}},
      "One number of both policies over the same replications.", false);
}

Value tune_goal() {
  return tune_object({{"name", schema::text("As in a scenario: goodput, latency_p95, ...")},
                      {"metric", schema::text("Path of the metric.")},
                      {"unit", schema::text("Of the metric.")},
                      {"more_is_better", schema::flag("Else less is.")}},
                     "In the order of importance.", false);
}

Value tune_point() {
  return tune_object(
      {{"name", schema::text("today, A (the chosen one), B, ...")},
       {"policy", schema::text("In words.")},
       {"today", schema::flag("The policy in use.")},
       {"chosen", schema::flag("The one that figures are of.")},
       {"on_front", schema::flag("Nothing is better in one goal and as good in the others.")},
       {"sdk_alone", schema::flag("A setting of the official SDKs is all it needs.")},
       {"tied_with", schema::list(schema::text("Name of a point."), "No goal tells them apart.")},
       {"goals", schema::list(tune_interval("Of a goal."), "In the order of goals.")}},
      "A finalist, confirmed.", false);
}

Value tune_bound() {
  return tune_object(
      {{"metric", schema::text("Path of the metric.")},
       {"unit", schema::text("Of the metric.")},
       {"least", schema::flag("The bound is the least that is allowed; else the most.")},
       {"bound", schema::number("As the scenario asks.")},
       {"value", tune_interval("Of the policy to use.", true)},
       {"met", schema::flag("By its mean.")},
       {"best", schema::or_null(schema::number("Best mean of any candidate of the search."))}},
      "A bound among the scenario's objectives.", false);
}

Value tune_world() {
  return tune_object(
      {{"name", schema::text("twice the load, an outage, ...")},
       {"change", schema::text("What is otherwise.")},
       {"assumption", schema::flag("Of the scenario's own; else something that happens.")},
       {"figures", schema::list(tune_figure(), "Of the goals.")}},
      "The same comparison where something is otherwise.", false);
}

Value tune_paste() {
  return tune_object(
      {{"python_settings",
        schema::or_null(schema::text("Of the Python SDK's client; null: it cannot."))},
       {"typescript_settings",
        schema::or_null(schema::text("Of the TypeScript SDK's; null: it cannot."))},
       {"python", schema::text("A module with create(), for asyncio.")},
       {"typescript", schema::text("The same in TypeScript.")},
       {"left_out_of_code",
        schema::list(schema::text("A mechanism."), "What the code leaves out.")},
       {"client", schema::text("JSON for /clients of a scenario.")},
       {"overrides",
        schema::list(schema::text("POINTER=VALUE."), "That make the scenario the chosen one.")},
       {"command", schema::text("That simulates it.")}},
      "The chosen policy to paste.", false);
}

Value tune_effort() {
  return tune_object(
      {{"candidates", schema::count("In the search, today's not counted.")},
       {"as_today", schema::count("Of these, that behaved exactly as today's policy.")},
       {"finalists", schema::count("That were confirmed.")},
       {"search_trials", schema::count("Replications in the search.")},
       {"confirm_trials", schema::count("Replications after it.")},
       {"confirm_replications", schema::count("Of every finalist.")},
       {"first_confirmation", schema::count("Number of the first that confirms.")}},
      "What was simulated.", false);
}

}  // namespace

std::string tune_schema() {
  return schema::document(
      "What sluice tune found", "sluice-tune",
      {{"scenario", schema::text("Its name.")},
       {"scenario_digest", schema::text("sha256 of the effective scenario.")},
       {"catalog_date", schema::text("Of prices and limits.")},
       {"version", schema::text("Of the program.")},
       {"seed", schema::text("Of all draws.")},
       {"client", schema::text("Whose policy was tuned.")},
       {"verdict", schema::text("recommended: use the chosen policy; keep: today's.")},
       {"partial", schema::flag("It was stopped: the best so far.")},
       {"today", schema::text("The policy in use, in words.")},
       {"chosen", schema::text("The best of the search but for today's, in words.")},
       {"goals", schema::list(tune_goal(), "What it was tuned for.")},
       {"figures", schema::list(tune_figure(), "The goals first.")},
       {"points", schema::list(tune_point(), "Today's, the chosen one and the other finalists.")},
       {"bounds", schema::list(tune_bound(), "In the order of the scenario's objectives.")},
       {"worlds", schema::list(tune_world(), "How the choice holds.")},
       {"most_sensitive",
        schema::or_null(schema::text("The assumption of worlds that matters most."))},
       {"overload",
        tune_object({{"limit", schema::text("Name of the limiter.")},
                     {"seconds", schema::number("How long.")},
                     {"load", schema::number("R: asked for by capacity meanwhile.")},
                     {"lost_share", schema::number("Of all requests, whatever the client does.")}},
                    "More is asked of a limit than it gives; null: no lasting one.", true)},
       {"spend_stop",
        tune_object(
            {{"limit", schema::text("Which one.")},
             {"seconds", schema::or_null(schema::number("From the start; null: not known."))},
             {"refused_share", schema::number("Of today's requests: no policy helps.")}},
            "A spending limit that refuses requests; null: none does.", true)},
       {"assumed_deadline",
        schema::or_null(schema::number("Seconds, of workloads without a deadline."))},
       {"paste", tune_paste()},
       {"effort", tune_effort()},
       {"notes", schema::list(schema::text("A sentence."), "What else is to be said.")},
       {"effective_scenario",
        schema::or_null(schema::any_object("With defaults and overrides."))}});
}

}  // namespace sluice
