// Any bytes as what the admin commands and the readers of records take in: a line of records, a
// usage report, pages of limits. The first byte chooses the reader, the rest is the text.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "admin/admin_answers.hpp"
#include "admin/compare_limits.hpp"
#include "admin/limits_overlay.hpp"
#include "admin/summarise_usage.hpp"
#include "base/check.hpp"
#include "ingest/line_reader.hpp"
#include "ingest/record_log.hpp"
#include "ingest/usage_report.hpp"
#include "report/limits_text.hpp"
#include "report/usage_text.hpp"
#include "scenario/catalog.hpp"

namespace {

using namespace sluice;

const scenario::Catalog& catalog() {
  static const scenario::Catalog loaded = scenario::load_catalog(std::nullopt).value();
  return loaded;
}

void read_records(std::string_view text) {
  ingest::RecordLog log = ingest::RecordLog::over(text, "fuzz");
  ingest::RecordRow row;
  for (;;) {
    const Result<bool> more = log.next(row);
    if (!more) {
      SLUICE_CHECK(!more.error().message.empty() && !more.error().where.empty());
      continue;
    }
    if (!*more) break;
    SLUICE_CHECK(row.speed_permille > 0 && row.attempt > 0 && row.line > 0);
    SLUICE_CHECK(row.usage.prompt_tokens() >= 0 && row.usage.output_tokens >= 0);
  }
  SLUICE_CHECK(log.truncated_lines() <= 1);
}

void read_usage(std::string text) {
  const std::size_t size = text.size();
  text.append(ingest::kLinePadding, '\0');
  const auto report = ingest::parse_usage_report(std::string_view(text).substr(0, size));
  if (!report) {
    SLUICE_CHECK(!report.error().empty());
    return;
  }
  for (const ingest::UsageRow& row : report->usage) {
    SLUICE_CHECK(row.covers > Duration{} && row.usage.prompt_tokens() >= 0);
  }
  std::string written = ingest::usage_report_json(*report);
  const std::size_t written_size = written.size();
  written.append(ingest::kLinePadding, '\0');
  const auto again = ingest::parse_usage_report(std::string_view(written).substr(0, written_size));
  SLUICE_CHECK(again && again->usage == report->usage && again->cost == report->cost);
  const UsageSummary summary = admin::summarise_usage(*report, catalog());
  SLUICE_CHECK(!usage_text(summary).empty() && !usage_json(summary).empty());
}

void read_limits(std::string_view text) {
  const auto limits = admin::parse_rate_limits(text, "fuzz");
  const auto spend = admin::parse_spend_limits(text, "fuzz");
  const auto workspaces = admin::parse_workspaces(text, "fuzz");
  admin::PulledLimits pulled;
  if (limits) {
    pulled.groups = limits->items;
    pulled.workspaces.push_back({.id = "w", .name = "w", .groups = limits->items});
  }
  if (spend) pulled.spend = spend->items;
  if (workspaces) {
    for (const auto& one : workspaces->items) pulled.workspaces.push_back({one.id, one.name, {}});
  }
  const auto compared = admin::compare_limits(
      pulled, catalog(), {.at = UnixTime{1'795'219'200'000'000'000}, .target = "fuzz"});
  SLUICE_CHECK(compared.has_value());
  SLUICE_CHECK(!limits_text(*compared, true).empty() && !limits_json(*compared).empty());
  static_cast<void>(admin::limits_overlay(pulled, *compared));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      read_records(text);
      break;
    case 1:
      read_usage(std::string(text));
      break;
    case 2:
      read_limits(text);
      break;
  }
  return 0;
}
