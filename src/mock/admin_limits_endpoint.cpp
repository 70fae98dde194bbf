// Rate limits over the Admin API: the organization's, and a workspace's overrides, which can be
// written (docs: rate-limits-api, 2026-11; SDK TS 1.11). A change holds at once, not within an
// hour.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "mock/admin_json.hpp"
#include "mock/endpoints.hpp"
#include "mock/paging.hpp"

namespace sluice::mock {
namespace {

using nlohmann::ordered_json;
using wire::ApiError;

constexpr std::array<std::string_view, 6> kGroupTypes{"model_group", "batch",  "token_count",
                                                      "files",       "skills", "web_search"};

// What one entry of either list is about.
struct Group {
  std::size_t position = 0;  // names it: the plan's groups, then batch, then token_count
  std::string_view type;
  std::vector<ModelId> models;
};

struct Override {
  LimitType type{};
  LimiterId limiter{};
  std::int64_t limit = kNoLimit;
};

std::vector<Group> all_groups(const MockState& state) {
  const RunPlan& run = state.plan.run;
  std::vector<Group> groups;
  for (std::size_t i = 0; i < run.groups.size(); ++i) {
    Group group{.position = i, .type = "model_group", .models = {}};
    for (std::size_t model = 0; model < run.models.size(); ++model) {
      if (run.models[model].group == GroupId(i)) group.models.push_back(ModelId(model));
    }
    groups.push_back(std::move(group));
  }
  groups.push_back({.position = groups.size(), .type = "batch", .models = {}});
  groups.push_back({.position = groups.size(), .type = "token_count", .models = {}});
  return groups;
}

bool has_model(const Group& group, ModelId model) {
  return std::any_of(group.models.begin(), group.models.end(),
                     [model](ModelId one) { return one == model; });
}

// Ids and those aliases that are ids too; sluice's own short names are not the API's.
ordered_json model_names(const MockState& state, const Group& group) {
  if (group.type != "model_group") return nullptr;
  ordered_json names = ordered_json::array();
  for (const ModelId model : group.models) {
    const scenario::ModelRow& row = state.plan.models[index(model)];
    names.push_back(row.id);
    for (const std::string& alias : row.aliases) {
      if (alias.starts_with("claude-")) names.push_back(alias);
    }
  }
  return names;
}

// "Claude Opus 5.5"; "Claude Opus 4.x" where several versions share a whole number.
std::string group_name(const MockState& state, const Group& group) {
  std::string name = display_name(state.plan.run.groups[group.position]);
  if (group.models.size() > 1 && name.find('.') == name.npos) name += ".x";
  return name;
}

bool is_newest(const Call& call) noexcept { return call.version == wire::ApiVersion::k2026_10_21; }

// With 2023-06-01 an entry has group_type beside its group; since 2026-10-21 an id instead.
ordered_json entry_head(const MockState& state, const Call& call, const Group& group,
                        std::string_view type) {
  ordered_json about{{"type", group.type}, {"id", rate_limit_group_id(state, group.position)}};
  if (group.type == "model_group") about["display_name"] = group_name(state, group);
  ordered_json entry{{"type", type}};
  if (!is_newest(call)) entry["group_type"] = group.type;
  entry["group"] = std::move(about);
  entry["models"] = model_names(state, group);
  return entry;
}

std::optional<LimiterId> limiter_of(MockState& state, std::optional<WorkspaceId> workspace,
                                    const Group& group, LimitType type) {
  const RateLimiter& limiter = state.api.limiter();
  for (std::size_t i = 0; i < limiter.size(); ++i) {
    const LimiterSpec& spec = limiter.spec(LimiterId(i));
    const bool is_it = spec.workspace == workspace && index(spec.group) == group.position;
    if (is_it && spec.type == type) return LimiterId(i);
  }
  return std::nullopt;
}

// None: not limited.
std::optional<std::int64_t> limit_of(MockState& state, std::optional<WorkspaceId> workspace,
                                     const Group& group, LimitType type) {
  if (group.type != "model_group") return std::nullopt;
  const auto limiter = limiter_of(state, workspace, group, type);
  if (!limiter) return std::nullopt;
  const std::int64_t limit = state.api.limiter().spec(*limiter).limit;
  return limit == kNoLimit ? std::nullopt : std::optional(limit);
}

void add_limit(ordered_json& limits, std::string_view type, std::int64_t value) {
  if (value != kNoLimit) limits.push_back({{"type", type}, {"value", value}});
}

ordered_json organization_limits(MockState& state, const Group& group) {
  ordered_json limits = ordered_json::array();
  if (group.type == "batch") {
    const BatchLimiterSpec& batch = state.plan.run.batch_limits;
    add_limit(limits, "requests_per_minute", batch.requests_per_minute);
    add_limit(limits, "enqueued_batch_requests", batch.max_enqueued);
  } else if (group.type == "token_count") {
    add_limit(limits, "requests_per_minute", state.plan.count_tokens_per_minute.value_or(kNoLimit));
  }
  for (std::size_t i = 0; i < kLimitTypeCount; ++i) {
    const auto type = static_cast<LimitType>(i);
    const auto limit = limit_of(state, std::nullopt, group, type);
    if (limit) add_limit(limits, name(type), *limit);
  }
  return limits;
}

// The workspace's overrides; with `inherited` also what holds for it because it has none.
ordered_json workspace_limits(MockState& state, const Call& call, WorkspaceId workspace,
                              const Group& group, bool inherited) {
  ordered_json limits = ordered_json::array();
  const auto add = [&](const ordered_json& type, const ordered_json& value,
                       const ordered_json& organization, std::string_view source) {
    limits.push_back({{"type", type}, {"value", value}, {"org_limit", organization}});
    if (is_newest(call) || inherited) limits.back()["source"] = {{"type", source}};
  };
  const ordered_json organization = organization_limits(state, group);
  const auto of_organization = [&](std::string_view type) -> ordered_json {
    for (const ordered_json& one : organization) {
      if (one["type"] == type) return one["value"];
    }
    return nullptr;
  };
  for (std::size_t i = 0; i < kLimitTypeCount; ++i) {
    const auto type = static_cast<LimitType>(i);
    const auto own = index(workspace) == 0 ? std::nullopt : limit_of(state, workspace, group, type);
    const ordered_json above = of_organization(name(type));
    if (own) {
      add(name(type), *own, above, "workspace");
    } else if (inherited && !above.is_null()) {
      add(name(type), above, above, "organization");
    }
  }
  return limits;
}

ordered_json workspace_entry(MockState& state, const Call& call, WorkspaceId workspace,
                             const Group& group, bool inherited) {
  ordered_json entry = entry_head(state, call, group, "workspace_rate_limit");
  if (is_newest(call)) {
    entry["rate_limit_id"] = rate_limit_id(state, group.position);
    entry["workspace_id"] = state.plan.workspace_ids[index(workspace)];
  }
  entry["limits"] = workspace_limits(state, call, workspace, group, inherited);
  return entry;
}

// The query of both lists. Without a limit everything is on one page (SDK TS 1.11).
struct LimitQuery {
  std::size_t first = 0;
  std::size_t limit = 0;
  std::optional<std::string> group_type;
};

std::optional<ApiError> read_query(std::string_view query, LimitQuery& read) {
  PageRequest page;
  if (auto error = read_page(query, {.default_limit = 1000, .max_limit = 1000}, page)) return error;
  read.limit = static_cast<std::size_t>(page.limit);
  if (const auto token = query_value(query, "page")) {
    const auto place = place_of(*token);
    if (!place || *place < 0) return invalid_field("page", "is not a page token");
    read.first = static_cast<std::size_t>(*place);
  }
  read.group_type = query_value(query, "group_type");
  if (!read.group_type) return std::nullopt;
  if (std::find(kGroupTypes.begin(), kGroupTypes.end(), *read.group_type) == kGroupTypes.end()) {
    return invalid_field("group_type",
                         "Input should be 'model_group', 'batch', 'token_count', 'files', "
                         "'skills' or 'web_search'");
  }
  return std::nullopt;
}

void reply_page(MockState& state, Call& call, const ordered_json& all, const LimitQuery& query) {
  ordered_json data = ordered_json::array();
  const std::size_t end = std::min(all.size(), query.first + query.limit);
  for (std::size_t i = query.first; i < end; ++i) data.push_back(all[i]);
  const ordered_json next =
      end < all.size() ? ordered_json(page_token(static_cast<std::int64_t>(end))) : ordered_json();
  reply_json(state, call, 200, ordered_json{{"data", data}, {"next_page", next}}.dump());
}

// One {"type": ..., "value": ... or null} of a change.
std::optional<ApiError> read_override(MockState& state, WorkspaceId workspace, const Group& group,
                                      const ordered_json& one, Override& read) {
  const auto type = one.is_object() ? one.find("type") : one.end();
  if (!one.is_object() || type == one.end() || !type->is_string()) {
    return invalid_field("limits", "each item needs a type and a value");
  }
  const auto known = limit_type_named(type->get_ref<const std::string&>());
  const auto limiter = known ? limiter_of(state, workspace, group, *known) : std::nullopt;
  if (!limiter) {
    return invalid_field("limits",
                         "type '" + type->get<std::string>() + "' cannot be set for this group");
  }
  read = {.type = *known, .limiter = *limiter};
  const auto value = one.find("value");
  if (value == one.end()) return invalid_field("limits", "value: Field required");
  if (value->is_null()) return std::nullopt;
  const bool is_right = value->is_number_unsigned() && value->get<std::uint64_t>() >= 1 &&
                        value->get<std::uint64_t>() < static_cast<std::uint64_t>(kNoLimit);
  if (!is_right)
    return invalid_field("limits", "value: Input should be a positive integer or null");
  read.limit = value->get<std::int64_t>();
  return std::nullopt;
}

std::optional<ApiError> read_overrides(MockState& state, WorkspaceId workspace, const Group& group,
                                       std::string_view body, std::vector<Override>& overrides) {
  const ordered_json object = ordered_json::parse(body, nullptr, /*allow_exceptions=*/false);
  const auto limits = object.is_object() ? object.find("limits") : object.end();
  if (!object.is_object() || limits == object.end() || !limits->is_array()) {
    return invalid_field("limits", "Field required");
  }
  for (const ordered_json& one : *limits) {
    Override read;
    if (auto error = read_override(state, workspace, group, one, read)) return error;
    overrides.push_back(read);
  }
  return std::nullopt;
}

}  // namespace

void list_rate_limits(MockState& state, Call& call) {
  LimitQuery query;
  if (const auto error = read_query(call.request.query, query)) {
    return reply_error(state, call, *error);
  }
  const auto wanted = query_value(call.request.query, "model");
  const auto model = wanted ? state.model(*wanted) : std::nullopt;
  if (wanted && !model) {
    return reply_error(state, call, {ErrorKind::kNotFound, "model: " + *wanted, ""});
  }
  ordered_json all = ordered_json::array();
  for (const Group& group : all_groups(state)) {
    if (query.group_type && *query.group_type != group.type) continue;
    if (model && !has_model(group, *model)) continue;
    ordered_json limits = organization_limits(state, group);
    if (limits.empty()) continue;
    ordered_json entry = entry_head(state, call, group, "rate_limit");
    if (is_newest(call)) entry["id"] = rate_limit_id(state, group.position);
    entry["limits"] = std::move(limits);
    all.push_back(std::move(entry));
  }
  reply_page(state, call, all, query);
}

void list_workspace_rate_limits(MockState& state, Call& call) {
  const auto workspace = workspace_of_id(state, call.arguments[0]);
  if (!workspace) return reply_error(state, call, no_such_object());
  LimitQuery query;
  if (const auto error = read_query(call.request.query, query)) {
    return reply_error(state, call, *error);
  }
  const bool inherited = query_value(call.request.query, "include_inherited") == "true";
  ordered_json all = ordered_json::array();
  for (const Group& group : all_groups(state)) {
    if (query.group_type && *query.group_type != group.type) continue;
    ordered_json entry = workspace_entry(state, call, *workspace, group, inherited);
    if (!entry["limits"].empty()) all.push_back(std::move(entry));
  }
  reply_page(state, call, all, query);
}

// All of a change or none of it.
void update_workspace_rate_limit(MockState& state, Call& call) {
  const auto workspace = workspace_of_id(state, call.arguments[0]);
  if (!workspace) return reply_error(state, call, no_such_object());
  if (index(*workspace) == 0) {
    return reply_error(
        state, call,
        invalid_field("workspace_id", "the default workspace cannot have rate limits of its own"));
  }
  const std::vector<Group> groups = all_groups(state);
  const auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& one) {
    return rate_limit_id(state, one.position) == call.arguments[1];
  });
  if (group == groups.end()) return reply_error(state, call, no_such_object());
  std::vector<Override> overrides;
  const auto error = read_overrides(state, *workspace, *group, call.request.body, overrides);
  if (error) return reply_error(state, call, *error);
  for (const Override& one : overrides) {
    state.api.limiter().set_limit(call.now, one.limiter, one.limit);
  }
  reply_json(state, call, 200, workspace_entry(state, call, *workspace, *group, false).dump());
}

}  // namespace sluice::mock
