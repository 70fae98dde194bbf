#include "admin/pull_usage.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace sluice::admin {
namespace {

constexpr int kUsagePagesMost = 10'000;

// Intervals of a page: the API's most, but for minutes (1,440), of which fewer keep a page with
// many groups within a few megabytes.
struct WidthRow {
  std::string_view name;
  int intervals = 0;
  int in_a_day = 0;
};
constexpr std::array kWidths{WidthRow{"1m", 360, 1440}, WidthRow{"1h", 168, 24},
                             WidthRow{"1d", 31, 1}};
constexpr int kCostDays = 31;  // of a page of the cost report

UnixTime end_of(CivilDate last) noexcept { return UnixTime::midnight(last).next_day(); }

template <class Rows>
void append(Rows& to, Rows&& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

Result<void> read_pages(AdminClient& client, const std::string& path, ingest::UsageReport& all) {
  const std::string where = path.substr(0, path.find('?'));
  std::string next;
  for (int page = 0; page < kUsagePagesMost; ++page) {
    const std::string token = next.empty() ? std::string() : "&page=" + query_text(next);
    SLUICE_TRY(const AdminAnswer answer, client.get({.path = path + token, .is_report = true}));
    auto read = ingest::parse_usage_report(answer.text());
    if (!read) return io_error(where, std::move(read).error());
    append(all.usage, std::move(read->usage));
    append(all.cost, std::move(read->cost));
    append(all.problems, std::move(read->problems));
    all.empty_intervals += read->empty_intervals;
    if (read->next_page.empty()) return {};
    if (read->next_page == next) return io_error(where, "its next page is the page itself");
    next = std::move(read->next_page);
  }
  return io_error(where, fmt::format("there are more than {} pages", kUsagePagesMost));
}

}  // namespace

std::int64_t pages_of(const UsageSpan& span) noexcept {
  const WidthRow& width = kWidths[static_cast<std::size_t>(span.width)];
  const std::int64_t days = days_from_civil(span.last) - days_from_civil(span.first) + 1;
  const auto pages = [](std::int64_t intervals, int of_page) {
    return (intervals + of_page - 1) / of_page;
  };
  return pages(days * width.in_a_day, width.intervals) + pages(days, kCostDays);
}

std::string_view name(ReportWidth width) noexcept {
  return kWidths[static_cast<std::size_t>(width)].name;
}

Result<ReportWidth> report_width_named(std::string_view name) {
  for (std::size_t i = 0; i < kWidths.size(); ++i) {
    if (kWidths[i].name == name) return static_cast<ReportWidth>(i);
  }
  return invalid("--width", in_quotes(name) + " is not one of 1m, 1h, 1d");
}

Result<ingest::UsageReport> pull_usage(AdminClient& client, const UsageSpan& span) {
  const std::string days =
      fmt::format("starting_at={}&ending_at={}", query_text(UnixTime::midnight(span.first).text()),
                  query_text(end_of(span.last).text()));
  std::string usage =
      fmt::format("/v1/organizations/usage_report/messages?{}&bucket_width={}&limit={}", days,
                  name(span.width), kWidths[static_cast<std::size_t>(span.width)].intervals);
  for (const char* const group :
       {"model", "workspace_id", "service_tier", "context_window", "speed", "inference_geo"}) {
    usage += fmt::format("&group_by[]={}", group);
  }
  client.foresee(pages_of(span));
  ingest::UsageReport report;
  if (auto read = read_pages(client, usage, report); !read) {
    return tl::unexpected(std::move(read).error());
  }
  const std::string cost = fmt::format(
      "/v1/organizations/cost_report?{}&bucket_width=1d&limit={}&group_by[]=workspace_id"
      "&group_by[]=description",
      days, kCostDays);
  if (auto read = read_pages(client, cost, report); !read) {
    return tl::unexpected(std::move(read).error());
  }
  return report;
}

}  // namespace sluice::admin
