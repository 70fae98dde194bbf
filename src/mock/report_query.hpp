// The query of usage_report/messages and cost_report: intervals, groups, filters and pages (docs:
// usage-cost-api, 2026-08).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.hpp"
#include "mock/usage_ledger.hpp"
#include "wire/api_error.hpp"

namespace sluice::mock {

// By what a report can be grouped and filtered.
enum class Dimension : std::uint8_t {
  kAccount,
  kApiKey,
  kContextWindow,
  kGeo,
  kModel,
  kServiceAccount,
  kServiceTier,
  kSpeed,
  kWorkspace,
};
inline constexpr std::size_t kDimensionCount = 9;
std::string_view name(Dimension dimension) noexcept;  // "account_id", "api_key_id", ...

struct ReportQuery {
  UsageLedger::Width width = UsageLedger::Width::kDay;
  std::vector<UnixTime> intervals;  // of this page, by their starts
  std::optional<std::string> next_page;
  std::array<bool, kDimensionCount> grouped{};
  std::array<std::vector<std::string>, kDimensionCount> filters{};  // empty: anything
  bool by_description = false;                                      // cost_report alone
};

enum class ReportKind : std::uint8_t { kUsage, kCost };
// Intervals end with `now`: nothing is known of those to come.
std::optional<wire::ApiError> read_report_query(std::string_view query, ReportKind kind,
                                                UnixTime now, ReportQuery& read);

}  // namespace sluice::mock
