// Reads usage_report/messages and cost_report of some days, all pages (docs: usage-cost-api,
// 2026-08), as one report.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "admin/admin_client.hpp"
#include "base/calendar.hpp"
#include "base/error.hpp"
#include "ingest/usage_report.hpp"

namespace sluice::admin {

enum class ReportWidth { kMinute, kHour, kDay };
// "1m", "1h", "1d".
Result<ReportWidth> report_width_named(std::string_view name);
std::string_view name(ReportWidth width) noexcept;

struct UsageSpan {
  CivilDate first;
  CivilDate last;  // included
  ReportWidth width = ReportWidth::kDay;
};

// How many pages both reports have: as many requests, of an API that fills its pages and has all
// of these days.
std::int64_t pages_of(const UsageSpan& span) noexcept;

// Usage by model, workspace, service tier, context window, speed and geography; cost by workspace
// and description, a day each. Rows that could not be read are in `problems`.
Result<ingest::UsageReport> pull_usage(AdminClient& client, const UsageSpan& span);

}  // namespace sluice::admin
