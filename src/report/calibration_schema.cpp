#include "describe/schema_parts.hpp"
#include "report/agreement_json.hpp"
#include "report/calibration_json.hpp"

namespace sluice {
namespace {

using describe::Value;
namespace schema = describe::schema;

Value calibration_estimate() {
  return schema::object(
      {{"what",
        schema::text("refill, capacity, burst, charge mode, ttft base p50, prefill speed, ...")},
       {"of", schema::text("The rate-limit group or the model.")},
       {"limit", schema::or_null(
                     schema::text("The limit's type by the API's name; null: it is of no limit."))},
       {"identifiable", schema::flag("False: the records cannot tell, and there is no value.")},
       {"reason", schema::or_null(schema::text("Why they cannot tell; null where they can."))},
       {"value",
        schema::or_null(schema::number("In the unit; null: not identifiable, or it is a word."))},
       {"low", schema::or_null(schema::number("Of its 95 % interval."))},
       {"high", schema::or_null(schema::number("Of its 95 % interval."))},
       {"unit", schema::or_null(schema::text(
                    "s (seconds), tokens, tokens a minute, tokens a second, requests, ...; of "
                    "attempts: a share; null: the value is a word."))},
       {"word", schema::or_null(schema::text("The value where it is no number: a charge mode."))},
       {"evidence", schema::text("What it rests on, with counts.")}});
}

Value calibration_limiter() {
  return schema::object(
      {{"workspace", schema::or_null(schema::text("Its name; null: a limit of the organization."))},
       {"group", schema::text("Of models that share the limit.")},
       {"type", schema::text("requests_per_minute, ...: the API's names of limits.")},
       {"limit_said",
        schema::or_null(schema::count("Tokens or requests a minute, by the headers; null: none."))},
       {"answers", schema::count("Whose headers showed it.")},
       {"refusals", schema::count("429s that it caused.")},
       {"refill", schema::described(calibration_estimate(), "Tokens or requests a minute.")},
       {"capacity", schema::described(calibration_estimate(), "Tokens or requests that it holds.")},
       {"burst", schema::described(calibration_estimate(), "Capacity over refill, in seconds.")}});
}

Value calibration_records() {
  return schema::object(
      {{"files", schema::texts("As they were named, a run each.")},
       {"records", schema::count("Attempts.")},
       {"truncated", schema::count("Last lines that ended early.")},
       {"answered", schema::count("With 2xx.")},
       {"refused", schema::count("With 429.")},
       {"failed", schema::count("In any other way.")},
       {"span", schema::number("Seconds of model time from the first send to the last end.")},
       {"speed", schema::number("Model time over wall time.")},
       {"first_at",
        schema::or_null(schema::text("RFC 3339, wall time; null: there is no record."))},
       {"last_at", schema::or_null(schema::text("RFC 3339, wall time."))},
       {"models", schema::texts("Of the records.")},
       {"workspaces", schema::texts("Of the records.")}},
      "What was read.");
}

Value calibration_difference() {
  return schema::object({{"what", schema::text("A number of the scenario or its catalog.")},
                         {"unit", schema::text("Of the numbers, as of the estimates.")},
                         {"said", schema::number("By the scenario.")},
                         {"measured", schema::number("By the records.")},
                         {"low", schema::number("Of the 95 % interval of what was measured.")},
                         {"high", schema::number("Of the 95 % interval of what was measured.")}});
}

Value calibration_agreement(std::string_view description) {
  return schema::or_null(schema::object(
      {{"void_reason",
        schema::text("Why nothing can be said: the replay was late; empty: it can.")},
       {"judged", schema::count("Rows that had enough values.")},
       {"differing", schema::count("Rows beyond their tolerance.")},
       {"rows", schema::list(agreement_row_schema(), "As in the JSON of sluice verify.")}},
      description));
}

}  // namespace

std::string calibration_schema() {
  return schema::document(
      "What sluice calibrate found", "sluice-calibration",
      {{"records", calibration_records()},
       {"limits", schema::list(calibration_limiter(), "By scope, group and type.")},
       {"charge_modes", schema::list(calibration_estimate(), "When output is charged, by group.")},
       {"service",
        schema::list(calibration_estimate(), "Times to first token and speeds, by model.")},
       {"errors", schema::list(calibration_estimate(), "Shares of attempts.")},
       {"cache",
        schema::list(calibration_estimate(), "Seconds until what was written can be read.")},
       {"scenario", schema::or_null(schema::text("Its name; null: none was named."))},
       {"compared", schema::count("Numbers of the scenario that there are estimates of.")},
       {"differences",
        schema::list(calibration_difference(), "Of these, outside the interval of the estimate.")},
       {"before",
        calibration_agreement("The simulation against the records; null: not looked at.")},
       {"after", calibration_agreement("The same with the overlay under it.")},
       {"overlay", schema::or_null(schema::text("The file that was written; null: none."))},
       {"overlay_words", schema::count("Estimates in it.")},
       {"notes", schema::texts("What a reader should know of the whole.")}});
}

}  // namespace sluice
