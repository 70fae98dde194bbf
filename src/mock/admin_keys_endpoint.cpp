// API keys over the Admin API: list, look at, rename, disable (docs: admin-api, 2026-08). Keys are
// not created here, as at the API; that is /_sluice/keys.
#include <array>
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
using wire::ApiError;

constexpr std::array<std::string_view, 3> kStatuses{"active", "inactive", "archived"};
constexpr std::size_t kNameMax = 500;

std::optional<KeyStatus> status_named(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kStatuses.size(); ++i) {
    if (kStatuses[i] == name) return static_cast<KeyStatus>(i);
  }
  return std::nullopt;
}

// Since 2026-10-21 a scope with the workspace's id, the default one's too (SDK TS 1.11); before,
// workspace_id, null for the default workspace (docs: admin-api "Get API key").
void add_workspace(const MockState& state, const Call& call, WorkspaceId workspace, json& key) {
  const std::string& id = state.plan.workspace_ids[index(workspace)];
  if (call.version == wire::ApiVersion::k2026_10_21) {
    key["scope"] = {{"type", "workspace"}, {"workspace_id", id}};
  } else {
    key["workspace_id"] = index(workspace) == 0 ? json() : json(id);
  }
}

json key_json(const MockState& state, const Call& call, const KeyRecord& key) {
  const json creator{{"id", make_id("user_01", state.plan.run.seed, 0)}, {"type", "user"}};
  json shown{{"id", key.id},
             {"type", "api_key"},
             {"name", key.name},
             {"created_at", key.created_at.text()},
             {"created_by", creator},
             {"expires_at", nullptr},
             {"partial_key_hint", key.hint},
             {"principal", nullptr},
             {"status", kStatuses[static_cast<std::size_t>(key.status)]}};
  add_workspace(state, call, key.workspace, shown);
  return shown;
}

struct KeyFilter {
  std::optional<KeyStatus> status;
  std::optional<WorkspaceId> workspace;
  bool lets(const KeyRecord& key) const noexcept {
    return !key.is_service_account && (!status || key.status == *status) &&
           (!workspace || key.workspace == *workspace);
  }
};

std::optional<ApiError> read_filter(const MockState& state, std::string_view query,
                                    KeyFilter& filter) {
  if (const auto status = query_value(query, "status")) {
    filter.status = status_named(*status);
    if (!filter.status) {
      return invalid_field("status", "Input should be 'active', 'inactive' or 'archived'");
    }
  }
  if (const auto workspace = query_value(query, "workspace_id")) {
    filter.workspace = workspace_of_id(state, *workspace);
    if (!filter.workspace) return no_such_object();
  }
  return std::nullopt;
}

struct KeyChange {
  std::optional<std::string> name;
  std::optional<KeyStatus> status;
};

std::optional<ApiError> read_change(std::string_view body, KeyChange& change) {
  const json object = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) {
    return ApiError{ErrorKind::kInvalidRequest, "The request body is not valid JSON.", ""};
  }
  if (const auto name = object.find("name"); name != object.end()) {
    const bool is_right = name->is_string() && !name->get_ref<const std::string&>().empty() &&
                          name->get_ref<const std::string&>().size() <= kNameMax;
    if (!is_right) return invalid_field("name", "Input should be a string of 1 to 500 characters");
    change.name = name->get<std::string>();
  }
  if (const auto status = object.find("status"); status != object.end()) {
    if (status->is_string()) change.status = status_named(status->get_ref<const std::string&>());
    if (!change.status) {
      return invalid_field("status", "Input should be 'active', 'inactive' or 'archived'");
    }
  }
  return std::nullopt;
}

}  // namespace

void list_api_keys(MockState& state, Call& call) {
  PageRequest page;
  KeyFilter filter;
  if (const auto error = read_page(call.request.query, {}, page)) {
    return reply_error(state, call, *error);
  }
  if (const auto error = read_filter(state, call.request.query, filter)) {
    return reply_error(state, call, *error);
  }
  std::vector<const KeyRecord*> keys;
  for (const KeyRecord& key : state.credentials.keys()) {
    if (filter.lets(key)) keys.push_back(&key);
  }
  const auto position_of = [&](std::string_view id) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (keys[i]->id == id) return i;
    }
    return std::nullopt;
  };
  const auto bounds = bounds_of(page, keys.size(), position_of);
  if (!bounds) return reply_error(state, call, unknown_cursor());
  json data = json::array();
  for (std::size_t i = bounds->first; i < bounds->end; ++i) {
    data.push_back(key_json(state, call, *keys[i]));
  }
  const json first = data.empty() ? json() : data.front()["id"];
  const json last = data.empty() ? json() : data.back()["id"];
  const json body{
      {"data", data}, {"has_more", bounds->has_more}, {"first_id", first}, {"last_id", last}};
  reply_json(state, call, 200, body.dump());
}

void retrieve_api_key(MockState& state, Call& call) {
  const KeyRecord* const key = state.credentials.find(call.arguments[0]);
  if (key == nullptr) return reply_error(state, call, no_such_object());
  reply_json(state, call, 200, key_json(state, call, *key).dump());
}

void update_api_key(MockState& state, Call& call) {
  const std::string_view id = call.arguments[0];
  if (state.credentials.find(id) == nullptr) return reply_error(state, call, no_such_object());
  KeyChange change;
  if (const auto error = read_change(call.request.body, change)) {
    return reply_error(state, call, *error);
  }
  if (change.name) state.credentials.rename(id, std::move(*change.name));
  if (change.status) state.credentials.set_status(id, *change.status);
  reply_json(state, call, 200, key_json(state, call, *state.credentials.find(id)).dump());
}

}  // namespace sluice::mock
