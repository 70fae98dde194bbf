#include <algorithm>

#include "base/text.hpp"
#include "scenario/resolve.hpp"

namespace sluice::scenario {
namespace {

template <class Named>
std::optional<std::size_t> position(const std::vector<Named>& all, std::string_view name) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].name == name) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> position(const std::vector<std::string>& all, std::string_view name) {
  const auto found = std::find(all.begin(), all.end(), name);
  if (found == all.end()) return std::nullopt;
  return static_cast<std::size_t>(found - all.begin());
}

// One short name a model, for a person to choose from.
std::string unknown_model(const Catalog& catalog, std::string_view name) {
  std::string near = suggestion(name, catalog.model_names());
  if (near.empty()) {
    std::vector<std::string> shortest;
    for (const ModelRow& row : catalog.models) {
      shortest.push_back(row.aliases.empty() ? row.id : row.aliases.back());
    }
    near = ": there are " + join(shortest);
  }
  return in_quotes(name) + " is not a model of the catalog" + near;
}

std::string unknown(std::string_view what, std::string_view name,
                    const std::vector<std::string>& known) {
  const std::string near = suggestion(name, known);
  const std::string rest = near.empty() && !known.empty() ? ": there are " + join(known) : near;
  return in_quotes(name) + " is not " + std::string{what} + rest;
}

}  // namespace

std::optional<ModelId> Resolution::model(std::string_view name, const std::string& pointer) {
  const ModelRow* row = catalog.model(name);
  if (row == nullptr) {
    findings.error(pointer, unknown_model(catalog, name));
    return std::nullopt;
  }
  if (const auto known = position(plan.models, row->id)) return ModelId(*known);
  if (row->released > date) {
    findings.error(pointer, row->id + " was released on " + row->released.text() +
                                ", after the start of the run on " + date.text());
  }
  if (row->retired && *row->retired <= date) {
    findings.error(pointer, row->id + " was retired on " + row->retired->text() +
                                ", before the start of the run on " + date.text());
  }
  auto group = position(plan.groups, row->group);
  if (!group) {
    group = plan.groups.size();
    plan.groups.push_back(row->group);
  }
  ModelPlan model_plan;
  model_plan.name = row->id;
  model_plan.group = GroupId(*group);
  model_plan.context_tokens = row->context;
  model_plan.max_output_tokens = row->max_output;
  model_plan.cache_minimum_tokens = row->cache_minimum;
  model_plan.tokenizer_permille = row->tokenizer_permille;
  model_plan.prices = price_rows(catalog, row->id);
  if (const ModelPriceRow* price = catalog.price(row->id, date)) {
    model_plan.has_fast_mode = price->fast_permille.has_value();
    model_plan.can_stay_in_us = price->us_permille != 1000;
  }
  models.push_back(row);
  plan.models.push_back(std::move(model_plan));
  return ModelId(plan.models.size() - 1);
}

std::optional<ModelId> Resolution::used_model(std::string_view name, const std::string& pointer) {
  const ModelRow* row = catalog.model(name);
  if (row == nullptr) {
    findings.error(pointer, unknown_model(catalog, name));
    return std::nullopt;
  }
  if (const auto known = position(plan.models, row->id)) return ModelId(*known);
  findings.error_unless_wrong("/workloads", pointer, "no workload uses " + row->id);
  return std::nullopt;
}

bool Resolution::is_left(std::string_view model_name, const std::string& pointer) {
  const ModelRow* const row = catalog.model(model_name);
  if (row == nullptr || position(plan.models, row->id)) return false;
  if (!findings.is_from_overlay(pointer)) return false;
  unused.push_back(pointer);
  return true;
}

std::optional<std::string> Resolution::group_named(std::string_view name,
                                                   const std::string& pointer) {
  if (const ModelRow* row = catalog.model(name)) return row->group;
  std::vector<std::string> groups = catalog.group_names();
  if (position(groups, name)) return std::string{name};
  const std::vector<std::string> names = catalog.model_names();
  std::vector<std::string> all = groups;
  all.insert(all.end(), names.begin(), names.end());
  std::string near = suggestion(name, all);
  if (near.empty()) near = ": the groups are " + join(groups);
  findings.error(pointer,
                 in_quotes(name) + " is neither a group nor a model of the catalog" + near);
  return std::nullopt;
}

std::optional<GroupId> Resolution::used_group(std::string_view group) const {
  const auto found = position(plan.groups, group);
  if (!found) return std::nullopt;
  return GroupId(*found);
}

std::optional<WorkspaceId> Resolution::workspace(std::string_view name,
                                                 const std::string& pointer) {
  if (const auto found = position(plan.workspaces, name)) return WorkspaceId(*found);
  findings.error_unless_wrong("/organization/workspaces", pointer,
                              unknown("a workspace", name, plan.workspaces));
  return std::nullopt;
}

std::optional<KeyId> Resolution::key(std::string_view name, const std::string& pointer) {
  if (const auto found = position(plan.keys, name)) return KeyId(*found);
  std::vector<std::string> names;
  for (const KeyConfig& one : config.organization.keys) names.push_back(one.name);
  findings.error_unless_wrong(
      "/organization/keys", pointer,
      unknown("a key", name, names) + (names.empty() ? ": name keys in /organization/keys" : ""));
  return std::nullopt;
}

std::optional<LimiterId> Resolution::limiter(std::optional<WorkspaceId> workspace, GroupId group,
                                             LimitType type) const {
  const std::vector<LimiterSpec>& all = plan.limits.limiters;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].workspace == workspace && all[i].group == group && all[i].type == type) {
      return LimiterId(i);
    }
  }
  return std::nullopt;
}

void Resolution::guess(std::string text) {
  if (!position(guesses, text)) guesses.push_back(std::move(text));
}

}  // namespace sluice::scenario
