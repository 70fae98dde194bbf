#include "api/outcome.hpp"

#include <array>

namespace sluice {
namespace {

struct KindRow {
  std::string_view name;
  int status;
};

constexpr std::array<KindRow, kErrorKindCount> kKinds = {{
    {"none", 200},
    {"invalid_request_error", 400},
    {"authentication_error", 401},
    {"billing_error", 402},
    {"permission_error", 403},
    {"not_found_error", 404},
    {"conflict_error", 409},
    {"request_too_large", 413},
    {"rate_limit_error", 429},
    {"api_error", 500},
    {"timeout_error", 504},
    {"overloaded_error", 529},
    {"connection", 0},
    {"attempt_timeout", 0},
    {"deadline", 0},
    {"queue_full", 0},
    {"expired", 0},
    {"refused_by_client", 0},
}};

}  // namespace

std::string_view name(ErrorKind kind) noexcept {
  return kKinds[static_cast<std::size_t>(kind)].name;
}

int http_status(ErrorKind kind) noexcept { return kKinds[static_cast<std::size_t>(kind)].status; }

}  // namespace sluice
