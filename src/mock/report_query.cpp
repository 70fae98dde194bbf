#include "mock/report_query.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "mock/admin_json.hpp"
#include "mock/call.hpp"
#include "mock/paging.hpp"

namespace sluice::mock {
namespace {

using wire::ApiError;
using Width = UsageLedger::Width;

struct DimensionRow {
  std::string_view name;
  std::string_view filter;
};
constexpr std::array<DimensionRow, kDimensionCount> kDimensions{
    DimensionRow{"account_id", "account_ids"},
    DimensionRow{"api_key_id", "api_key_ids"},
    DimensionRow{"context_window", "context_window"},
    DimensionRow{"inference_geo", "inference_geos"},
    DimensionRow{"model", "models"},
    DimensionRow{"service_account_id", "service_account_ids"},
    DimensionRow{"service_tier", "service_tiers"},
    DimensionRow{"speed", "speeds"},
    DimensionRow{"workspace_id", "workspace_ids"},
};

// Intervals of a page: by default, and at most.
struct WidthRow {
  std::string_view name;
  PageLimits limits;
};
constexpr std::array<WidthRow, 3> kWidths{WidthRow{"1m", {60, 1440}}, WidthRow{"1h", {24, 168}},
                                          WidthRow{"1d", {7, 31}}};

// "name[]" repeats; without the brackets it means the same.
std::vector<std::string> list_value(std::string_view query, std::string_view name) {
  std::vector<std::string> all = query_values(query, std::string(name) + "[]");
  for (std::string& one : query_values(query, name)) all.push_back(std::move(one));
  return all;
}

std::optional<ApiError> read_width(std::string_view query, ReportKind kind, Width& width) {
  const auto given = query_value(query, "bucket_width");
  if (!given) return std::nullopt;
  const auto* const found = std::find_if(kWidths.begin(), kWidths.end(),
                                         [&](const WidthRow& row) { return row.name == *given; });
  const auto position = static_cast<std::size_t>(found - kWidths.begin());
  const bool is_known = found != kWidths.end();
  if (kind == ReportKind::kCost && (!is_known || static_cast<Width>(position) != Width::kDay)) {
    return invalid_field("bucket_width", "Input should be '1d'");
  }
  if (!is_known) return invalid_field("bucket_width", "Input should be '1m', '1h' or '1d'");
  width = static_cast<Width>(position);
  return std::nullopt;
}

std::optional<ApiError> read_groups(std::string_view query, ReportKind kind, ReportQuery& read) {
  for (const std::string& group : list_value(query, "group_by")) {
    if (kind == ReportKind::kCost && group == "description") {
      read.by_description = true;
      continue;
    }
    const auto* const found =
        std::find_if(kDimensions.begin(), kDimensions.end(),
                     [&](const DimensionRow& row) { return row.name == group; });
    const bool is_known =
        found != kDimensions.end() && (kind == ReportKind::kUsage || group == "workspace_id");
    if (!is_known) return invalid_field("group_by", in_quotes(group) + " is not one of its values");
    read.grouped[static_cast<std::size_t>(found - kDimensions.begin())] = true;
  }
  return std::nullopt;
}

std::optional<ApiError> read_instant(std::string_view query, std::string_view name,
                                     std::optional<UnixTime>& instant) {
  const auto text = query_value(query, name);
  if (!text) return std::nullopt;
  const auto parsed = UnixTime::parse(*text);
  if (!parsed) return invalid_field(name, "Input should be a valid RFC 3339 datetime");
  instant = *parsed;
  return std::nullopt;
}

struct Span {
  UnixTime start;
  UnixTime end;
};

UnixTime floored(UnixTime time, Duration length) noexcept {
  const std::int64_t past = time.nanoseconds % ns(length);
  return {time.nanoseconds - (past < 0 ? past + ns(length) : past)};
}

// From the interval in which starting_at lies to ending_at, or the present.
std::optional<ApiError> read_span(std::string_view query, Duration length, UnixTime now,
                                  Span& span) {
  std::optional<UnixTime> start;
  std::optional<UnixTime> end;
  if (auto error = read_instant(query, "starting_at", start)) return error;
  if (auto error = read_instant(query, "ending_at", end)) return error;
  if (!start) return invalid_field("starting_at", "Field required");
  if (end && *end <= *start) return invalid_field("ending_at", "must be after starting_at");
  const UnixTime present = floored(now, length) + length;
  span = {.start = floored(*start, length), .end = end ? std::min(*end, present) : present};
  return std::nullopt;
}

std::optional<ApiError> read_intervals(std::string_view query, UnixTime now, ReportQuery& read) {
  const WidthRow& row = kWidths[static_cast<std::size_t>(read.width)];
  const Duration length = UsageLedger::length(read.width);
  PageRequest page;
  if (auto error = read_page(query, row.limits, page)) return error;
  Span span;
  if (auto error = read_span(query, length, now, span)) return error;
  if (const auto token = query_value(query, "page")) {
    const auto place = place_of(*token);
    const bool is_right = place && *place >= span.start.nanoseconds && *place % ns(length) == 0;
    if (!is_right) return invalid_field("page", "is not a page token of this query");
    span.start = UnixTime{*place};
  }
  while (span.start < span.end) {
    if (read.intervals.size() == static_cast<std::size_t>(page.limit)) {
      read.next_page = page_token(span.start.nanoseconds);
      break;
    }
    read.intervals.push_back(span.start);
    span.start = span.start + length;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name(Dimension dimension) noexcept {
  return kDimensions[static_cast<std::size_t>(dimension)].name;
}

std::optional<ApiError> read_report_query(std::string_view query, ReportKind kind, UnixTime now,
                                          ReportQuery& read) {
  read = {};
  if (auto error = read_width(query, kind, read.width)) return error;
  if (auto error = read_groups(query, kind, read)) return error;
  for (std::size_t i = 0; kind == ReportKind::kUsage && i < kDimensionCount; ++i) {
    read.filters[i] = list_value(query, kDimensions[i].filter);
  }
  return read_intervals(query, now, read);
}

}  // namespace sluice::mock
