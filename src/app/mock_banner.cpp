#include "app/mock_banner.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/calendar.hpp"
#include "base/decimal.hpp"
#include "base/text.hpp"
#include "report/text_table.hpp"

namespace sluice::app {
namespace {

// Columns of the table: what most groups are limited by.
constexpr std::array kShown = {LimitType::kRequestsPerMinute,
                               LimitType::kInputTokensPerMinuteCacheAware,
                               LimitType::kOutputTokensPerMinute};

struct GroupRow {
  std::vector<std::string> groups;
  std::array<std::string, kShown.size()> limits;
};

std::string limit_of(const RunPlan& plan, GroupId group, LimitType type) {
  for (const LimiterSpec& limiter : plan.limits.limiters) {
    if (limiter.workspace || limiter.group != group) continue;
    // A group whose cache reads count has the plain input limit instead.
    const bool is_plain_input = limiter.type == LimitType::kInputTokensPerMinute &&
                                type == LimitType::kInputTokensPerMinuteCacheAware;
    if (limiter.type == type) return with_thousands(limiter.limit);
    if (is_plain_input) return with_thousands(limiter.limit) + " with cache reads";
  }
  return "-";
}

// One row for all groups that have the same numbers.
std::vector<GroupRow> group_rows(const RunPlan& plan) {
  std::vector<GroupRow> rows;
  for (std::size_t i = 0; i < plan.groups.size(); ++i) {
    std::array<std::string, kShown.size()> limits;
    for (std::size_t k = 0; k < kShown.size(); ++k)
      limits[k] = limit_of(plan, GroupId(i), kShown[k]);
    const auto same = [&](const GroupRow& row) { return row.limits == limits; };
    auto row = std::find_if(rows.begin(), rows.end(), same);
    if (row == rows.end()) row = rows.insert(rows.end(), {{}, limits});
    row->groups.push_back(plan.groups[i]);
  }
  return rows;
}

std::string limits_text(const mock::MockPlan& plan) {
  if (!plan.options.limits) return "  no limits (--limits off)\n";
  TextTable table({"each of", "requests/min", "input tokens/min", "output tokens/min"});
  for (const GroupRow& row : group_rows(plan.run)) {
    const std::size_t shown = std::min<std::size_t>(row.groups.size(), 3);
    std::string names = join(std::span(row.groups).first(shown));
    if (row.groups.size() > shown) names += fmt::format(" and {} more", row.groups.size() - shown);
    table.add({names, row.limits[0], row.limits[1], row.limits[2]});
  }
  std::string text = table.text();
  const SpendSpec& spend = plan.run.spend;
  if (spend.tier_cap) text += fmt::format("  monthly spend cap {}\n", spend.tier_cap->text());
  if (spend.credit) text += fmt::format("  prepaid credit {}\n", spend.credit->text());
  return text;
}

std::string settings_text(const mock::MockPlan& plan) {
  const mock::MockOptions& options = plan.options;
  std::string text = fmt::format("keys {}", options.any_key ? "any" : "strict");
  if (options.is_clock_manual) {
    text += ", clock manual (POST /_sluice/clock)";
  } else if (options.speed_permille != 1000) {
    text += fmt::format(", {} x real time", decimal_text(options.speed_permille, 3));
  }
  if (!options.latency) text += ", latency off";
  if (options.grade) text += ", grading the client";
  return text;
}

}  // namespace

std::string mock_banner(const mock::MockPlan& plan, const BannerFacts& facts) {
  const UnixTime start{plan.run.start_unix_ns};
  std::string text = fmt::format("sluice mock: {}, tier {}, {}; {}\n\n", plan.title, plan.tier,
                                 start.date().text(), settings_text(plan));
  text += limits_text(plan);
  text += fmt::format("\n  export ANTHROPIC_BASE_URL={}\n  export ANTHROPIC_API_KEY={}\n",
                      facts.url, plan.key_secrets.front());
  if (!facts.certificate_path.empty()) {
    text +=
        fmt::format("  export NODE_EXTRA_CA_CERTS={0} SSL_CERT_FILE={0}\n", facts.certificate_path);
  }
  for (std::size_t i = 1; i < plan.key_secrets.size(); ++i) {
    text += fmt::format("  # key {}: {}\n", plan.run.keys[i].name, plan.key_secrets[i]);
  }
  text += fmt::format("  # Admin API: {}\n", plan.admin_secret);
  if (!facts.dashboard_url.empty()) {
    text += fmt::format("\n  To watch it in a browser: {}\n", facts.dashboard_url);
  }
  text += fmt::format(
      "\n  {}/_sluice shows limits, journal and grade; state is in memory. Ctrl-C ends it.\n",
      facts.url);
  if (!facts.is_loopback) {
    text +=
        "\n  WARNING: other machines can reach this server. It checks keys as a mock does: what "
        "it\n"
        "  accepts protects nothing, and it should not be open to a network that you do not "
        "trust.\n";
  }
  return text;
}

}  // namespace sluice::app
