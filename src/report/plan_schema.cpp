#include <string_view>

#include "describe/schema_parts.hpp"
#include "report/plan_json.hpp"

namespace sluice {
namespace {

using describe::Value;
namespace schema = describe::schema;

constexpr std::string_view kGoneBy =
    "The limit: tier_cap, organization, alert, credit; of the last key: key, workspace, key_alert.";

Value plan_estimate(std::string_view description) {
  return schema::described(
      schema::object(
          {{"value", schema::number("Mean over runs.")},
           {"low", schema::or_null(schema::number("Of the 95 % interval; null: one run."))},
           {"high", schema::or_null(schema::number("Likewise."))}}),
      description);
}

Value plan_demand() {
  return schema::object(
      {{"metric", schema::text("Its path, as in a result.")},
       {"unit", schema::text("Of the bound and the value.")},
       {"bound", schema::number("What is allowed.")},
       {"is_least", schema::flag("At least that much; else at most.")},
       {"is_default", schema::flag("The scenario has no bounds: it is ours.")},
       {"today", schema::or_null(plan_estimate("Null: the runs have no such number."))},
       {"standing", schema::text("holds, unclear (the bound lies in the interval), fails.")}});
}

Value plan_binding() {
  return schema::object(
      {{"limit", schema::text("That refused most, or was used most.")},
       {"first_refused", schema::or_null(schema::number("Seconds, in the earliest run."))},
       {"headroom", schema::number("Free share in its busiest minute; negative: over.")}});
}

Value plan_limit() {
  return schema::object(
      {{"limit", schema::text("Its name.")},
       {"first_refused",
        schema::or_null(schema::number("Seconds, in the earliest run; null: never."))},
       {"refused_share", schema::number("Attempts that it refused, of all.")},
       {"peak_minute", schema::or_null(schema::number(
                           "Utilisation in its busiest minute of all runs; null: it has none."))}});
}

Value plan_tier() {
  return schema::object(
      {{"tier", schema::text("Of the catalog.")},
       {"group", schema::text("Models that share limits.")},
       {"is_current", schema::flag("The scenario's own.")},
       {"fits",
        schema::flag("Its rate limits do: they refuse nothing, and hold up no client that paces "
                     "itself; or all bounds but cost's are kept, by the mean.")},
       {"requests", schema::count("Of these models, over the runs; of none all is kept.")},
       {"binding", schema::or_null(plan_binding())},
       {"rate_limited_share", schema::number("429s of the attempts.")},
       {"latency_p95", schema::or_null(schema::number("Seconds, of answered requests."))},
       {"cap",
        schema::or_null(schema::number(
            "Dollars of gone_by's limit; else a month's, or the organization's if that is less."))},
       {"cap_lasts",
        schema::or_null(schema::number("Seconds until money is gone, what was spent this month "
                                       "before the run included; null: a month ends before."))},
       {"gone_by", schema::or_null(schema::text(kGoneBy))}});
}

Value plan_rate() {
  const Value impossible =
      schema::object({{"per_minute", schema::number("The small load at which it was looked at.")},
                      {"demands", schema::list(plan_demand(), "That are not kept there.")},
                      {"causes", schema::texts("How requests fail there.")}});
  const Value broken =
      schema::object({{"metric", schema::text("What broke first just above the rate.")},
                      {"runs", schema::count("In so many of them.")}});
  return schema::object(
      {{"today_per_minute", schema::number("Requests offered, mean.")},
       {"factor", schema::or_null(plan_estimate("Of today's traffic; null: none was found."))},
       {"per_minute", schema::or_null(plan_estimate("The same in requests."))},
       {"is_cut_at_limit", schema::flag("The intervals, at what the limit gives.")},
       {"is_lower_bound", schema::flag("Nothing gave way up to there.")},
       {"basis", schema::text("Where money ends before it: what it leaves out or is held to.")},
       {"impossible", schema::or_null(schema::described(impossible, "Why nothing lasts."))},
       {"closed_form_factor",
        schema::or_null(schema::number("By arithmetic on means; null: no limit."))},
       {"closed_form_limit", schema::text("That binds there.")},
       {"closed_form_is_exact",
        schema::flag("By the scenario's own means; else by measured ones.")},
       {"broken_above", schema::list(broken, "The most frequent first.")},
       {"scatter", schema::texts("What makes it lower than the closed form.")},
       {"runs", schema::count("Each searched by itself.")},
       {"run_length", schema::number("Seconds of traffic of each.")}});
}

Value plan_lever() {
  return schema::object(
      {{"name", schema::text("What could be changed.")},
       {"detail", schema::text("How.")},
       {"factor", plan_estimate("Highest lasting rate then, of today's traffic.")},
       {"gain", plan_estimate("Over today's highest lasting rate, paired by run.")},
       {"cost_change", schema::or_null(schema::number("Of one success, relative."))}});
}

Value plan_money() {
  return schema::object(
      {{"month", schema::or_null(plan_estimate("Dollars, 30 days like this, up to the limit."))},
       {"month_is_stopped", schema::flag("A spending limit refuses requests before it ends.")},
       {"month_wanted", schema::or_null(plan_estimate("Then: dollars without that limit."))},
       {"per_success", schema::or_null(plan_estimate("Dollars."))},
       {"budget", schema::or_null(schema::number("Dollars a month, of the objectives."))},
       {"cap", schema::or_null(schema::number(
                   "Dollars a month, the spending limit that is gone first; of credit in all."))},
       {"cap_is_own", schema::flag("It is the organization's, not the tier's.")},
       {"limit", schema::or_null(schema::text("It: tier_cap, organization, alert, credit."))},
       {"time_to_cap", schema::or_null(plan_estimate("Seconds; null: not in that month."))},
       {"cap_was_reached", schema::flag("In a run; else extrapolated.")},
       {"gone_after", schema::or_null(schema::number(
                          "Seconds until all is refused for money, in this month or else in a "
                          "whole one; of credit "
                          "and key_alert from the start. null: a month ends before."))},
       {"gone_by", schema::or_null(schema::text(kGoneBy))}});
}

}  // namespace

std::string plan_schema() {
  const Value first =
      schema::object({{"runs", schema::count("All.")},
                      {"runs_refused", schema::count("That had a 429.")},
                      {"median", schema::or_null(plan_estimate("Seconds, of those."))},
                      {"earliest", schema::or_null(schema::number("Seconds."))}});
  const Value assumption =
      schema::object({{"name", schema::text("What was varied.")},
                      {"change", schema::text("To the worse, by how much.")},
                      {"effect", plan_estimate("On the highest lasting rate.")},
                      {"is_guess", schema::flag("Nobody has published it.")}});
  return schema::document(
      "What sluice plan found", "sluice-plan",
      {{"scenario", schema::text("Its name.")},
       {"scenario_digest", schema::text("sha256 of the effective scenario.")},
       {"catalog_date", schema::text("YYYY-MM-DD.")},
       {"version", schema::text("Of the program.")},
       {"seed", schema::text("Of all draws.")},
       {"tier", schema::text("The scenario's own.")},
       {"duration", schema::number("Of the scenario, seconds.")},
       {"runs", schema::count("For the verdict.")},
       {"simulations", schema::count("In all.")},
       {"verdict", schema::text("fits, unclear, too little to say, does not fit, impossible.")},
       {"words", schema::text("The verdict in a sentence.")},
       {"demands", schema::list(plan_demand(), "What is asked for.")},
       {"binding", schema::or_null(plan_binding())},
       {"limits", schema::list(plan_limit(), "That were used; the tightest first.")},
       {"rate_limited_share", schema::number("429s of the attempts, today.")},
       {"tiers", schema::list(plan_tier(), "Each simulated, by group of models.")},
       {"rate", plan_rate()},
       {"levers", schema::list(plan_lever(), "The largest gain first.")},
       {"levers_left_out", schema::texts("And why.")},
       {"first_refusal", first},
       {"money", plan_money()},
       {"assumptions", schema::list(assumption, "The largest effect first.")},
       {"guesses", schema::texts("What nobody has published.")},
       {"notes", schema::texts("How the work was bounded.")},
       {"effective_scenario",
        schema::or_null(schema::any_object("With defaults and overrides."))}});
}

}  // namespace sluice
