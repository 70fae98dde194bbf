// Who may use /_sluice: no key is asked for on loopback, so that a page in a browser must not get
// at it, neither from another origin nor by a name that was made to lead to this machine.
#pragma once

#include <optional>

#include "net/http_handler.hpp"
#include "wire/api_error.hpp"

namespace sluice::mock {

// 403 where Origin is not the very server that Host names, or where `is_loopback` and Host names
// something else than this machine's loopback. Programs send no Origin.
std::optional<wire::ApiError> refusal_of_foreign_page(const net::HttpRequest& request,
                                                      bool is_loopback);

}  // namespace sluice::mock
