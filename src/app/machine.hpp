// What this machine can honestly do as a load generator, as `selftest --machine` found it, kept for
// later runs in ${XDG_CACHE_HOME:-~/.cache}/sluice/machine.json.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "base/time.hpp"

namespace sluice::app {

struct MachineFacts {
  // Most sends a second, to a mock on this machine, at a p99 of the schedule delay below 1 ms.
  // Where nothing was measured: what two shared cores of a small virtual machine do several times
  // over.
  double sends_per_second = 2000;
  std::int64_t streams = 0;  // most at once without their events being late; 0: not measured
  Duration jitter_p50{};     // schedule delay of a schedule that is nearly empty
  Duration jitter_p99{};
  Duration jitter_max{};
  unsigned cores = 0;
  bool is_measured = false;
};

// How many threads run at once here: what a command takes that is told no number.
std::int64_t all_threads();

// Of the cache; the defaults where it has nothing, or was written on a machine with other cores.
MachineFacts machine_facts();
// Where they are kept; empty where neither variable is set.
std::string machine_cache_path();
Result<void> keep_machine_facts(const MachineFacts& facts);

// "2,000 sends a second (not measured on this machine: sluice selftest --machine)".
std::string ceiling_text(const MachineFacts& facts);

}  // namespace sluice::app
