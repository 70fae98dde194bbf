// One call of an endpoint: the request, who makes it, and helpers to answer it. Lives during
// HttpHandler::handle(); what answers later copies what it needs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/ids.hpp"
#include "base/time.hpp"
#include "net/http_handler.hpp"
#include "wire/api_error.hpp"
#include "wire/messages_request.hpp"

namespace sluice::mock {

struct Caller {
  enum class Kind : std::uint8_t { kNone, kApiKey, kToken, kAdminKey } kind = Kind::kNone;
  KeyId key{};  // of a token: the pseudo key of its service account
  WorkspaceId workspace{};
};

struct Call {
  const net::HttpRequest& request;
  net::HttpReply& reply;
  TimePoint now;
  std::uint64_t sequence = 0;   // of all calls, from 1
  std::string_view request_id;  // "req_..."
  Caller caller;
  wire::ApiVersion version = wire::ApiVersion::k2026_10_21;
  std::array<std::string_view, 2> arguments{};  // what stood for {} in the route's pattern
  int status = 0;                               // that reply_json() or reply_error() sent
};

// The value of a query parameter, percent-decoded; none if absent. `name[]` parameters repeat.
std::optional<std::string> query_value(std::string_view query, std::string_view name);
std::vector<std::string> query_values(std::string_view query, std::string_view name);

}  // namespace sluice::mock
