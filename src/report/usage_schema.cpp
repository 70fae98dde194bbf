#include <utility>
#include <vector>

#include "describe/schema_parts.hpp"
#include "report/usage_text.hpp"

namespace sluice {
namespace {

using describe::Value;
namespace schema = describe::schema;

Value usage_row(bool has_day, std::string_view description = {}) {
  std::vector<schema::Part> parts;
  if (has_day) parts.push_back({"day", schema::text("YYYY-MM-DD, UTC.")});
  std::vector<schema::Part> rest = {
      {"what", schema::text("A model's id, or what else was paid for: web_search, ...")},
      {"input_tokens", schema::count("Neither read from the cache nor written to it.")},
      {"cache_creation_5m_input_tokens", schema::count("Written for 5 minutes.")},
      {"cache_creation_1h_input_tokens", schema::count("Written for an hour.")},
      {"cache_read_input_tokens", schema::count("Read from the cache.")},
      {"output_tokens", schema::count("Thinking included.")},
      {"cost_reported",
       schema::or_null(schema::number("Dollars, exact, by the cost report; null: not in it."))},
      {"cost_computed",
       schema::or_null(schema::number("Dollars, exact, of the same tokens at the catalog's "
                                      "prices; null: some of it has no price there."))},
      {"difference",
       schema::or_null(schema::number("Reported less computed; null where either is."))}};
  for (schema::Part& part : rest) parts.push_back(std::move(part));
  return schema::object(std::move(parts), description);
}

}  // namespace

std::string usage_schema() {
  return schema::document(
      "What sluice usage pull found", "sluice-usage",
      {{"target", schema::text("The server that was asked.")},
       {"first", schema::text("First day, YYYY-MM-DD, UTC.")},
       {"last", schema::text("Last day, included.")},
       {"width", schema::word({"1m", "1h", "1d"}, "Of an interval of the file.")},
       {"days", schema::list(usage_row(true), "By day, then by what.")},
       {"totals", schema::list(usage_row(false),
                               "Over all days, by what; rows that have both costs "
                               "apart from rows that lack one.")},
       {"total", usage_row(false, "Of all rows that have both costs.")},
       {"not_compared", schema::list(usage_row(false), "Of all others, by what they lack.")},
       {"notes", schema::texts("What could not be read or compared.")}});
}

}  // namespace sluice
