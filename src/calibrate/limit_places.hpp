// Which limiters a run met: for every kind of limit that headers show or refusals name, with the
// scope that the data allow (one limit for all workspaces is the organization's).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "calibrate/limit_steps.hpp"

namespace sluice::calibrate {

struct FoundLimiter {
  LimiterPlace place;
  std::optional<std::uint32_t> workspace{};  // empty: the organization's
  std::int64_t answers = 0;                  // that showed it
  std::int64_t refusals = 0;                 // that name it
  std::int64_t other_limits = 0;             // answers that showed another limit of this kind
};

// Of one rate-limit group's attempts. Input limits are taken as cache-aware; whether they are is
// for the fit to say. `tokens` where it is not the sum of input and output that headers show
// without a limit of its own.
std::vector<FoundLimiter> find_limiters(const std::vector<LimitAttempt>& attempts);

}  // namespace sluice::calibrate
