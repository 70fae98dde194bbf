#include "report/limits_text.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/text.hpp"
#include "describe/json.hpp"
#include "describe/value.hpp"
#include "report/number_text.hpp"
#include "report/text_table.hpp"
#include "results/json_value.hpp"

namespace sluice {
namespace {

using describe::Value;

std::string count_text(const std::optional<std::int64_t>& number, std::string_view otherwise) {
  return number ? with_thousands(*number) : std::string(otherwise);
}

std::string amount_text(const std::optional<Money>& money) { return money ? money->text() : "-"; }

// "above (x 2.5)".
std::string difference_text(const LimitRow& row) {
  std::string text(name(row.difference));
  const bool has_factor =
      row.yours && row.published && *row.published > 0 && row.difference != LimitDifference::kSame;
  if (has_factor) {
    const double factor = static_cast<double>(*row.yours) / static_cast<double>(*row.published);
    text += fmt::format(" (x {:.3g})", factor);
  }
  return text;
}

std::string heading(const LimitsComparison& c) {
  std::string whose = c.organization_name;
  if (!c.organization_id.empty()) {
    whose += fmt::format("{}({})", whose.empty() ? "" : " ", c.organization_id);
  }
  return fmt::format("Limits of {}, {}\n  read from {}, catalog of {}\n",
                     whose.empty() ? "the organization" : whose, c.at.text(), c.target,
                     c.catalog_date.text());
}

std::string tier_text(const LimitsComparison& c) {
  if (c.tier.empty()) return {};
  const std::int64_t differing = c.differences();
  std::string text =
      fmt::format("\n{} {}: ", c.tier_was_given ? "Compared with tier" : "Nearest tier:", c.tier);
  text += differing == 0 ? "every published limit is yours"
                         : fmt::format("{} of {} limits differ", differing, c.rows.size());
  std::vector<std::string> others;
  for (const auto& [tier, count] : c.differing) {
    if (tier != c.tier) others.push_back(fmt::format("{} {}", tier, count));
  }
  if (!others.empty()) text += fmt::format(" (other tiers: {})", join(others));
  return text + "\n";
}

std::string rows_text(const std::vector<LimitRow>& rows, bool all, std::string_view other) {
  TextTable table({"group", "limit", "yours", std::string(other), ""});
  for (const LimitRow& row : rows) {
    if (!all && row.difference == LimitDifference::kSame) continue;
    const bool is_missing = row.difference == LimitDifference::kMissing;
    table.add({row.group, row.type, count_text(row.yours, is_missing ? "-" : "no limit"),
               count_text(row.published, "-"), difference_text(row)});
  }
  return table.empty() ? std::string() : "\n" + table.text();
}

std::string spend_text(const LimitsComparison& c) {
  if (c.spend.empty()) return {};
  TextTable table({"spend limit", "period", "yours", "published", ""});
  for (const SpendRow& row : c.spend) {
    table.add({row.what, row.period, amount_text(row.yours), amount_text(row.published),
               std::string(name(row.difference))});
  }
  return "\n" + table.text();
}

Value number_or_null(const std::optional<std::int64_t>& number) {
  return number ? Value(*number) : Value();
}

Value text_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

// `other`: what the row's second number is.
Value rows_value(const std::vector<LimitRow>& rows, std::string_view other) {
  Value all = Value::array();
  for (const LimitRow& row : rows) {
    all.push(Value::object()
                 .set("group", row.group)
                 .set("type", row.type)
                 .set("yours", number_or_null(row.yours))
                 .set(other, number_or_null(row.published))
                 .set("difference", name(row.difference)));
  }
  return all;
}

}  // namespace

std::string limits_text(const LimitsComparison& c, bool all) {
  std::string text = heading(c) + tier_text(c) + rows_text(c.rows, all, "published");
  const auto same = std::count_if(c.rows.begin(), c.rows.end(), [](const LimitRow& row) {
    return row.difference == LimitDifference::kSame;
  });
  if (!all && same > 0) {
    text += fmt::format("\n  {} as published.\n",
                        same == 1 ? "1 limit is" : fmt::format("{} limits are", same));
  }
  for (const WorkspaceLimits& workspace : c.workspaces) {
    text += fmt::format("\nWorkspace {} ({})\n", workspace.name, workspace.id);
    text += rows_text(workspace.rows, true, "organization");
  }
  text += spend_text(c);
  if (!c.notes.empty()) text += "\nNotes\n";
  for (const std::string& note : c.notes) text += fmt::format("  - {}\n", wrapped(note, 100, 4));
  return text;
}

std::string limits_json(const LimitsComparison& c) {
  Value differing = Value::object();
  for (const auto& [tier, count] : c.differing) differing.set(tier, count);
  Value workspaces = Value::array();
  for (const WorkspaceLimits& workspace : c.workspaces) {
    workspaces.push(Value::object()
                        .set("id", workspace.id)
                        .set("name", workspace.name)
                        .set("limits", rows_value(workspace.rows, "organization")));
  }
  Value spend = Value::array();
  for (const SpendRow& row : c.spend) {
    spend.push(Value::object()
                   .set("what", row.what)
                   .set("period", row.period)
                   .set("yours", dollars_of(row.yours))
                   .set("published", dollars_of(row.published))
                   .set("difference", name(row.difference)));
  }
  return describe::to_json(
      Value::object()
          .set("format", "sluice-limits")
          .set("format_version", 1)
          .set("organization", Value::object()
                                   .set("id", text_or_null(c.organization_id))
                                   .set("name", text_or_null(c.organization_name)))
          .set("target", c.target)
          .set("at", c.at.text())
          .set("catalog_date", c.catalog_date.text())
          .set("tier", text_or_null(c.tier))
          .set("tier_was_given", c.tier_was_given)
          .set("differing_limits_by_tier", std::move(differing))
          .set("limits", rows_value(c.rows, "published"))
          .set("workspaces", std::move(workspaces))
          .set("spend", std::move(spend))
          .set("notes", texts_of(c.notes)));
}

}  // namespace sluice
