#include "api/outcome.hpp"

#include <set>

#include "support/catch.hpp"

namespace sluice {
namespace {

TEST_CASE("error kinds carry the API's error types and statuses") {
  struct Row {
    ErrorKind kind;
    std::string_view type;
    int status;
  };
  constexpr Row kRows[] = {{ErrorKind::kInvalidRequest, "invalid_request_error", 400},
                           {ErrorKind::kAuthentication, "authentication_error", 401},
                           {ErrorKind::kBilling, "billing_error", 402},
                           {ErrorKind::kPermission, "permission_error", 403},
                           {ErrorKind::kNotFound, "not_found_error", 404},
                           {ErrorKind::kConflict, "conflict_error", 409},
                           {ErrorKind::kRequestTooLarge, "request_too_large", 413},
                           {ErrorKind::kRateLimit, "rate_limit_error", 429},
                           {ErrorKind::kApi, "api_error", 500},
                           {ErrorKind::kTimeout, "timeout_error", 504},
                           {ErrorKind::kOverloaded, "overloaded_error", 529}};
  for (const Row& row : kRows) {
    CHECK(name(row.kind) == row.type);
    CHECK(http_status(row.kind) == row.status);
  }
}

TEST_CASE("what never reached HTTP has a name but no status") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kErrorKindCount; ++i) names.insert(name(static_cast<ErrorKind>(i)));
  CHECK(names.size() == kErrorKindCount);
  for (const ErrorKind kind :
       {ErrorKind::kConnection, ErrorKind::kAttemptTimeout, ErrorKind::kDeadline,
        ErrorKind::kQueueFull, ErrorKind::kExpired, ErrorKind::kRefusedByClient}) {
    CHECK(http_status(kind) == 0);
  }
}

TEST_CASE("an outcome without an error is a success") {
  Outcome outcome;
  CHECK(outcome.ok());
  CHECK(http_status(outcome.error) == 200);
  outcome.error = ErrorKind::kOverloaded;
  CHECK_FALSE(outcome.ok());
}

}  // namespace
}  // namespace sluice
