// POST /v1/oauth/token: a JWT for a bearer token (docs: workload identity federation, 2026-08; RFC
// 7523). Every denial is 401 "Authentication failed"; what is malformed is 400.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/ascii.hpp"
#include "mock/endpoints.hpp"
#include "mock/federation.hpp"

namespace sluice::mock {
namespace {

using TokenJson = nlohmann::json;
using wire::ApiError;
using wire::invalid_request;

constexpr std::string_view kGrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";
// The documentation shows no value; this one is observed on tokens for inference.
constexpr std::string_view kScope = "user:inference";
// A body holds a token of 16 KiB and some ids; more is not read as JSON.
constexpr std::size_t kBodyMax = 64 * 1024;

ApiError denied() { return {ErrorKind::kAuthentication, "Authentication failed", ""}; }
// Ours: whoever starts a mock without federation should not look for the mistake in their token.
ApiError not_configured() {
  return {ErrorKind::kAuthentication,
          "Authentication failed: the scenario of this mock has no organization.federation", ""};
}

bool is_tagged(std::string_view id, std::string_view prefix) {
  const auto is_plain = [](char c) { return ascii::is_alphanumeric(c) || c == '_' || c == '-'; };
  return id.size() > prefix.size() && id.starts_with(prefix) &&
         std::all_of(id.begin(), id.end(), is_plain);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool is_hex = ascii::is_alphanumeric(c) && (c <= '9' || (c | 0x20) <= 'f');
    if (is_dash ? c != '-' : !is_hex) return false;
  }
  return true;
}

struct Fields {
  std::string grant_type;
  std::string assertion;
  std::string rule;
  std::string organization;
  std::string service_account;
  std::string workspace;  // may be empty
};

// Wording as elsewhere in the API: "<field>: Field required" (inferred).
std::optional<ApiError> read_fields(std::string_view body, Fields& fields) {
  const TokenJson object =
      body.size() > kBodyMax ? TokenJson() : TokenJson::parse(body, nullptr, false);
  if (!object.is_object()) return invalid_request("The request body is not valid JSON.");
  struct Wanted {
    const char* name;
    std::string& value;
    bool is_required = true;
  };
  const std::array wanted{Wanted{"grant_type", fields.grant_type},
                          Wanted{"assertion", fields.assertion},
                          Wanted{"federation_rule_id", fields.rule},
                          Wanted{"organization_id", fields.organization},
                          Wanted{"service_account_id", fields.service_account},
                          Wanted{"workspace_id", fields.workspace, false}};
  for (const Wanted& one : wanted) {
    const auto found = object.find(one.name);
    const bool is_there = found != object.end() && !found->is_null() && *found != "";
    if (!is_there && one.is_required) {
      return invalid_request(std::string(one.name) + ": Field required");
    }
    if (!is_there) continue;
    if (!found->is_string()) {
      return invalid_request(std::string(one.name) + ": Input should be a valid string");
    }
    one.value = found->get<std::string>();
  }
  return std::nullopt;
}

std::optional<ApiError> check_form(const Fields& fields) {
  if (fields.grant_type != kGrantType) {
    return invalid_request("grant_type: Input should be '" + std::string(kGrantType) + "'");
  }
  if (!is_tagged(fields.rule, "fdrl_")) {
    return invalid_request("federation_rule_id: Input should be an id that begins with 'fdrl_'");
  }
  if (!is_uuid(fields.organization)) {
    return invalid_request("organization_id: Input should be a valid UUID");
  }
  if (!is_tagged(fields.service_account, "svac_")) {
    return invalid_request("service_account_id: Input should be an id that begins with 'svac_'");
  }
  const std::string& workspace = fields.workspace;
  if (!workspace.empty() && workspace != "default" && !is_tagged(workspace, "wrkspc_")) {
    return invalid_request(
        "workspace_id: Input should be 'default' or an id that begins with 'wrkspc_'");
  }
  return std::nullopt;
}

std::optional<WorkspaceId> workspace_with_id(const MockState& state, std::string_view id) {
  if (id == "default") return WorkspaceId{};
  const auto& ids = state.plan.workspace_ids;
  const auto found = std::find(ids.begin(), ids.end(), id);
  if (found == ids.end()) return std::nullopt;
  return WorkspaceId(found - ids.begin());
}

// A service account acts in each workspace as a key of its own, made with its first token.
std::optional<KeyId> acting_key(MockState& state, const FederationGrant& grant, TimePoint now) {
  if (const auto known =
          state.credentials.service_account_key(grant.service_account, grant.workspace)) {
    return known;
  }
  if (!state.credentials.has_room()) return std::nullopt;
  const KeyId key = state.api.add_key();
  state.credentials.add_service_account(key, grant.service_account, grant.workspace,
                                        state.calendar(now));
  return key;
}

void reply_token(MockState& state, Call& call, const FederationGrant& grant) {
  const auto key = acting_key(state, grant, call.now);
  if (!key) {
    return reply_error(state, call, {ErrorKind::kApi, "Internal server error", ""});
  }
  // The client's clock says when it expires, so that it lives longer in a faster model time.
  const Duration lifetime = grant.lifetime / 1000 * state.plan.options.speed_permille;
  const TokenJson body{{"access_token", state.credentials.issue_token(*key, call.now, lifetime)},
                       {"token_type", "Bearer"},
                       {"expires_in", grant.lifetime / seconds(1)},
                       {"scope", kScope}};
  reply_json(state, call, 200, body.dump(), "cache-control: no-store\r\n");
}

}  // namespace

void exchange_token(MockState& state, Call& call) {
  Fields fields;
  if (auto error = read_fields(call.request.body, fields)) return reply_error(state, call, *error);
  if (auto error = check_form(fields)) return reply_error(state, call, *error);
  if (!state.federation->is_configured()) return reply_error(state, call, not_configured());
  std::optional<WorkspaceId> workspace;
  if (!fields.workspace.empty()) {
    workspace = workspace_with_id(state, fields.workspace);
    if (!workspace) return reply_error(state, call, denied());
  }
  if (fields.organization != state.plan.organization_id) {
    return reply_error(state, call, denied());
  }
  const auto grant = state.federation->exchange({.assertion = fields.assertion,
                                                 .rule = fields.rule,
                                                 .service_account = fields.service_account,
                                                 .workspace = workspace},
                                                state.calendar(call.now));
  if (grant) return reply_token(state, call, *grant);
  if (state.log) {
    state.log("POST /v1/oauth/token " + std::string(call.request_id) +
              " denied: " + grant.error().text());
  }
  if (grant.error().reason == Federation::Denial::kWorkspaceNeeded) {
    return reply_error(state, call,
                       invalid_request("workspace_id: Field required: the federation rule spans "
                                       "several workspaces"));
  }
  reply_error(state, call, denied());
}

}  // namespace sluice::mock
