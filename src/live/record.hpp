// One line of --records, read back: what a recorder wants to know of an attempt. Names are matched
// with a plan's.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "engine/api_port.hpp"
#include "policy/run_plan.hpp"

namespace sluice::live {

struct Record {
  RequestId id;
  WorkloadId workload{};
  WorkspaceId workspace{};
  KeyId key{};
  ModelId model{};
  std::int64_t number = 1;
  std::int64_t speed_permille = 1000;  // of the run
  TimePoint planned{};
  TimePoint due{};
  Exchange exchange;  // outcome.sent: `due` where the attempt never left
};

// `where` names the line in errors, of which the first is returned.
Result<Record> parse_record(std::string_view line, const std::string& where, const RunPlan& plan);

}  // namespace sluice::live
