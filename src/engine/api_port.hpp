// What a request goes to: an in-process model of the API here, a socket in live runs. The client
// neither knows nor cares.
#pragma once

#include <cstdint>

#include "api/cost.hpp"
#include "api/outcome.hpp"
#include "api/request.hpp"
#include "engine/task.hpp"

namespace sluice {

// One attempt to be made.
struct Attempt {
  std::int32_t number = 1;
  TimePoint give_up_at = kNever;  // the port ends the exchange then, as kAttemptTimeout
};

// One attempt that was made. Owned by the caller, who may share one among all its requests: send()
// writes it after its last wait, and the caller reads it before its own next one.
struct Exchange {
  Outcome outcome;
  CostBreakdown cost;
  bool billed = false;  // cost is not all zero
  bool priced = true;   // false: the model has no price at that date
};

class ApiPort {
 public:
  virtual ~ApiPort() = default;

  // One HTTP exchange. `spec` and `exchange` outlive it.
  virtual Task send(const RequestSpec& spec, Attempt attempt, Exchange& exchange) = 0;
};

}  // namespace sluice
