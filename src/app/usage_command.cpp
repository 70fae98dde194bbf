#include "app/usage_command.hpp"

#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "admin/pull_usage.hpp"
#include "admin/summarise_usage.hpp"
#include "app/commands.hpp"
#include "app/kept_files.hpp"
#include "app/output_file.hpp"
#include "app/report_format.hpp"
#include "base/text.hpp"
#include "ingest/usage_report.hpp"
#include "net/event_loop.hpp"
#include "report/number_text.hpp"
#include "report/usage_text.hpp"
#include "scenario/catalog.hpp"

namespace sluice::app {
namespace {

constexpr std::int64_t kDefaultDays = 7;
constexpr std::int64_t kDaysMost = 366;

using Render = std::string (*)(const UsageSummary& summary);
constexpr std::array kFormats = {Format<Render>{"text", usage_text},
                                 Format<Render>{"json", usage_json}};

// Of today or before.
Result<CivilDate> parse_date(const std::string& text, const char* option, CivilDate today) {
  const auto date = CivilDate::parse(text);
  if (!date) return invalid(option, in_quotes(text) + " is not a date like 2026-11-01");
  if (*date <= today) return *date;
  return invalid(option, fmt::format("is after today ({}, UTC)", today.text()));
}

Result<admin::UsageSpan> read_span(const UsagePullArguments& arguments, CivilDate today) {
  admin::UsageSpan span;
  SLUICE_TRY(span.width, admin::report_width_named(arguments.width));
  std::optional<CivilDate> from;
  if (!arguments.from.empty()) {
    SLUICE_TRY(from, parse_date(arguments.from, "--from", today));
  }
  span.last = today;
  if (!arguments.to.empty()) {
    SLUICE_TRY(span.last, parse_date(arguments.to, "--to", today));
  }
  span.first = from.value_or(civil_from_days(days_from_civil(span.last) - kDefaultDays + 1));
  if (span.first > span.last) return invalid("--from", "is after --to");
  if (days_from_civil(span.last) - days_from_civil(span.first) >= kDaysMost) {
    return invalid("--from", fmt::format("is more than {} days before --to", kDaysMost));
  }
  return span;
}

// Empty where the pages come in one burst, or nearly.
std::string how_long(const admin::UsageSpan& span) {
  using admin::AdminClient;
  const std::int64_t pages = admin::pages_of(span);
  const Duration pauses = AdminClient::pauses(pages);
  if (pauses <= minutes(1)) return {};
  std::string text = fmt::format(
      "about {} pages; after {} the Admin API is asked once a minute, so that this takes about "
      "{}.\nCtrl-C ends it, and nothing is written then.",
      with_thousands(pages), AdminClient::kBurst, short_text(pauses));
  admin::UsageSpan wider = span;
  wider.width = admin::ReportWidth::kHour;
  const std::int64_t fewer = admin::pages_of(wider);
  if (fewer >= pages) return text + "\n";
  const Duration shorter = AdminClient::pauses(fewer);
  return text + fmt::format(" With --width 1h it is {} pages, {}.\n", fewer,
                            shorter > Duration{} ? short_text(shorter) : "without a pause");
}

Result<Exit> pull(const UsagePullArguments& arguments, const scenario::Catalog& catalog) {
  SLUICE_TRY(const Render render, format_named(kFormats, arguments.admin.format, "--format"));
  const CivilDate today = net::wall_clock_now().date();
  SLUICE_TRY(const admin::UsageSpan span, read_span(arguments, today));
  auto may = check_output(arguments.output, arguments.admin.force);
  if (may) may = check_not_read({arguments.output}, files_read(arguments.admin));
  if (!may) return tl::unexpected(std::move(may).error());
  SLUICE_TRY(AdminAccess access, open_admin(arguments.admin));
  print(stderr, how_long(span));
  SLUICE_TRY(const ingest::UsageReport report, admin::pull_usage(access.client, span));
  UsageSummary summary = admin::summarise_usage(report, catalog);
  summary.target = access.target;
  summary.first = span.first;
  summary.last = span.last;
  summary.width = admin::name(span.width);
  if (span.last >= today) {
    summary.notes.push_back("the last day is not over; reports lag by about five minutes");
  }
  if (auto written = write_file(arguments.output, ingest::usage_report_json(report)); !written) {
    return tl::unexpected(std::move(written).error());
  }
  if (!print(stdout, render(summary))) return Exit::kFailure;
  print(stderr, fmt::format("written: {}; sluice import usage-report {} makes a scenario of it\n",
                            arguments.output, arguments.output));
  return Exit::kOk;
}

}  // namespace

Exit pull_usage(const UsagePullArguments& arguments) {
  const auto catalog = scenario::load_catalog(arguments.admin.catalog);
  if (!catalog) return report(catalog.error());
  const auto pulled = pull(arguments, *catalog);
  return pulled ? *pulled : report_admin(pulled.error());
}

}  // namespace sluice::app
