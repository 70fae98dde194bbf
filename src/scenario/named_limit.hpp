// A limit by its type: what catalog rows and scenarios say about a group, in the order of
// LimitType.
#pragma once

#include <cstdint>
#include <vector>

#include "api/limit_type.hpp"

namespace sluice::scenario {

struct NamedLimit {
  LimitType type = LimitType::kRequestsPerMinute;
  std::int64_t limit = 0;
  bool operator==(const NamedLimit&) const = default;
};
using NamedLimits = std::vector<NamedLimit>;

}  // namespace sluice::scenario
