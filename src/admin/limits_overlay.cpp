#include "admin/limits_overlay.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "api/limit_type.hpp"
#include "base/text.hpp"
#include "scenario/organization_config.hpp"

namespace sluice::admin {
namespace {

using describe::Value;

constexpr const char* kUnlimited = "unlimited";
constexpr Money kMostDollars = Money::from_dollars(1'000'000'000);  // that a scenario takes

class Writing {
 public:
  std::vector<std::string> about;

  void note_shown_only(std::string_view whose, const LimitRow& row) {
    const std::string value = row.yours ? with_thousands(*row.yours) : "no limit";
    about.push_back(fmt::format("shown only, a scenario cannot say it: {}{} {} {}", whose,
                                row.group, row.type, value));
  }

  // {"opus-5.5": {"requests_per_minute": 5000, ...}, ...} of the rows of model groups.
  Value limits(const std::vector<LimitRow>& rows, std::string_view whose) {
    Value all = Value::object();
    for (const LimitRow& row : rows) {
      if (row.group == "batch" || row.group == "token_count") continue;
      if (!is_sayable(row)) {
        note_shown_only(whose, row);
        continue;
      }
      if (all.find(row.group) == nullptr) all.set(row.group, Value::object());
      set_limit(*all.find(row.group), row, whose);
    }
    return all;
  }

  Value batch_limits(const std::vector<LimitRow>& rows) {
    Value limits = Value::object();
    for (const LimitRow& row : rows) {
      if (row.group == "token_count") note_token_count(row);
      if (row.group != "batch") continue;
      const bool is_known =
          row.type == "requests_per_minute" || row.type == name(LimitType::kEnqueuedBatchRequests);
      const bool fits = row.yours && *row.yours >= 1 && *row.yours <= scenario::kLargestLimit;
      if (is_known && fits) {
        limits.set(row.type, *row.yours);
      } else {
        note_shown_only("", row);
      }
    }
    return limits;
  }

 private:
  static bool is_sayable(const LimitRow& row) {
    const auto type = limit_type_named(row.type);
    if (row.difference == LimitDifference::kUnknown || !type) return false;
    if (*type == LimitType::kEnqueuedBatchRequests) return false;
    return !row.yours || *row.yours >= 1;
  }

  // Of two answers for one group the lower holds.
  void set_limit(Value& group, const LimitRow& row, std::string_view whose) {
    const bool is_limited = row.yours && *row.yours <= scenario::kLargestLimit;
    Value* const there = group.find(row.type);
    if (there == nullptr) {
      group.set(row.type, is_limited ? Value(*row.yours) : Value(kUnlimited));
      return;
    }
    about.push_back(fmt::format("several limits were answered for {}{} {}: the lowest is taken",
                                whose, row.group, row.type));
    const bool is_lower =
        is_limited && (!there->is(Value::Kind::kInteger) || *row.yours < there->as_integer());
    if (is_lower) *there = Value(*row.yours);
  }

  void note_token_count(const LimitRow& row) {
    if (row.difference != LimitDifference::kSame) note_shown_only("", row);
  }
};

// An amount that a scenario can say: a month's, in dollars, switched on.
std::optional<Value> monthly(const AnsweredSpendLimit& limit) {
  const bool is_plain = limit.is_enabled && limit.period == "monthly" && limit.currency == "USD";
  if (!is_plain || !limit.amount || *limit.amount > kMostDollars) return std::nullopt;
  return Value::decimal(limit.amount->exact());
}

std::string spend_text(const AnsweredSpendLimit& limit) {
  return fmt::format("{} {} {}{}", limit.scope, limit.amount ? limit.amount->text() : "no limit",
                     limit.period, limit.is_enabled ? "" : ", switched off");
}

// The organization's own part; what is of workspaces is left to them.
Value spend_value(const PulledLimits& pulled, Writing& writing) {
  Value spend = Value::object();
  if (!pulled.spend) return spend;
  for (const AnsweredSpendLimit& limit : *pulled.spend) {
    const auto amount = monthly(limit);
    if (amount && limit.scope == "usage_tier") {
      spend.set("cap", *amount);
    } else if (amount && limit.scope == "organization") {
      spend.set("organization_limit", *amount);
    } else if (!amount || limit.scope != "workspace") {
      writing.about.push_back("shown only, a scenario cannot say it: spend limit of " +
                              spend_text(limit));
    }
  }
  return spend;
}

std::optional<Value> workspace_spend(const PulledLimits& pulled, const std::string& id) {
  if (!pulled.spend) return std::nullopt;
  for (const AnsweredSpendLimit& limit : *pulled.spend) {
    if (limit.scope != "workspace" || limit.workspace_id != id) continue;
    if (auto amount = monthly(limit)) return amount;
  }
  return std::nullopt;
}

// A scenario's workspaces have names of their own, and "default" is there anyway.
std::string unique_name(const PulledWorkspace& workspace, std::vector<std::string>& taken) {
  std::string name = workspace.name;
  const bool is_taken = std::find(taken.begin(), taken.end(), name) != taken.end();
  if (name.empty() || is_taken) name = fmt::format("{} ({})", name, workspace.id);
  taken.push_back(name);
  return name;
}

Value workspaces_value(const PulledLimits& pulled, const LimitsComparison& compared,
                       Writing& writing) {
  Value all = Value::array();
  std::vector<std::string> taken{"default"};
  for (const PulledWorkspace& workspace : pulled.workspaces) {
    const auto rows =
        std::find_if(compared.workspaces.begin(), compared.workspaces.end(),
                     [&](const WorkspaceLimits& limits) { return limits.id == workspace.id; });
    Value limits = Value::object();
    if (rows != compared.workspaces.end()) {
      limits = writing.limits(rows->rows, fmt::format("workspace {}, ", workspace.name));
    }
    const auto spend = workspace_spend(pulled, workspace.id);
    if (limits.members().empty() && !spend) continue;
    Value one = Value::object();
    one.set("name", unique_name(workspace, taken));
    if (!limits.members().empty()) one.set("limits", std::move(limits));
    if (spend) one.set("spend_limit", *spend);
    all.push(std::move(one));
  }
  return all;
}

std::string source_text(const LimitsComparison& compared) {
  std::string whose = compared.organization_name;
  if (!compared.organization_id.empty()) {
    whose += fmt::format("{}({})", whose.empty() ? "" : " ", compared.organization_id);
  }
  return fmt::format("sluice limits pull, organization {}, {}, {}",
                     whose.empty() ? "(not named)" : whose, compared.at.text(), compared.target);
}

}  // namespace

Value limits_overlay(const PulledLimits& pulled, const LimitsComparison& compared) {
  Writing writing;
  writing.about.push_back(source_text(compared));
  if (!compared.tier.empty()) {
    writing.about.push_back(fmt::format("tier {}: {}; {} of {} limits differ from it",
                                        compared.tier,
                                        compared.tier_was_given ? "as asked" : "the nearest one",
                                        compared.differences(), compared.rows.size()));
  }
  Value organization = Value::object();
  if (!compared.tier.empty()) organization.set("tier", compared.tier);
  organization.set("limits", writing.limits(compared.rows, ""));
  if (Value batch = writing.batch_limits(compared.rows); !batch.members().empty()) {
    organization.set("batch_limits", std::move(batch));
  }
  if (Value spend = spend_value(pulled, writing); !spend.members().empty()) {
    organization.set("spend", std::move(spend));
  }
  if (Value all = workspaces_value(pulled, compared, writing); !all.items().empty()) {
    organization.set("workspaces", std::move(all));
  }
  Value about = Value::array();
  for (std::string& line : writing.about) about.push(Value(std::move(line)));
  for (const std::string& note : compared.notes) about.push(Value(note));
  return Value::object()
      .set("sluice_overlay", 1)
      .set("about", std::move(about))
      .set("organization", std::move(organization));
}

}  // namespace sluice::admin
