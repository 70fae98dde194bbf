// A run as one limiter's bucket lives through it: what is taken from it and given back, and what
// the answers tell of its level, in the order in which the server saw it, as far as a client can
// know that order.
#pragma once

#include <cstdint>
#include <vector>

#include "calibrate/limit_attempt.hpp"
#include "calibrate/stalls.hpp"
#include "policy/rate_limiter.hpp"

namespace sluice::calibrate {

// Amounts are in thousandths of a token, so that a refill that is no whole number a minute can be
// tried.
inline constexpr std::int64_t kMilli = 1000;

struct LimitStep {
  enum class Kind : std::uint8_t { kTake, kDrain, kEndDrain, kLook };

  Kind kind = Kind::kLook;
  bool has_retry_after = false;
  bool has_reset = false;
  std::int64_t at = 0;      // ns of the run
  std::int64_t amount = 0;  // kTake (negative: given back), kEndDrain: all that was drained
  std::int64_t speed = 0;   // kDrain, kEndDrain: a minute
  Duration streamed{};      // kEndDrain
  // kLook: the level lies in [low, high) tokens, and by the refusal's own wait in
  // [cost - retry_after x refill, cost - (retry_after - 1 s) x refill).
  double low = 0;
  double high = 0;
  double cost = 0;
  double retry_after = 0;  // s
  double reset = 0;        // s of the server's clock, rounded up to whole ones
};

// Which bucket, and whose attempts meet it.
struct LimiterPlace {
  LimitType type = LimitType::kRequestsPerMinute;
  ShownKind shown = ShownKind::kRequests;
  std::int64_t limit = 0;     // as the headers say; other values are other limiters'. 0: none said
  bool is_cause_sure = true;  // a refusal's cause means this limiter and no other
  bool knows_refused_cost = true;  // no cache: a refused attempt would have cost its whole prompt
};

struct StepOptions {
  LimiterPlace place;
  ChargeMode mode = ChargeMode::kStreaming;
  Duration delay{};                     // WayToServer::typical
  Duration lateness{};                  // typical_lateness()
  const Stalls* stalls = nullptr;       // none: the machine never stood still
  std::int64_t reset_base_unix_ns = 0;  // resets count from there
};

// In order of time.
std::vector<LimitStep> limit_steps(const std::vector<LimitAttempt>& attempts,
                                   const StepOptions& options);

// Whether a refusal with that cause is one of a limiter of that type.
bool is_cause_of(LimitType type, LimitCause cause) noexcept;

}  // namespace sluice::calibrate
