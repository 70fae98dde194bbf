#include <string_view>
#include <utility>

#include "base/decimal.hpp"
#include "describe/json.hpp"
#include "describe/value.hpp"
#include "ingest/usage_report.hpp"

namespace sluice::ingest {
namespace {

using describe::Value;

Value text_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

Value group_value(const ReportGroup& group) {
  return Value::object()
      .set("model", text_or_null(group.model))
      .set("workspace_id", text_or_null(group.workspace_id))
      .set("service_tier", text_or_null(group.service_tier))
      .set("context_window", text_or_null(group.context_window))
      .set("speed", text_or_null(group.speed))
      .set("inference_geo", text_or_null(group.inference_geo));
}

Value row_value(const UsageRow& row) {
  const Usage& usage = row.usage;
  return group_value(row.group)
      .set("uncached_input_tokens", usage.input_tokens)
      .set("cache_creation",
           Value::object()
               .set("ephemeral_1h_input_tokens", usage.cache_creation_1h_input_tokens)
               .set("ephemeral_5m_input_tokens", usage.cache_creation_5m_input_tokens))
      .set("cache_read_input_tokens", usage.cache_read_input_tokens)
      .set("output_tokens", usage.output_tokens)
      .set("server_tool_use", Value::object().set("web_search_requests", row.web_search_requests));
}

Value row_value(const CostRow& row) {
  return group_value(row.group)
      .set("amount", decimal_text(row.amount.picodollars(), Money::kDigits - 2))
      .set("currency", text_or_null(row.currency))
      .set("cost_type", text_or_null(row.cost_type))
      .set("token_type", text_or_null(row.token_type));
}

// Rows that follow one another and are of one interval stand in one.
template <class Row>
Value intervals(const std::vector<Row>& rows) {
  Value all = Value::array();
  for (std::size_t i = 0; i < rows.size();) {
    const Row& first = rows[i];
    Value results = Value::array();
    for (; i < rows.size() && rows[i].start == first.start && rows[i].covers == first.covers; ++i) {
      results.push(row_value(rows[i]));
    }
    all.push(Value::object()
                 .set("starting_at", first.start.text())
                 .set("ending_at", (first.start + first.covers).text())
                 .set("results", std::move(results)));
  }
  return all;
}

}  // namespace

std::string usage_report_json(const UsageReport& report) {
  return describe::to_json(Value::object()
                               .set("sluice_usage", 1)
                               .set("usage", intervals(report.usage))
                               .set("cost", intervals(report.cost)),
                           1);
}

}  // namespace sluice::ingest
