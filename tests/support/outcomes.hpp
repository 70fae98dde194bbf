// Outcomes that say no more than how an attempt ended and, where it matters, when the server wants
// the next one.
#pragma once

#include <optional>

#include "api/outcome.hpp"

namespace sluice::testing {

inline Outcome ended_with(ErrorKind error, std::optional<Duration> retry_after = std::nullopt) {
  Outcome outcome;
  outcome.error = error;
  outcome.retry_after = retry_after;
  return outcome;
}

}  // namespace sluice::testing
