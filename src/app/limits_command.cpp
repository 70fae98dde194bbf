#include "app/limits_command.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "admin/compare_limits.hpp"
#include "admin/limits_overlay.hpp"
#include "admin/pull_limits.hpp"
#include "app/commands.hpp"
#include "app/kept_files.hpp"
#include "app/output_file.hpp"
#include "app/report_format.hpp"
#include "describe/json.hpp"
#include "net/event_loop.hpp"
#include "report/limits_text.hpp"
#include "scenario/catalog.hpp"

namespace sluice::app {
namespace {

using Render = std::string (*)(const LimitsComparison& compared, bool all);
constexpr std::array kFormats = {
    Format<Render>{"text", limits_text},
    Format<Render>{"json",
                   [](const LimitsComparison& compared, bool) { return limits_json(compared); }},
};

Result<void> write_overlay(const std::string& path, const admin::PulledLimits& pulled,
                           const LimitsComparison& compared) {
  if (path.empty()) return {};
  return write_file(path, describe::to_json(admin::limits_overlay(pulled, compared)));
}

Result<Exit> pull(const LimitsPullArguments& arguments, const scenario::Catalog& catalog) {
  SLUICE_TRY(const Render render, format_named(kFormats, arguments.admin.format, "--format"));
  if (!arguments.overlay.empty()) {
    auto may = check_output(arguments.overlay, arguments.admin.force);
    if (may) may = check_not_read({arguments.overlay}, files_read(arguments.admin));
    if (!may) return tl::unexpected(std::move(may).error());
  }
  SLUICE_TRY(AdminAccess access, open_admin(arguments.admin));
  SLUICE_TRY(const admin::PulledLimits pulled, admin::pull_limits(access.client));
  SLUICE_TRY(const LimitsComparison compared,
             admin::compare_limits(
                 pulled, catalog,
                 {.at = UnixTime{net::wall_clock_now().nanoseconds / 1'000'000'000 * 1'000'000'000},
                  .target = access.target,
                  .tier = arguments.tier}));
  if (auto written = write_overlay(arguments.overlay, pulled, compared); !written) {
    return tl::unexpected(std::move(written).error());
  }
  if (!print(stdout, render(compared, arguments.all))) return Exit::kFailure;
  if (!arguments.overlay.empty()) {
    print(stderr, fmt::format("written: {}; a scenario names it as \"overlays\": [\"{}\"]\n",
                              arguments.overlay, arguments.overlay));
  }
  return Exit::kOk;
}

}  // namespace

Exit pull_limits(const LimitsPullArguments& arguments) {
  const auto catalog = scenario::load_catalog(arguments.admin.catalog);
  if (!catalog) return report(catalog.error());
  const auto pulled = pull(arguments, *catalog);
  return pulled ? *pulled : report_admin(pulled.error());
}

}  // namespace sluice::app
