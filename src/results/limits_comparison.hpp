// What an organization's own limits are beside those that the catalog has for a usage tier: the
// result of `sluice limits pull`. A value; nothing secret is in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/calendar.hpp"
#include "base/money.hpp"

namespace sluice {

enum class LimitDifference : std::uint8_t {
  kSame,
  kAbove,  // yours is above the published one
  kBelow,
  kMissing,       // published, and not among yours
  kNotPublished,  // the catalog has no number for it
  kUnknown,       // of a type or group that sluice does not simulate
};
// "same", "above", "below", "missing", "not published", "unknown".
std::string_view name(LimitDifference difference) noexcept;

struct LimitRow {
  std::string group;  // the catalog's name of it, or the API's where the catalog has none
  std::string type;   // the API's: "requests_per_minute", ...
  std::optional<std::int64_t> yours;
  std::optional<std::int64_t> published;
  LimitDifference difference = LimitDifference::kSame;
  bool operator==(const LimitRow&) const = default;
};

struct SpendRow {
  std::string what;  // "tier cap", "organization", "workspace web", ...
  std::string period;
  std::optional<Money> yours;
  std::optional<Money> published;
  LimitDifference difference = LimitDifference::kSame;
  bool operator==(const SpendRow&) const = default;
};

struct WorkspaceLimits {
  std::string id;
  std::string name;
  std::vector<LimitRow> rows;  // `published` is the organization's own
};

struct LimitsComparison {
  std::string organization_id{};
  std::string organization_name{};
  std::string target{};
  UnixTime at{};
  CivilDate catalog_date{};
  std::string tier{};  // compared with; empty: the catalog has none on that day
  bool tier_was_given = false;
  std::vector<LimitRow> rows{};                                   // the organization's
  std::vector<std::pair<std::string, std::int64_t>> differing{};  // of each tier: so many rows
  std::vector<WorkspaceLimits> workspaces{};
  std::vector<SpendRow> spend{};
  std::vector<std::string> notes{};

  // Rows that differ from what is published.
  std::int64_t differences() const noexcept;
};

}  // namespace sluice
