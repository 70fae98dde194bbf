// The organization, its workspaces and its spend limits, as the Admin API shows them (docs:
// admin-api, 2026-08; spend limits as in the SDKs of 2026-11).
#include <algorithm>
#include <string>
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

// The organization's, then those of workspaces.
json all_spend_limits(const MockState& state, const std::vector<std::string>& scopes) {
  const auto is_wanted = [&](std::string_view scope) {
    return scopes.empty() || std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
  };
  const SpendSpec& spend = state.plan.run.spend;
  json all = json::array();
  if (spend.organization_limit && is_wanted("organization")) {
    all.push_back(
        spend_limit_json(state, 0, *spend.organization_limit, {{"type", "organization"}}));
  }
  for (std::size_t i = 0; i < spend.workspace_limits.size(); ++i) {
    if (!spend.workspace_limits[i] || !is_wanted("workspace")) continue;
    all.push_back(
        spend_limit_json(state, i + 1, *spend.workspace_limits[i],
                         {{"type", "workspace"}, {"workspace_id", state.plan.workspace_ids[i]}}));
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
  auto scopes = query_values(call.request.query, "scope_type[]");
  for (std::string& one : query_values(call.request.query, "scope_type")) {
    scopes.push_back(std::move(one));
  }
  const json all = all_spend_limits(state, scopes);
  json data = json::array();
  const std::size_t end = std::min(all.size(), first + static_cast<std::size_t>(page.limit));
  for (std::size_t i = first; i < end; ++i) data.push_back(all[i]);
  const json next = end < all.size() ? json(page_token(static_cast<std::int64_t>(end))) : json();
  reply_json(state, call, 200, json{{"data", data}, {"next_page", next}}.dump());
}

}  // namespace sluice::mock
