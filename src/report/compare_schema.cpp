#include <string_view>
#include <utility>
#include <vector>

#include "describe/schema_parts.hpp"
#include "report/compare_json.hpp"

namespace sluice {
namespace {

using describe::Value;
namespace schema = describe::schema;

std::vector<schema::Part> compared_figure() {
  return {
      {"value", schema::number("Mean over replications.")},
      {"low", schema::or_null(schema::number("Of its 95 % interval; null with one replication."))},
      {"high", schema::or_null(schema::number("Likewise."))}};
}

Value compared_by_measure(bool differences, std::string_view description) {
  std::vector<schema::Part> figure = compared_figure();
  if (differences) {
    figure.push_back(
        {"variance_reduction", schema::or_null(schema::number(
                                   "Variance with independent runs, over that of these pairs."))});
  }
  std::vector<schema::Part> measures;
  for (const MeasureInfo& info : compared_measures()) {
    measures.push_back({info.name, schema::or_null(schema::object(figure, info.doc))});
  }
  return schema::object(std::move(measures), description);
}

Value compared_row() {
  const Value missed =
      schema::object({{"requirement", schema::count("Position among the requirements.")},
                      {"value", schema::or_null(schema::number("Mean over replications."))}});
  return schema::object(
      {{"kind", schema::text("today, model, tier, what_if, mix or cheapest_mix.")},
       {"name", schema::text("As it was asked for.")},
       {"models", schema::texts("Ids of the models in use.")},
       {"change", schema::text("Of what_if: what is done differently; else empty.")},
       {"tier", schema::text("Whose limits it met.")},
       {"reference", schema::count("Row that differences are to; its own position: none.")},
       {"unavailable", schema::text("Why it was not run; empty: it was.")},
       {"unpriced", schema::flag("It has no costs, because a price is not known.")},
       {"changes_nothing", schema::flag("The very same run as its reference.")},
       {"month_is_stopped", schema::flag("A spending limit ends the month's cost at that limit.")},
       {"month_wanted", schema::or_null(schema::number("Dollars of a month without that limit."))},
       {"month_stops_after",
        schema::or_null(schema::number(
            "Seconds until that limit in the run's month, of which much may be spent "
            "before, so that there is one where no whole month is "
            "stopped; null: not in the run's month."))},
       {"month_limit_is_own", schema::flag("That limit is the organization's, not the tier's.")},
       {"month_limit",
        schema::or_null(
            schema::text("It: tier_cap, organization, alert, credit, workspace, key, key_alert."))},
       {"token_ratio", schema::number("Tokens of the same text, to those of today's model.")},
       {"keeps_all", schema::flag("It keeps all requirements.")},
       {"missed", schema::list(missed, "The requirements that it does not keep.")},
       {"tier_needed", schema::or_null(schema::text(
                           "Smallest tier that keeps them; empty: none; null: not looked for."))},
       {"tier_month_cap",
        schema::or_null(schema::number("Dollars that may be spent there in a month."))},
       {"figures",
        compared_by_measure(false, "In dollars, seconds and shares; null: it has no such number.")},
       {"differences", compared_by_measure(true, "Row less reference, paired by replication.")}});
}

Value compared_requirement() {
  return schema::object(
      {{"metric", schema::text("Path of the metric, as in a result.")},
       {"bound_is", schema::text("least or most.")},
       {"bound", schema::number("In the metric's unit.")},
       {"unit", schema::text("Of the bound.")},
       {"default", schema::flag("The scenario asks for nothing, so it is sluice's.")}});
}

Value compared_break_even() {
  return schema::object(
      {{"model", schema::text("As asked for.")},
       {"reads_per_write_5m",
        schema::or_null(schema::number("From so many reads per write caching pays."))},
       {"reads_per_write_1h", schema::or_null(schema::number("The same for an hour."))},
       {"extra_reads_1h",
        schema::or_null(schema::number("Of reuse every 5 to 60 minutes: 1h over 5m."))},
       {"uses_per_minute_5m",
        schema::or_null(schema::number("Of a prefix at random times: from here 5m pays."))},
       {"uses_per_minute_1h", schema::or_null(schema::number("From here 1h pays."))},
       {"uses_per_minute_1h_over_5m",
        schema::or_null(schema::number("From here 1h costs less than 5m."))},
       {"batch_factor", schema::number("Of every price, in a batch.")},
       {"batch_until_read_share",
        schema::or_null(schema::number(
            "Share of the prompt read from the cache up to which a batch without cache is cheaper; "
            "null: always."))}});
}

Value compared_prefix() {
  return schema::object({{"workload", schema::text("Its name.")},
                         {"model", schema::text("Its id.")},
                         {"prefix_tokens", schema::count("Shared by all sessions.")},
                         {"minimum_tokens", schema::count("Shorter prompts are not cached.")},
                         {"uses_per_minute", schema::number("Of each variant of the prefix.")},
                         {"best", schema::text("none, 5m or 1h: the cheapest.")},
                         {"today", schema::text("none, 5m or 1h: what the scenario does.")}});
}

Value compared_mix() {
  const Value share = schema::object({{"model", schema::text("As asked for.")},
                                      {"share", schema::number("Of all sessions.")},
                                      {"quality", schema::or_null(schema::number("Its weight."))}});
  return schema::object(
      {{"min_quality", schema::or_null(schema::number("Least mean weight that was asked for."))},
       {"max_latency_p95", schema::or_null(schema::number("Most seconds that were asked for."))},
       {"verdict", schema::text("confirmed, limits_spoil_it or infeasible.")},
       {"words", schema::text("The same in a sentence.")},
       {"shares", schema::list(share, "Of the mix that was simulated last.")},
       {"cost_expected",
        schema::or_null(schema::number("Dollars a request, by the linear program."))},
       {"quality", schema::or_null(schema::number("Mean weight of the mix."))},
       {"row", schema::or_null(schema::count("Its simulation."))},
       {"best_quality", schema::number("Largest weight of a model.")},
       {"best_within",
        schema::number("Largest share of a model's requests in time, without limits.")}});
}

Value compared_sensitivity() {
  return schema::object(
      {{"assumption", schema::text("none, output_length, tokenizer or service_times.")},
       {"factor", schema::number("By which it has to be off for the recommendation to change.")},
       {"rival", schema::or_null(schema::count("The row that would then be cheaper."))},
       {"words", schema::text("The same in a sentence.")}});
}

}  // namespace

std::string comparison_schema() {
  return schema::document(
      "What sluice compare found", "sluice-comparison",
      {{"scenario", schema::text("Its name.")},
       {"scenario_digest", schema::text("sha256 of the effective scenario.")},
       {"catalog_date", schema::text("Day of the newest of its files.")},
       {"catalog_digest", schema::text("sha256 of the catalog.")},
       {"version", schema::text("Of the program.")},
       {"seed", schema::text("Of all draws.")},
       {"tier", schema::text("Of the scenario.")},
       {"replications", schema::count("Of every row.")},
       {"duration", schema::number("Seconds that arrivals last.")},
       {"verdict", schema::text("In a sentence.")},
       {"recommended", schema::or_null(schema::count("Cheapest row that keeps all requirements."))},
       {"elsewhere",
        schema::or_null(schema::count("Where none does: the cheapest that does in another tier."))},
       {"next", schema::or_null(schema::count("The next cheapest after either."))},
       {"sensitivity", schema::described(compared_sensitivity(),
                                         "The assumption that the verdict hangs on most.")},
       {"assumptions", schema::texts("What all of it rests on.")},
       {"requirements", schema::list(compared_requirement(), "What is asked of every row.")},
       {"today", schema::count("Row of the scenario as it is.")},
       {"rows", schema::list(compared_row(), "In the order in which they were asked for.")},
       {"break_evens", schema::list(compared_break_even(), "By model, from its prices alone.")},
       {"prefixes",
        schema::list(compared_prefix(), "On which side of them the workloads' prefixes are.")},
       {"cheapest_mix", schema::or_null(schema::described(compared_mix(), "If it was asked for."))},
       {"effective_scenario",
        schema::or_null(schema::any_object("With defaults and overrides."))}});
}

}  // namespace sluice
