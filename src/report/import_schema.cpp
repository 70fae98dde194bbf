#include <utility>
#include <vector>

#include "describe/schema_parts.hpp"
#include "report/import_json.hpp"

namespace sluice {
namespace {

using describe::Value;
namespace schema = describe::schema;

Value import_tokens() {
  return schema::object({{"prompt", schema::count("All input: the next four together.")},
                         {"input", schema::count("Neither read from a cache nor written to one.")},
                         {"cache_write_5m", schema::count("Written for 5 minutes.")},
                         {"cache_write_1h", schema::count("Written for an hour.")},
                         {"cache_read", schema::count("Read from a cache.")},
                         {"output", schema::count("Thinking included.")}});
}

Value import_rows() {
  return schema::object({{"good", schema::count("That were taken.")},
                         {"bad", schema::count("That were left out as malformed.")},
                         {"duplicates", schema::count("That the log says again.")},
                         {"not_calls", schema::count("That are of something else.")},
                         {"failed_calls", schema::count("That produced nothing.")}},
                        "Of the log.");
}

Value import_workload() {
  const Value size =
      schema::object({{"p50", schema::count("Tokens.")}, {"p95", schema::count("Tokens.")}});
  return schema::object({{"name", schema::text("In the scenario.")},
                         {"model", schema::text("Its id in the catalog.")},
                         {"sizes_for", schema::or_null(schema::text(
                                           "Model whose tokens its sizes are; null: its own."))},
                         {"log_names", schema::texts("Of models, as the log has them.")},
                         {"trace", schema::or_null(schema::text("The file's name; null: a fit."))},
                         {"calls", schema::count("That it makes.")},
                         {"tokens", schema::described(import_tokens(), "Of all calls.")},
                         {"prompt", schema::described(size, "Of a call.")},
                         {"output", schema::described(size, "Of a call.")}});
}

Value import_spent() {
  return schema::object(
      {{"name", schema::text("A model as the log names it, or a day: YYYY-MM-DD, UTC.")},
       {"calls", schema::count("Whose usage the log has.")},
       {"unpriced", schema::count("Of these: no price is known.")},
       {"tokens", schema::described(import_tokens(), "Of all of them.")},
       {"cost",
        schema::or_null(schema::number("Dollars, exact, of the priced ones; null: none is."))}});
}

Value import_otherwise() {
  return schema::object(
      {{"name", schema::text("A model; or 5m, 1h, none: how long a cache keeps.")},
       {"cost", schema::or_null(schema::number("Dollars, exact; null: nothing has a price."))},
       {"unpriced", schema::count("Calls that are in no sum.")}});
}

Value import_cost() {
  std::vector<schema::Part> categories;
  for (std::size_t i = 0; i < kCostCategoryCount; ++i) {
    categories.push_back({name(static_cast<CostCategory>(i)), schema::number("Dollars, exact.")});
  }
  const Value searches = schema::object(
      {{"count", schema::count("Of priced calls.")}, {"cost", schema::number("Dollars, exact.")}},
      "In the total, beside the categories.");
  return schema::or_null(schema::object(
      {{"calls", schema::count("Of which the log says what was billed.")},
       {"total",
        schema::or_null(schema::number("Dollars, exact, of the priced ones; null: none is."))},
       {"unpriced", schema::count("Calls that are in no sum of money.")},
       {"by_category", schema::object(std::move(categories), "Of the total.")},
       {"web_searches", searches},
       {"by_model", schema::list(import_spent(), "By the log's names, the dearest first.")},
       {"by_day", schema::list(import_spent(), "In order; empty: the log has no dates.")},
       {"dearest_month",
        schema::or_null(schema::number("Dollars, of the priced calls of a calendar month."))},
       {"at_prices_of", schema::text("The day of the prices of what follows, YYYY-MM-DD.")},
       {"calls_today", schema::count("That have a price on that day.")},
       {"today", schema::or_null(
                     schema::number("Dollars, of these at these prices; null: there are none."))},
       {"on_models", schema::list(import_otherwise(),
                                  "The same calls on another model; all calls where none "
                                  "has a price.")},
       {"with_ttls", schema::list(import_otherwise(), "The same calls with another cache.")}},
      "null: the log does not say what was billed."));
}

Value import_tier() {
  return schema::object(
      {{"tier", schema::text("Whose limits the calls went through, never tried again.")},
       {"unavailable", schema::or_null(schema::text("Why it could not be had; null: it could."))},
       {"rate_limited_share", schema::number("Refused calls of all.")},
       {"binding_limit", schema::text("That refused most, or was used most.")},
       {"peak_use", schema::number("Of that limit in its busiest minute; 1 is all of it.")},
       {"monthly_cap", schema::or_null(schema::number("Dollars; null: the tier has none."))},
       {"cap_reached",
        schema::or_null(schema::flag("By the dearest month; null: that cannot be judged."))},
       {"fits", schema::or_null(schema::flag(
                    "Nothing refused and the cap not reached; null: the limits are wide "
                    "enough and the cap cannot be judged."))}});
}

Value import_pair(std::string_view description) {
  return schema::object(
      {{"trace", schema::number("Mean over the runs of the trace.")},
       {"fit", schema::number("Mean over the runs of the fit.")},
       {"fit_half_interval",
        schema::or_null(schema::number("Half of the 95 % interval of that mean."))},
       {"difference",
        schema::or_null(schema::number("Fit over trace, less 1; null: the trace has 0."))}},
      description);
}

Value import_fit() {
  const Value part =
      schema::object({{"workload", schema::text("Its name.")},
                      {"what", schema::text("arrivals, input, output, ...")},
                      {"chosen", schema::text("The distribution, in words.")},
                      {"quality", schema::text("How near it is, and how near others are.")}});
  const Value check =
      schema::object({{"tier", schema::text("Whose limits both met.")},
                      {"limits_factor", schema::number("Every limit of the tier times this.")},
                      {"rate_limited_share", import_pair("Refused attempts of all.")},
                      {"rate_limited_scatter",
                       schema::number("95 % of single runs of the fit are so near to their mean.")},
                      {"cost", import_pair("Dollars of the whole time.")}});
  return schema::or_null(schema::object(
      {{"parts", schema::list(part, "One for each fitted distribution.")},
       {"replications", schema::count("Of the fit and of the trace.")},
       {"checks", schema::list(check, "Trace and fit under the same limits.")},
       {"notes", schema::texts("Where it is not within 10 %, and why that may be.")}},
      "null: without --fit."));
}

}  // namespace

std::string import_schema() {
  const Value cache =
      schema::object({{"read_share_in_log", schema::number("Of all prompt tokens.")},
                      {"read_share_simulated", schema::number("Of all prompt tokens.")}},
                     "What was read from a cache; null: the log does not say.");
  return schema::document(
      "What sluice import found", "sluice-import",
      {{"scenario", schema::text("The file that was written, without its folder.")},
       {"log_format", schema::text("mooncake, claude-code, ...")},
       {"files", schema::count("That were read.")},
       {"files_left_aside", schema::count("That were not read, for their endings or otherwise.")},
       {"rows", import_rows()},
       {"calls", schema::count("That the scenario makes.")},
       {"from",
        schema::or_null(schema::text("RFC 3339 of the first call; null: the log has no dates."))},
       {"until", schema::or_null(schema::text("RFC 3339 of the last call."))},
       {"span", schema::number("Seconds from the first call to the last.")},
       {"tier", schema::text("Of the scenario.")},
       {"workloads", schema::list(import_workload(), "Of the scenario.")},
       {"cache", schema::or_null(cache)},
       {"cost", import_cost()},
       {"tiers", schema::list(import_tier(), "Where the calls would have fitted.")},
       {"fit", import_fit()},
       {"notes", schema::texts("What was assumed.")}});
}

}  // namespace sluice
