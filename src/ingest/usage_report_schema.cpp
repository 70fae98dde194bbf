#include <utility>
#include <vector>

#include "describe/schema_parts.hpp"
#include "ingest/usage_report.hpp"

namespace sluice::ingest {
namespace {

using describe::Value;
namespace schema = describe::schema;

// A row: by what it was grouped, and what it has.
Value report_row(std::vector<schema::Part> has) {
  std::vector<schema::Part> parts = {
      {"model", schema::or_null(schema::text("An id; null: the report does not say."))},
      {"workspace_id", schema::or_null(schema::text("null: the default workspace."))},
      {"service_tier", schema::or_null(schema::text("standard, batch, priority, ..."))},
      {"context_window", schema::or_null(schema::text("0-200k, 200k-1M."))},
      {"speed", schema::or_null(schema::text("standard, fast; of usage alone."))},
      {"inference_geo", schema::or_null(schema::text("global, us, not_available."))}};
  for (schema::Part& part : has) parts.push_back(std::move(part));
  return schema::object(std::move(parts));
}

Value report_intervals(Value row, std::string_view description) {
  return schema::list(
      schema::object({{"starting_at", schema::text("RFC 3339.")},
                      {"ending_at", schema::text("RFC 3339.")},
                      {"results", schema::list(std::move(row), "Of this interval.")}}),
      description);
}

}  // namespace

std::string usage_report_schema() {
  const Value cache = schema::object(
      {{"ephemeral_1h_input_tokens", schema::count("Written to the cache for an hour.")},
       {"ephemeral_5m_input_tokens", schema::count("Written to the cache for 5 minutes.")}});
  const Value usage = report_row(
      {{"uncached_input_tokens", schema::count("Neither read from the cache nor written to it.")},
       {"cache_creation", cache},
       {"cache_read_input_tokens", schema::count("Read from the cache.")},
       {"output_tokens", schema::count("Thinking included.")},
       {"server_tool_use", schema::object({{"web_search_requests", schema::count("Searches.")}})}});
  const Value cost = report_row(
      {{"amount", schema::text("Cents, decimal, exact; negative: a credit.")},
       {"currency", schema::or_null(schema::text("USD."))},
       {"cost_type", schema::or_null(schema::text("tokens, web_search, code_execution, ..."))},
       {"token_type", schema::or_null(schema::text("uncached_input_tokens, ..."))}});
  return schema::document(
      "A file of sluice usage pull",
      schema::object(
          {{"sluice_usage", Value::object().set("const", 1)},
           {"usage", report_intervals(usage, "As the API's usage_report/messages has them.")},
           {"cost", report_intervals(cost, "As the API's cost_report has them.")}}));
}

}  // namespace sluice::ingest
