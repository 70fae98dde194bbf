#include "mock/routes.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "mock/endpoints.hpp"

namespace sluice::mock {
namespace {

using Special = Route::Special;

constexpr std::size_t kMegabyte = std::size_t{1024} * 1024;

constexpr Route batches_route(std::string_view method, std::string_view pattern,
                              void (*endpoint)(MockState& state, Call& call)) {
  Route route{method, pattern, Access::kApi, endpoint};
  route.reads_fault = true;
  return route;
}

// The most frequent first: they are looked through in this order.
constexpr std::array kRoutes{
    Route{"POST", "/v1/messages", Access::kApi, &create_message, Special::kNone,
          "POST /v1/messages", true},
    Route{"POST", "/v1/messages/count_tokens", Access::kApi, &count_tokens, Special::kNone,
          "POST /v1/messages/count_tokens"},
    Route{"POST", "/v1/chat/completions", Access::kApi, &create_chat_completion, Special::kNone,
          "POST /v1/chat/completions", true},
    batches_route("POST", "/v1/messages/batches", &create_batch),
    batches_route("GET", "/v1/messages/batches", &list_batches),
    batches_route("GET", "/v1/messages/batches/{}", &retrieve_batch),
    batches_route("DELETE", "/v1/messages/batches/{}", &delete_batch),
    batches_route("POST", "/v1/messages/batches/{}/cancel", &cancel_batch),
    batches_route("GET", "/v1/messages/batches/{}/results", &batch_results),
    Route{"GET", "/v1/models", Access::kApi, &list_models},
    Route{"GET", "/v1/models/{}", Access::kApi, &retrieve_model},
    Route{"POST", "/v1/oauth/token", Access::kNone, &exchange_token},
    Route{"GET", "/v1/organizations/me", Access::kAdmin, &retrieve_organization},
    Route{"GET", "/v1/organizations/api_keys", Access::kAdmin, &list_api_keys},
    Route{"GET", "/v1/organizations/api_keys/{}", Access::kAdmin, &retrieve_api_key},
    Route{"POST", "/v1/organizations/api_keys/{}", Access::kAdmin, &update_api_key},
    Route{"GET", "/v1/organizations/workspaces", Access::kAdmin, &list_workspaces},
    Route{"GET", "/v1/organizations/workspaces/{}", Access::kAdmin, &retrieve_workspace},
    Route{"GET", "/v1/organizations/rate_limits", Access::kAdmin, &list_rate_limits},
    Route{"GET", "/v1/organizations/workspaces/{}/rate_limits", Access::kAdmin,
          &list_workspace_rate_limits},
    Route{"POST", "/v1/organizations/workspaces/{}/rate_limits/{}", Access::kAdmin,
          &update_workspace_rate_limit},
    Route{"GET", "/v1/organizations/spend_limits", Access::kAdmin, &list_spend_limits},
    Route{"GET", "/v1/organizations/usage_report/messages", Access::kAdmin, &usage_report},
    Route{"GET", "/v1/organizations/cost_report", Access::kAdmin, &cost_report},
    Route{"GET", "/metrics", Access::kControl, &prometheus_metrics},
    Route{"GET", "/_sluice", Access::kControl, &show_index},
    Route{"GET", "/_sluice/", Access::kControl, &show_index},
    Route{"GET", "/_sluice/state", Access::kControl, &show_state},
    Route{"GET", "/_sluice/journal", Access::kControl, &show_journal},
    Route{"GET", "/_sluice/grade", Access::kControl, &show_grade},
    Route{"POST", "/_sluice/keys", Access::kControl, &create_key},
    Route{"POST", "/_sluice/keys/{}", Access::kControl, &update_key},
    Route{"POST", "/_sluice/keys/{}/rotate", Access::kControl, &rotate_key},
    Route{"POST", "/_sluice/config", Access::kControl, &change_config},
    Route{"POST", "/_sluice/faults", Access::kControl, &set_faults},
    Route{"POST", "/_sluice/clock", Access::kControl, nullptr, Special::kClock},
    Route{"POST", "/_sluice/reset", Access::kControl, nullptr, Special::kReset},
};

// Takes the next segment off a path that begins with a slash; none at its end.
std::optional<std::string_view> take_segment(std::string_view& path) noexcept {
  if (path.empty()) return std::nullopt;
  path.remove_prefix(1);
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

bool fits(std::string_view pattern, std::string_view path,
          std::array<std::string_view, 2>& arguments) noexcept {
  if (pattern == path) return true;
  if (path.empty() || path.front() != '/') return false;
  std::size_t count = 0;
  for (;;) {
    const auto wanted = take_segment(pattern);
    const auto given = take_segment(path);
    if (!wanted || !given) return !wanted && !given;
    if (*wanted == "{}" && !given->empty()) {
      arguments[count++] = *given;
    } else if (*wanted != *given) {
      return false;
    }
  }
}

}  // namespace

RouteMatch find_route(std::string_view method, std::string_view path) noexcept {
  RouteMatch match;
  for (const Route& route : kRoutes) {
    if (!fits(route.pattern, path, match.arguments)) continue;
    match.is_path_known = true;
    if (route.method != method) continue;
    match.route = &route;
    return match;
  }
  return match;
}

std::size_t body_limit_of(std::string_view path) noexcept {
  if (path == "/v1/messages/batches") return 256 * kMegabyte;
  if (path.starts_with("/v1/messages") || path == "/v1/chat/completions") return 32 * kMegabyte;
  return kMegabyte;
}

bool needs_version(std::string_view path) noexcept { return path.starts_with("/v1/messages"); }

}  // namespace sluice::mock
