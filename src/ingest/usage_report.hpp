// What GET /v1/organizations/usage_report/messages and /cost_report answer (docs: usage-cost-api,
// 2026-08): tokens and money by interval and by what they were grouped by. One page, an array of
// pages, or a file of `sluice usage pull`. Texts are cut and made harmless; what is not named here
// (accounts, keys, descriptions) is not taken over.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/usage.hpp"
#include "base/calendar.hpp"
#include "base/money.hpp"
#include "ingest/fields.hpp"

namespace sluice::ingest {

// More tokens than this in one row of a report are malformed.
inline constexpr std::int64_t kMaxTokensPerReportRow = 1'000'000'000'000;

// By what a row was grouped; empty: not by it, or nothing.
struct ReportGroup {
  std::string model{};           // an id, mostly with a date: "claude-haiku-4-5-20251001"
  std::string workspace_id{};    // empty: the default workspace
  std::string service_tier{};    // "standard", "batch", "priority", ...
  std::string context_window{};  // "0-200k", "200k-1M"
  std::string speed{};           // "standard", "fast"; of usage alone
  std::string inference_geo{};   // "global", "us", "not_available"
  bool operator==(const ReportGroup&) const = default;
};

struct UsageRow {
  UnixTime start{};
  Duration covers{};
  ReportGroup group;
  Usage usage;
  std::int64_t web_search_requests = 0;
  bool operator==(const UsageRow&) const = default;
};

struct CostRow {
  UnixTime start{};
  Duration covers{};
  ReportGroup group;
  Money amount;            // of "123.45" cents, exact to 10^-10 of a cent; negative: a credit
  std::string currency;    // "USD"
  std::string cost_type;   // "tokens", "web_search", "code_execution", ...
  std::string token_type;  // "uncached_input_tokens", ...
  bool operator==(const CostRow&) const = default;
};

struct UsageReport {
  std::vector<UsageRow> usage;
  std::vector<CostRow> cost;
  std::int64_t empty_intervals = 0;   // without a row
  std::string next_page;              // of the last page; empty: there is none
  std::vector<std::string> problems;  // "data.0.results.3: ...": rows that were left out
};

// `text` is followed by kLinePadding readable bytes. An error: it is no JSON, or no such report.
FieldResult<UsageReport> parse_usage_report(std::string_view text);

// A file of `sluice usage pull`: {"sluice_usage": 1, "usage": [...], "cost": [...]}, each a list of
// intervals as the API writes them. parse_usage_report() reads it back as it is, but for problems
// and pages.
std::string usage_report_json(const UsageReport& report);
std::string usage_report_schema();  // docs/usage-report.schema.json

}  // namespace sluice::ingest
