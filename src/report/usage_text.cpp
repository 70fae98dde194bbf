#include "report/usage_text.hpp"

#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "describe/json.hpp"
#include "describe/value.hpp"
#include "report/number_text.hpp"
#include "report/text_table.hpp"
#include "results/json_value.hpp"

namespace sluice {
namespace {

using describe::Value;

std::string amount(const std::optional<Money>& money) { return money ? money_text(*money) : "-"; }

std::vector<std::string> cells(const UsageOfDay& row, std::string first) {
  const Usage& usage = row.usage;
  return {std::move(first),
          row.what,
          with_thousands(usage.input_tokens),
          with_thousands(usage.cache_creation_input_tokens()),
          with_thousands(usage.cache_read_input_tokens),
          with_thousands(usage.output_tokens),
          amount(row.reported),
          amount(row.computed),
          amount(row.difference())};
}

// What a row lacks for a difference.
std::string why_not_compared(const UsageOfDay& row) {
  if (!row.computed) return "not priced";
  return row.reported ? "" : "not reported";
}

TextTable table_of(std::string first) {
  return TextTable({std::move(first), "", "input", "cache writes", "cache reads", "output",
                    "reported", "by the catalog", "difference"});
}

Value row_value(const UsageOfDay& row, bool has_day) {
  Value value = Value::object();
  if (has_day) value.set("day", row.day.text());
  return value.set("what", row.what)
      .set("input_tokens", row.usage.input_tokens)
      .set("cache_creation_5m_input_tokens", row.usage.cache_creation_5m_input_tokens)
      .set("cache_creation_1h_input_tokens", row.usage.cache_creation_1h_input_tokens)
      .set("cache_read_input_tokens", row.usage.cache_read_input_tokens)
      .set("output_tokens", row.usage.output_tokens)
      .set("cost_reported", dollars_of(row.reported))
      .set("cost_computed", dollars_of(row.computed))
      .set("difference", dollars_of(row.difference()));
}

}  // namespace

std::string usage_text(const UsageSummary& summary) {
  std::string text = fmt::format("Usage from {} to {} (UTC), read from {}\n", summary.first.text(),
                                 summary.last.text(), summary.target);
  if (summary.rows.empty()) {
    text += "  nothing was used\n";
  } else {
    TextTable days = table_of("day");
    for (const UsageOfDay& row : summary.rows) days.add(cells(row, row.day.text()));
    text += "\n" + days.text();
    TextTable totals = table_of("total");
    for (const UsageOfDay& row : summary.totals) totals.add(cells(row, why_not_compared(row)));
    if (summary.total.reported) totals.add(cells(summary.total, ""));
    for (const UsageOfDay& row : summary.not_compared) {
      totals.add(cells(row, why_not_compared(row)));
    }
    text += "\n" + totals.text();
    text +=
        "\n  Costs are dollars: as the cost report has them, and of the same tokens at the\n"
        "  catalog's prices; the difference is the first less the second.\n";
  }
  if (!summary.notes.empty()) text += "\nNotes\n";
  for (const std::string& note : summary.notes) {
    text += fmt::format("  - {}\n", wrapped(note, 100, 4));
  }
  return text;
}

std::string usage_json(const UsageSummary& summary) {
  Value rows = Value::array();
  for (const UsageOfDay& row : summary.rows) rows.push(row_value(row, true));
  Value totals = Value::array();
  for (const UsageOfDay& row : summary.totals) totals.push(row_value(row, false));
  Value not_compared = Value::array();
  for (const UsageOfDay& row : summary.not_compared) not_compared.push(row_value(row, false));
  return describe::to_json(Value::object()
                               .set("format", "sluice-usage")
                               .set("format_version", 1)
                               .set("target", summary.target)
                               .set("first", summary.first.text())
                               .set("last", summary.last.text())
                               .set("width", summary.width)
                               .set("days", std::move(rows))
                               .set("totals", std::move(totals))
                               .set("total", row_value(summary.total, false))
                               .set("not_compared", std::move(not_compared))
                               .set("notes", texts_of(summary.notes)));
}

}  // namespace sluice
