// How one attempt (one HTTP exchange) ended. A refusal by the API is an Outcome, which is data, not
// an error.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "api/limit_type.hpp"
#include "api/usage.hpp"
#include "base/time.hpp"

namespace sluice {

// The API's error types by status (docs: errors, 2026-08), then what never reaches HTTP.
enum class ErrorKind : std::uint8_t {
  kNone,
  kInvalidRequest,   // 400
  kAuthentication,   // 401
  kBilling,          // 402
  kPermission,       // 403
  kNotFound,         // 404
  kConflict,         // 409
  kRequestTooLarge,  // 413
  kRateLimit,        // 429
  kApi,              // 500
  kTimeout,          // 504
  kOverloaded,       // 529
  kConnection,       // no HTTP answer, or it broke off
  kAttemptTimeout,   // the client's own time limit for one attempt
  kDeadline,         // the request's deadline passed
  kQueueFull,        // the client's own queue refused it
  kExpired,          // a batch request that was not processed within 24 h
  kRefusedByClient,  // not sent: the client's own breaker was open, or its pacer shed it
};
inline constexpr std::size_t kErrorKindCount = 18;

// "none", "invalid_request_error", "authentication_error", ..., "connection", "attempt_timeout",
// "deadline", ...
std::string_view name(ErrorKind kind) noexcept;
int http_status(ErrorKind kind) noexcept;  // 0 where there is none

struct Outcome {
  ErrorKind error = ErrorKind::kNone;
  std::optional<LimitCause> limit{};   // of a 429 (or a 400 for a limit that the customer set)
  std::uint16_t limiter = kNoLimiter;  // which limiter refused, as index(LimiterId)
  bool began = false;       // a 200 was sent: an error after that arrived inside the stream
  bool never_fits = false;  // the cost exceeds a bucket's capacity: waiting cannot help
  std::optional<Duration> retry_after{};  // the header, whole seconds as the API sends it
  std::optional<bool> should_retry{};     // x-should-retry
  Usage usage{};                          // what was billed
  TimePoint sent{};
  TimePoint first_token = kNever;   // first content of any kind
  TimePoint first_answer = kNever;  // first token after thinking
  TimePoint ended{};

  static constexpr std::uint16_t kNoLimiter = 0xffff;
  bool ok() const noexcept { return error == ErrorKind::kNone; }
};

}  // namespace sluice
