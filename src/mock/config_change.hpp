// Changes at run time, as POST /_sluice/config and /_sluice/faults take them: written as in a
// scenario, read and checked as a whole, and applied only if nothing is wrong.
//
//   {"limits": {"claude-sonnet-5-5": {"requests_per_minute": 5}},
//    "workspaces": {"research": {"limits": {...}}},
//    "spend": {"cap": 100, "organization_limit": "unlimited", "credit": 3.50},
//    "faults": [{"kind": "overloaded", "probability": 0.5, "from": "0s", "until": "30s"}]}
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/money.hpp"
#include "mock/mock_plan.hpp"
#include "policy/fault_plan.hpp"

namespace sluice {
class ApiModel;
}

namespace sluice::mock {

struct ConfigChange {
  struct Limit {
    LimiterId limiter{};
    std::int64_t limit = 0;
  };
  // None inside: no such limit any more.
  using NewMoney = std::optional<std::optional<Money>>;

  std::vector<Limit> limits;
  std::optional<std::vector<FaultSpec>> faults;
  NewMoney cap;
  NewMoney organization_limit;
  NewMoney credit;  // what is left from now on

  bool is_empty() const noexcept;
};

// What is wrong is said with the place in the body and what would be right. `from` and `until` of
// faults count from `now`.
Checked<ConfigChange> read_config_change(std::string_view body, const MockPlan& plan, ApiModel& api,
                                         TimePoint now);
// {"faults": [...]}: they replace all that there are.
Checked<ConfigChange> read_faults(std::string_view body, const MockPlan& plan, TimePoint now);

// Also in `plan`, which says what the mock serves now.
void apply(const ConfigChange& change, TimePoint now, ApiModel& api, MockPlan& plan);

}  // namespace sluice::mock
