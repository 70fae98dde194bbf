#include "admin/compare_limits.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/limit_type.hpp"
#include "base/integer.hpp"
#include "base/text.hpp"

namespace sluice::admin {
namespace {

using scenario::Catalog;
using scenario::TierRow;
using Row = sluice::LimitRow;

constexpr const char* kBatch = "batch";
constexpr const char* kTokenCount = "token_count";

// A limit by its name, as the catalog publishes it for a group of a tier.
struct Published {
  std::string type;
  std::int64_t limit = 0;
};

std::vector<Published> published_limits(const Catalog& catalog, const TierRow& tier,
                                        const std::string& group) {
  if (tier.tier.empty()) return {};
  if (group == kBatch) {
    return {{"requests_per_minute", tier.batch_requests_per_minute},
            {"enqueued_batch_requests", tier.enqueued_batch_requests}};
  }
  if (group == kTokenCount) {
    return {{"requests_per_minute", tier.token_count_requests_per_minute}};
  }
  std::vector<Published> all;
  for (const scenario::LimitRow& row : catalog.limits) {
    const bool is_its = row.tier == tier.tier &&
                        std::find(row.groups.begin(), row.groups.end(), group) != row.groups.end();
    if (!is_its) continue;
    for (const scenario::NamedLimit& limit : scenario::limits_of(row)) {
      all.push_back({std::string(name(limit.type)), limit.limit});
    }
  }
  return all;
}

// An answer's group under a name of the catalog's.
struct NamedGroup {
  std::string name;
  bool is_known = true;  // sluice simulates its limits
  const AnsweredGroup* group = nullptr;
};

std::string shown_name(const AnsweredGroup& group) {
  if (!group.display_name.empty()) return group.display_name;
  return group.models.empty() ? group.type : group.models.front();
}

std::vector<NamedGroup> named_groups(const std::vector<AnsweredGroup>& groups,
                                     const Catalog& catalog) {
  std::vector<NamedGroup> named;
  for (const AnsweredGroup& group : groups) {
    if (group.type == kBatch || group.type == kTokenCount) {
      named.push_back({group.type, true, &group});
      continue;
    }
    const std::vector<std::string> known = catalog_groups(group, catalog);
    if (known.empty()) named.push_back({shown_name(group), false, &group});
    for (const std::string& name : known) named.push_back({name, true, &group});
  }
  return named;
}

LimitDifference difference_of(std::int64_t yours, std::int64_t published) noexcept {
  if (yours == published) return LimitDifference::kSame;
  return yours > published ? LimitDifference::kAbove : LimitDifference::kBelow;
}

Row row_of(const NamedGroup& named, const AnsweredLimit& limit,
           const std::vector<Published>& published) {
  Row row{.group = named.name,
          .type = limit.type,
          .yours = limit.value,
          .published = {},
          .difference = LimitDifference::kNotPublished};
  if (!named.is_known || !limit_type_named(limit.type)) {
    row.difference = LimitDifference::kUnknown;
    return row;
  }
  const auto found = std::find_if(published.begin(), published.end(),
                                  [&](const Published& one) { return one.type == limit.type; });
  if (found == published.end()) return row;
  row.published = found->limit;
  row.difference = limit.value ? difference_of(*limit.value, found->limit)
                               : LimitDifference::kAbove;  // null: not limited
  return row;
}

std::vector<Row> rows_of(const std::vector<NamedGroup>& groups, const Catalog& catalog,
                         const TierRow& tier) {
  std::vector<Row> rows;
  for (const NamedGroup& named : groups) {
    const std::vector<Published> published = published_limits(catalog, tier, named.name);
    for (const AnsweredLimit& limit : named.group->limits) {
      rows.push_back(row_of(named, limit, published));
    }
    for (const Published& one : published) {
      const auto& limits = named.group->limits;
      const bool has = std::any_of(limits.begin(), limits.end(), [&](const AnsweredLimit& limit) {
        return limit.type == one.type;
      });
      if (!has) {
        rows.push_back({.group = named.name,
                        .type = one.type,
                        .yours = {},
                        .published = one.limit,
                        .difference = LimitDifference::kMissing});
      }
    }
  }
  return rows;
}

// How far the numbers are apart, in thousandths of the larger one, over all rows.
std::int64_t distance(const std::vector<Row>& rows) noexcept {
  std::int64_t sum = 0;
  for (const Row& row : rows) {
    if (!row.published || !row.yours) continue;
    const std::int64_t most = std::max({*row.yours, *row.published, std::int64_t{1}});
    const int128 apart = int128{1000} * (*row.yours - *row.published) / most;
    sum += static_cast<std::int64_t>(apart < 0 ? -apart : apart);
  }
  return sum;
}

// Whether a model of the group can still be asked on that day.
bool is_served(const Catalog& catalog, const std::string& group, CivilDate date) {
  return std::any_of(catalog.models.begin(), catalog.models.end(),
                     [&](const scenario::ModelRow& model) {
                       return model.group == group && (!model.retired || date < *model.retired);
                     });
}

// Groups that a tier has and the answer does not.
void note_absent_groups(const std::vector<NamedGroup>& groups, const Catalog& catalog,
                        const TierRow& tier, LimitsComparison& made) {
  std::vector<std::string> absent;
  for (const scenario::LimitRow& row : catalog.limits) {
    if (row.tier != tier.tier) continue;
    for (const std::string& group : row.groups) {
      const bool has = std::any_of(groups.begin(), groups.end(),
                                   [&](const NamedGroup& one) { return one.name == group; });
      const bool is_noted = std::find(absent.begin(), absent.end(), group) != absent.end();
      if (!has && !is_noted && is_served(catalog, group, made.at.date())) absent.push_back(group);
    }
  }
  if (absent.empty()) return;
  made.notes.push_back(
      fmt::format("the answer has no group for {}, which tier {} has: their "
                  "published limits stay",
                  join(absent), tier.tier));
}

void note_models(const PulledLimits& pulled, const Catalog& catalog, LimitsComparison& made) {
  for (const AnsweredGroup& group : pulled.groups) {
    const std::vector<std::string> known = catalog_groups(group, catalog);
    if (known.size() > 1) {
      made.notes.push_back(
          fmt::format("{} is one limit for {}, which the catalog has apart: each "
                      "is given all of it",
                      shown_name(group), join(known)));
    }
    std::vector<std::string> unknown;
    for (const std::string& model : group.models) {
      if (catalog.model(model) == nullptr) unknown.push_back(model);
    }
    if (!unknown.empty()) {
      made.notes.push_back(fmt::format("models that the catalog does not have, in {}: {}",
                                       shown_name(group), join(unknown)));
    }
  }
}

std::optional<std::int64_t> organization_limit(const std::vector<NamedGroup>& groups,
                                               const std::string& group, const std::string& type) {
  for (const NamedGroup& named : groups) {
    if (named.name != group) continue;
    for (const AnsweredLimit& limit : named.group->limits) {
      if (limit.type == type) return limit.value;
    }
  }
  return std::nullopt;
}

void compare_workspaces(const PulledLimits& pulled, const Catalog& catalog,
                        const std::vector<NamedGroup>& organization, LimitsComparison& made) {
  for (const PulledWorkspace& workspace : pulled.workspaces) {
    WorkspaceLimits limits{.id = workspace.id, .name = workspace.name, .rows = {}};
    for (const NamedGroup& named : named_groups(workspace.groups, catalog)) {
      for (const AnsweredLimit& limit : named.group->limits) {
        if (limit.is_inherited) continue;
        std::vector<Published> above;
        if (const auto own = organization_limit(organization, named.name, limit.type)) {
          above.push_back({limit.type, *own});
        }
        limits.rows.push_back(row_of(named, limit, above));
      }
    }
    if (!limits.rows.empty()) made.workspaces.push_back(std::move(limits));
  }
}

std::string workspace_name(const PulledLimits& pulled, const std::string& id) {
  for (const PulledWorkspace& workspace : pulled.workspaces) {
    if (workspace.id == id) return workspace.name;
  }
  return id;
}

void compare_spend(const PulledLimits& pulled, const TierRow* tier, LimitsComparison& made) {
  if (!pulled.spend) return;
  for (const AnsweredSpendLimit& limit : *pulled.spend) {
    SpendRow row{.what = limit.scope,
                 .period = limit.period,
                 .yours = limit.amount,
                 .published = {},
                 .difference = LimitDifference::kNotPublished};
    if (limit.scope == "workspace") {
      row.what = "workspace " + workspace_name(pulled, limit.workspace_id);
    } else if (limit.scope == "usage_tier") {
      row.what = "tier cap";
      if (tier != nullptr) row.published = tier->monthly_spend;
      if (row.published && row.yours) {
        row.difference = *row.yours == *row.published  ? LimitDifference::kSame
                         : *row.yours > *row.published ? LimitDifference::kAbove
                                                       : LimitDifference::kBelow;
      }
    } else if (limit.scope != "organization") {
      row.difference = LimitDifference::kUnknown;
    }
    if (!limit.is_enabled) row.what += " (switched off)";
    if (limit.currency != "USD") row.what += fmt::format(" ({})", limit.currency);
    made.spend.push_back(std::move(row));
  }
}

const TierRow* tier_named(const Catalog& catalog, const std::string& name) noexcept {
  for (const TierRow& row : catalog.tiers) {
    if (row.tier == name) return &row;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> catalog_groups(const AnsweredGroup& group, const Catalog& catalog) {
  std::vector<std::string> groups;
  for (const std::string& name : group.models) {
    const scenario::ModelRow* const model = catalog.model(name);
    if (model == nullptr) continue;
    if (std::find(groups.begin(), groups.end(), model->group) == groups.end()) {
      groups.push_back(model->group);
    }
  }
  return groups;
}

Result<LimitsComparison> compare_limits(const PulledLimits& pulled, const Catalog& whole,
                                        const CompareOptions& options) {
  const Catalog catalog = whole.as_of(options.at.date());
  // Retired models still name their groups.
  const std::vector<NamedGroup> groups = named_groups(pulled.groups, whole);
  LimitsComparison made{.organization_id = pulled.organization.id,
                        .organization_name = pulled.organization.name,
                        .target = options.target,
                        .at = options.at,
                        .catalog_date = whole.newest_date};
  made.notes = pulled.notes;
  if (options.tier && tier_named(catalog, *options.tier) == nullptr) {
    const std::vector<std::string> names = catalog.tier_names();
    return invalid("--tier", fmt::format("{} is not one of {}{}", in_quotes(*options.tier),
                                         join(names), suggestion(*options.tier, names)));
  }
  const TierRow* nearest = nullptr;
  std::pair<std::int64_t, std::int64_t> nearest_distance;
  for (const TierRow& tier : catalog.tiers) {
    LimitsComparison with{.rows = rows_of(groups, catalog, tier)};
    const std::pair<std::int64_t, std::int64_t> is{with.differences(), distance(with.rows)};
    made.differing.emplace_back(tier.tier, is.first);
    const bool is_wanted =
        options.tier ? tier.tier == *options.tier : nearest == nullptr || is < nearest_distance;
    if (!is_wanted) continue;
    nearest = &tier;
    nearest_distance = is;
    made.rows = std::move(with.rows);
  }
  if (nearest != nullptr) {
    made.tier = nearest->tier;
    made.tier_was_given = options.tier.has_value();
    note_absent_groups(groups, catalog, *nearest, made);
  } else {
    made.rows = rows_of(groups, catalog, TierRow{});
    made.notes.push_back("the catalog has no usage tiers on that day: nothing is compared");
  }
  note_models(pulled, whole, made);
  compare_workspaces(pulled, whole, groups, made);
  compare_spend(pulled, nearest, made);
  return made;
}

}  // namespace sluice::admin
