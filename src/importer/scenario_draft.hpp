// The scenario that an import writes: workloads that read traces, or fitted ones, as strict JSON
// that load_scenario_text reads, with its comments in "about". The same draft is written with other
// trace names, tiers and clients for the simulations that check it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/calendar.hpp"
#include "base/time.hpp"
#include "describe/value.hpp"
#include "scenario/workload_config.hpp"

namespace sluice::importer {

struct WorkloadDraft {
  std::string name;
  std::string model;
  std::string sizes_for;  // empty: the model's own tokens
  Duration starts{};
  bool fast = false;
  bool batch = false;
  // Of a trace.
  std::string trace;  // file, relative to the scenario's folder
  Duration spread{};
  std::optional<scenario::CacheUse> trace_cache;  // of its blocks and prefixes; empty: it has none
  // Of a fit, instead: everything but what stands above.
  std::optional<scenario::WorkloadConfig> fitted;
};

struct ScenarioDraft {
  std::vector<std::string> about;
  std::optional<UnixTime> start;  // absent: the catalog's date
  Duration duration{};
  std::uint64_t seed = 1;
  std::string tier;
  std::optional<describe::Value> limits;  // of the organization, instead of the tier's
  std::string client;                     // of all workloads; empty: the default
  bool ignores_cap = false;               // the tier's monthly cap does not stop it
  std::vector<WorkloadDraft> workloads;
};

std::string scenario_text(const ScenarioDraft& draft);

}  // namespace sluice::importer
