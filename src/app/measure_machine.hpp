// Measures what this machine can honestly do as a load generator, in about ten seconds: short
// replays against a mock without limits, faster and faster until the schedule is not kept.
#pragma once

#include <functional>

#include "app/machine.hpp"
#include "base/error.hpp"

namespace sluice::app {

// `done` is called with the share that is done, in parts per million. An error is a socket that
// could not be had, or Ctrl-C (ErrorCode::kInterrupted).
Result<MachineFacts> measure_machine(const std::function<void(std::int64_t ppm)>& done);

std::string machine_text(const MachineFacts& facts);
// In the layout of docs/machine.schema.json.
std::string machine_json(const MachineFacts& facts);
std::string machine_schema();

}  // namespace sluice::app
