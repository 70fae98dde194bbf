// The organization, its workspaces and its spend limits, as the Admin API shows them (docs:
// admin-api, 2026-08; spend limits as in the SDKs of 2026-11).
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "mock/admin_json.hpp"
#include "mock/endpoints.hpp"
#include "mock/ids.hpp"
#include "mock/paging.hpp"

namespace sluice::mock {
namespace {

using json = nlohmann::ordered_json;

constexpr std::string_view kSpendBeta = "spend-limit-reads-2026-09-26";

std::string start_text(const MockState& state) { return state.calendar(kRunStart).text(); }

// The last four members are there since 2026-10-21 (SDK TS 1.11).
json workspace_json(const MockState& state, const Call& call, WorkspaceId workspace) {
  json shown{{"id", state.plan.workspace_ids[index(workspace)]},
             {"type", "workspace"},
             {"name", state.plan.run.workspaces[index(workspace)]},
             {"created_at", start_text(state)},
             {"archived_at", nullptr},
             {"display_color", "#6C5BB9"},
             {"data_residency",
              {{"workspace_geo", "us"},
               {"default_inference_geo", "global"},
               {"allowed_inference_geos", "unrestricted"}}}};
  if (call.version == wire::ApiVersion::k2026_10_21) {
    shown["compartment_id"] = make_id("cmpt_01", state.plan.run.seed, index(workspace));
    shown["external_key_id"] = nullptr;
    shown["tags"] = json::object();
    shown["user_profile_id"] = nullptr;
  }
  return shown;
}

json spend_limit_json(const MockState& state, std::uint64_t number, Money amount, json scope) {
  const std::string since = start_text(state);
  return {{"id", make_id("spl_01", state.plan.run.seed, number)},
          {"type", "spend_limit"},
          {"scope", std::move(scope)},
          {"amount", whole_cents_text(amount)},
          {"currency", "USD"},
          {"period", "monthly"},
          {"is_enabled", true},
          {"created_at", since},
          {"updated_at", since}};
}

// What a list of spend limits is narrowed to (SDK TS 1.11).
struct SpendQuery {
  std::vector<std::string> scopes;  // empty: all
  std::optional<std::string> workspace_id;
  bool wants(std::string_view scope) const {
    return scopes.empty() || std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
  }
};

// "A scope type that doesn't apply to the organization gets a 400 error": the others are those of
// organizations with members.
std::optional<wire::ApiError> read_spend_query(std::string_view query, SpendQuery& read) {
  read.scopes = query_values(query, "scope_type[]");
  for (std::string& one : query_values(query, "scope_type")) read.scopes.push_back(std::move(one));
  read.workspace_id = query_value(query, "workspace_id");
  for (const std::string& scope : read.scopes) {
    if (scope == "organization" || scope == "workspace" || scope == "usage_tier") continue;
    return invalid_field("scope_type",
                         "Input should be 'organization', 'workspace' or "
                         "'usage_tier' for this organization");
  }
  return std::nullopt;
}

// The organization's own, those of workspaces, then the tier's cap, which is the oldest: it dates
// from the organization's creation. As they are now, changes at run time included.
json all_spend_limits(MockState& state, const SpendQuery& query) {
  const SpendSpec& spend = state.api.spend().spec();
  const bool any_workspace = !query.workspace_id.has_value();
  json all = json::array();
  if (any_workspace && spend.organization_limit && query.wants("organization")) {
    all.push_back(
        spend_limit_json(state, 0, *spend.organization_limit, {{"type", "organization"}}));
  }
  const std::size_t count = spend.workspace_limits.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& id = state.plan.workspace_ids[i];
    if (!spend.workspace_limits[i] || !query.wants("workspace")) continue;
    if (!any_workspace && *query.workspace_id != id) continue;
    all.push_back(spend_limit_json(state, i + 1, *spend.workspace_limits[i],
                                   {{"type", "workspace"}, {"workspace_id", id}}));
  }
  if (any_workspace && spend.tier_cap && query.wants("usage_tier")) {
    all.push_back(spend_limit_json(state, state.plan.workspace_ids.size() + 1, *spend.tier_cap,
                                   {{"type", "usage_tier"}}));
  }
  return all;
}

}  // namespace

void retrieve_organization(MockState& state, Call& call) {
  const json body{
      {"id", state.plan.organization_id}, {"type", "organization"}, {"name", state.plan.title}};
  reply_json(state, call, 200, body.dump());
}

// The default workspace is on the list only if asked for (docs: workspaces, 2026-08; SDK TS 1.11).
void list_workspaces(MockState& state, Call& call) {
  PageRequest page;
  if (const auto error = read_page(call.request.query, {}, page)) {
    return reply_error(state, call, *error);
  }
  const std::size_t first_shown =
      query_value(call.request.query, "include_default") == "true" ? 0 : 1;
  const auto position_of = [&](std::string_view id) -> std::optional<std::size_t> {
    const auto workspace = workspace_of_id(state, id);
    if (!workspace || index(*workspace) < first_shown) return std::nullopt;
    return index(*workspace) - first_shown;
  };
  const auto bounds = bounds_of(page, state.plan.workspace_ids.size() - first_shown, position_of);
  if (!bounds) return reply_error(state, call, unknown_cursor());
  json data = json::array();
  for (std::size_t i = bounds->first; i < bounds->end; ++i) {
    data.push_back(workspace_json(state, call, WorkspaceId(i + first_shown)));
  }
  const json first = data.empty() ? json() : data.front()["id"];
  const json last = data.empty() ? json() : data.back()["id"];
  const json body{
      {"data", data}, {"has_more", bounds->has_more}, {"first_id", first}, {"last_id", last}};
  reply_json(state, call, 200, body.dump());
}

void retrieve_workspace(MockState& state, Call& call) {
  const auto workspace = workspace_of_id(state, call.arguments[0]);
  if (!workspace) return reply_error(state, call, no_such_object());
  reply_json(state, call, 200, workspace_json(state, call, *workspace).dump());
}

void list_spend_limits(MockState& state, Call& call) {
  const auto beta = call.request.header("anthropic-beta");
  if (!beta || beta->find(kSpendBeta) == beta->npos) {
    return reply_error(state, call,
                       invalid_field("anthropic-beta", std::string(kSpendBeta) + " is required"));
  }
  PageRequest page;
  if (const auto error = read_page(call.request.query, {}, page)) {
    return reply_error(state, call, *error);
  }
  std::size_t first = 0;
  if (const auto token = query_value(call.request.query, "page")) {
    const auto place = place_of(*token);
    if (!place) return reply_error(state, call, invalid_field("page", "is not a page token"));
    first = static_cast<std::size_t>(*place);
  }
  SpendQuery query;
  if (const auto error = read_spend_query(call.request.query, query)) {
    return reply_error(state, call, *error);
  }
  const json all = all_spend_limits(state, query);
  json data = json::array();
  const std::size_t end = std::min(all.size(), first + static_cast<std::size_t>(page.limit));
  for (std::size_t i = first; i < end; ++i) data.push_back(all[i]);
  const json next = end < all.size() ? json(page_token(static_cast<std::int64_t>(end))) : json();
  reply_json(state, call, 200, json{{"data", data}, {"next_page", next}}.dump());
}

}  // namespace sluice::mock
