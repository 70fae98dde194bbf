// What the engine tells the measurement about one attempt (one HTTP exchange) and one request (what
// the application asked for). The simulator and the load tester fill in the same records.
#pragma once

#include <cstdint>
#include <optional>

#include "api/cost.hpp"
#include "api/ids.hpp"
#include "api/outcome.hpp"
#include "base/money.hpp"
#include "base/time.hpp"

namespace sluice {

struct AttemptRecord {
  WorkloadId workload{};
  WorkspaceId workspace{};
  KeyId key{};
  ModelId model{};
  bool batch = false;
  bool priced = true;       // false: the model has no price, the cost is unknown rather than 0
  std::int32_t number = 1;  // 1 for the first attempt of its request
  const Outcome* outcome = nullptr;     // valid during the call
  const CostBreakdown* cost = nullptr;  // valid during the call; null: nothing was billed
  // With `cost`, valid during the call: what the same tokens had cost as plain input, less what
  // they did cost; may be negative. Null: nothing.
  const Money* saved_by_cache = nullptr;
  TimePoint requested = kNever;  // when its request was planned; before `counts_from` it is warm-up
};

struct RequestRecord {
  WorkloadId workload{};
  bool batch = false;
  ErrorKind error = ErrorKind::kNone;  // of the last attempt, or why there was none
  std::optional<LimitCause> limit{};   // of a request that failed on a limit
  std::int32_t attempts = 0;
  TimePoint planned{};            // when the user wanted it
  TimePoint first_sent = kNever;  // first attempt; kNever if it never left the client's queue
  TimePoint last_sent = kNever;
  TimePoint first_token = kNever;  // of the attempt that succeeded
  TimePoint first_answer = kNever;
  TimePoint ended{};
  std::optional<Duration> deadline{};  // from `planned`
  std::int64_t output_tokens = 0;      // of the attempt that succeeded
  Duration waited{};                   // between attempts, for backoff
  bool fell_back = false;              // another model than its own was asked
};

}  // namespace sluice
